"""Speech is matched against the words of options and the names of tools; nothing is guessed."""

from typing import cast

import pytest

from cases.phone import Choose, Option, Sets
from ingest.voice.event import Event, Keyed, Silence, Spoke
from ingest.voice.speech import Wanted, hints, key, wanted
from tests.ingest.voice.walks import profile

MENU = profile().menus["assistance"]
TOOL = cast("Choose", MENU.nodes["tool"])


def understood(event: Event, lang: str = "fr", node: Choose = TOOL) -> tuple[str, str] | str:
    """The node it leads to, by its option's key, and the tool named; or the sign."""
    wish = wanted(event, node, MENU.tools, lang)
    return (wish.option.key, wish.tool) if isinstance(wish, Wanted) else wish


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        # numbers, alone or with what people say around them
        ("fr", "un", ("1", "")),
        ("fr", "Le deux.", ("2", "")),
        ("fr", "faites le 3", ("3", "")),
        ("de", "eins", ("1", "")),
        ("de", "die Zwei", ("2", "")),
        ("nl", "één", ("1", "")),
        ("nl", "vier", ("4", "")),
        ("en", "number one", ("1", "")),
        ("fr", "un problème", ""),
        ("fr", "sept", ""),
        ("fr", "42", ""),
        # tools, in any spelling of theirs
        ("fr", "NOTICe", ("2", "notice")),
        ("fr", "j'ai une question sur la notis, merci", ("2", "notice")),
        ("fr", "MON ESPACE", ("1", "mon_espace")),
        ("fr", "déclaration de classe 3", ("1", "declarations")),
        ("de", "Klasse drei", ("1", "declarations")),
        ("nl", "klasse drie", ("1", "declarations")),
        ("en", "class three", ("1", "declarations")),
        ("de", "Es geht um Gesper", ("3", "gesper")),
        ("fr", "TWICE et GesPer", ("3", "")),
        # options by their own words
        ("fr", "une demande en ligne", ("1", "")),
        ("de", "etwas anderes", ("4", "")),
        ("en", "something else", ("4", "")),
        ("fr", "une déclaration d'impôts", ("", "")),
        ("nl", "belastingaangifte", ("", "")),
        ("en", "my tax return", ("", "")),
        # what looks like a tool and is none
        ("fr", "la notice explicative", ""),
        ("en", "I tried twice", ""),
        ("en", "until further notice", ""),
        # more than one thing
        ("fr", "NOTICe ou TWICE", ""),
        # signs
        ("fr", "je voudrais parler à un opérateur", "0"),
        ("fr", "quelqu'un", "0"),
        ("de", "Mitarbeiter", "0"),
        ("nl", "een medewerker", "0"),
        ("en", "a person please", "0"),
        ("fr", "répétez s'il vous plaît", "*"),
        ("de", "noch einmal", "*"),
        ("nl", "herhalen", "*"),
        ("en", "again", "*"),
        ("fr", "parler à quelqu'un pour NOTICe", ("2", "notice")),
        # nothing
        ("fr", "", ""),
        ("fr", "...", ""),
        ("fr", "bonjour", ""),
    ],
)
def test_what_is_understood(lang: str, text: str, expected: tuple[str, str] | str) -> None:
    assert understood(Spoke(text, 0.9), lang) == expected


@pytest.mark.parametrize(
    ("confidence", "expected"), [(None, ("2", "notice")), (0.4, ("2", "notice")), (0.39, ""), (0.0, "")]
)
def test_a_recogniser_that_is_not_sure_is_not_believed(
    confidence: float | None, expected: tuple[str, str] | str
) -> None:
    assert understood(Spoke("NOTICe", confidence)) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Keyed("3"), ("3", "")),
        (Keyed("0"), "0"),
        (Keyed("#"), "#"),
        (Keyed("*"), "*"),
        (Keyed("5"), ""),
        (Keyed("12"), ""),
        (Keyed(""), ""),
        (Silence(), ""),
    ],
)
def test_keys(event: Event, expected: tuple[str, str] | str) -> None:
    assert understood(event) == expected


def test_a_part_of_a_longer_phrase_is_not_meant() -> None:
    node = Choose(
        prompt="which",
        options=(
            Option(key="1", next="a", words={"en": ("line",)}),
            Option(key="2", next="b", words={"en": ("line of credit",)}),
        ),
        sets=Sets.TOOL,
        otherwise="a",
    )
    assert understood(Spoke("a line of credit"), "en", node) == ("2", "")
    assert understood(Spoke("a line, or a line of credit"), "en", node) == ""


@pytest.mark.parametrize(
    ("event", "expected"),
    [(Spoke("oui"), "1"), (Spoke("non merci"), "2"), (Spoke("un"), "1"), (Spoke("oui non"), ""), (Keyed("2"), "2")],
)
def test_the_menus_own_questions(event: Event, expected: str) -> None:
    assert key(event, {"fr": {"1": ("oui",), "2": ("non",)}}, "fr") == expected


def test_hints_are_the_options_words_and_the_tools_names() -> None:
    expected = hints(TOOL, MENU.tools, "de")
    assert {"Online-Antrag", "NOTICe", "TWICE", "Steuererklärung"} <= set(expected)
    assert "demande en ligne" not in expected
    assert len(expected) <= 100


def test_of_a_speech_without_end_only_the_beginning_counts() -> None:
    assert understood(Spoke("NOTICe " + "bla " * 10_000)) == ("2", "notice")
    assert understood(Spoke("bla " * 10_000 + "NOTICe")) == ""
