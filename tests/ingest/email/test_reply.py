"""Folding: labelled replies in four languages, and what holds for any text at all."""

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.reply import fold

LABELLED = Path(__file__).parents[2] / "data" / "mails" / "fold"


def labelled(path: Path) -> list[tuple[str, str, str]]:
    """(name, text, expected new text); lines begin with `+` where they are new and with `-` where they fold."""
    cases = []
    for record in path.read_text("utf-8").split("##### ")[1:]:
        name, _, marked = record.rstrip("\n").partition("\n")
        lines = marked.split("\n")
        new = "\n".join(line[1:] for line in lines if line.startswith("+"))
        cases.append((f"{path.stem}-{name}", "\n".join(line[1:] for line in lines), new.strip("\n")))
    return cases


CASES = [case for path in sorted(LABELLED.glob("*.txt")) for case in labelled(path)]


@pytest.mark.parametrize(("text", "new"), [pytest.param(text, new, id=name) for name, text, new in CASES])
def test_the_new_text_is_what_the_sender_wrote(text: str, new: str) -> None:
    assert filled(fold(text).new) == filled(new)


def test_the_labelled_set_covers_four_languages() -> None:
    assert len(CASES) >= 80
    assert {name[:2] for name, _, _ in CASES} == {"fr", "de", "nl", "en"}


def filled(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


LINES = st.sampled_from(
    [
        "Bonjour",
        "",
        "> citation",
        "> 50 kW",
        ">> profond",
        "Le 12/03/2026 à 10:02, Mon Permis a écrit :",
        "Le 12 mars 2026 à 10:02, X <",
        "x@example.org> a écrit :",
        "De : X <x@example.org>",
        "Envoyé : 10:02",
        "Objet : y",
        "-- ",
        "-----Message d'origine-----",
        "---------- Forwarded message ---------",
        "________________",
        "Envoyé de mon iPhone",
        "Bien à vous",
        "Architecte, 0470 00 12 34",
        "Ce message externe vient de l'extérieur : n'ouvrez pas les pièces jointes.",
        "Ce message est confidentiel et réservé à son destinataire. " * 3,
    ]
)


@given(st.one_of(st.text(), st.lists(LINES, max_size=30).map("\n".join)))
def test_no_line_is_lost_or_invented(text: str) -> None:
    folded = fold(text)
    assert Counter(filled(folded.new)) + Counter(filled(folded.quoted)) == Counter(filled(text))


@given(st.one_of(st.text(), st.lists(LINES, max_size=30).map("\n".join)))
def test_something_new_is_always_left(text: str) -> None:
    assert bool(fold(text).new.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "unit",
    [
        "On a a a ",
        "On a a a\n",
        "a écrit :\n",
        "Le 12/03/2026 à 10:02, a écrit :\n",
        "De : x <x@example.org>\n",
        "De : x\nEnvoyé : y\nX\nX\n",
        "> ",
        "> a\nb\n",
        "-- \n",
        "Envoyé de mon iPhone\n",
        "-----Message d'origine-----\n",
        "Ce message est confidentiel destinataire expéditeur " * 3 + "\n\n",
        "________________\n",
        "Cordialement\n",
        "Merci\nX\n0470 00 12 34\n\n",
        "it says:\n> a\n",
        "a@a.",
        "0 ",
        "externe ",
        "\u0301",
    ],
)
def test_hostile_text_costs_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begin = time.process_time()
    fold(text)
    assert time.process_time() - begin < 4  # half a second on a quiet machine; the quadratic ones take minutes
