"""A menu that would leave a caller alone is refused, with the place and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from cases.phone import (
    Callback,
    Choose,
    Goodbye,
    Identify,
    Line,
    Menu,
    Node,
    Opening,
    Option,
    Phone,
    Prompt,
    Queue,
    Say,
    Seat,
    Sets,
    Transfer,
    Voicemail,
)
from cases.profile import Profile
from ingest.voice.lint import Abilities, lint
from tests.ingest.voice.walks import profile

ABILITIES = Abilities(
    voices={
        "fr": ["Polly.Isabelle-Neural"],
        "de": ["Polly.Vicki-Neural"],
        "nl": ["Polly.Lisa-Neural"],
        "en": ["Polly.Amy-Neural"],
    },
    recognition=["fr-FR", "de-DE", "nl-BE", "en-GB"],
)
MENU = profile().menus["assistance"]
NODES = "menus.assistance.nodes"


def faults(changed: Profile) -> dict[str, str]:
    return {key: f"{cause}; {mend}" for key, cause, mend in lint(changed, ABILITIES)}


def with_nodes(**nodes: Node | None) -> Profile:
    """The shipped profile with those nodes put in, or left out."""
    all_nodes: Mapping[str, Node | None] = {**MENU.nodes, **nodes}
    kept = {name: node for name, node in all_nodes.items() if node}
    return replace(profile(), menus={"assistance": replace(MENU, nodes=kept)})


def with_prompt(name: str, lang: str, text: str) -> Profile:
    prompts = {key: dict(texts) for key, texts in profile().prompts.items()}
    prompts.setdefault(name, {})[lang] = Prompt(text)
    return replace(profile(), prompts=prompts)


def changed(name: str, **fields: Any) -> Profile:
    return with_nodes(**{name: replace(MENU.nodes[name], **fields)})


def options(node: str, **fields: Any) -> tuple[Option, ...]:
    """The node's options, the first one with these fields."""
    chosen = MENU.nodes[node]
    assert isinstance(chosen, Choose)
    return (replace(chosen.options[0], **fields), *chosen.options[1:])


def test_the_shipped_profile_has_no_fault() -> None:
    assert faults(profile()) == {}


def test_a_service_without_a_phone_has_no_fault() -> None:
    silent = replace(profile(), lines=(), seats=(), menus={}, prompts={}, phone=Phone())
    assert faults(silent) == {}


MORE = Option(key="5", next="person")
ASKS_TWICE = Choose(prompt="after_hours", options=options("after_hours"), person="person", otherwise="person")

GRAPHS: dict[str, tuple[Callable[[], Profile], str]] = {
    "a node that is not there": (lambda: changed("announcement", next="nowhere"), f"{NODES}.announcement.next"),
    "a start that is not there": (
        lambda: replace(profile(), menus={"assistance": replace(MENU, start="nowhere")}),
        "menus.assistance.start",
    ),
    "an option that leads nowhere": (
        lambda: changed("after_hours", options=options("after_hours", next="nowhere")),
        f"{NODES}.after_hours.options.0.next",
    ),
    "a node that nothing leads to": (lambda: with_nodes(lost=Say(prompt="tax", next="tax")), f"{NODES}.lost"),
    "a silence that never ends": (lambda: changed("tool", otherwise="hours"), f"{NODES}.tool"),
    "nodes in a circle": (
        lambda: with_nodes(announcement=Say(prompt="tax", next="announcement")),
        f"{NODES}.announcement",
    ),
    "a bare hang-up": (lambda: changed("tax", referral=False), f"{NODES}.tax"),
    "a transfer that ends in a bare hang-up": (
        lambda: with_nodes(
            tax=Transfer(prompt="tax", number="+3281001999", otherwise="end"), end=Goodbye(prompt="queue_talked")
        ),
        f"{NODES}.end",
    ),
    "a third level": (
        lambda: with_nodes(
            person=Opening(open="queue", closed="second"),
            language=replace(MENU.nodes["language"], person="queue"),
            tool=replace(MENU.nodes["tool"], person="queue"),
            second=replace(ASKS_TWICE, options=options("after_hours", next="after_hours"), otherwise="voicemail"),
        ),
        f"{NODES}.after_hours",
    ),
    "five options": (
        lambda: changed("tool", options=(*options("tool")[:4], MORE)),
        f"{NODES}.tool.options",
    ),
    "keys out of order": (
        lambda: changed("after_hours", options=options("after_hours", key="3")),
        f"{NODES}.after_hours.options",
    ),
    "an option by speech only that nobody can say": (
        lambda: changed("tool", options=(*options("tool"), Option(key="", next="tax", words={"fr": ("taxe",)}))),
        f"{NODES}.tool.options.5.words.nl",
    ),
    "a tool that is not there": (
        lambda: changed("tool", options=options("tool", tools=("excel",))),
        f"{NODES}.tool.options.0.tools",
    ),
    "a tool that two options name": (
        lambda: changed("tool", options=options("tool", tools=("notice",))),
        f"{NODES}.tool.options",
    ),
    "tools where none is chosen": (
        lambda: changed("after_hours", options=options("after_hours", tools=("notice",))),
        f"{NODES}.after_hours.options.0.tools",
    ),
    "a language that the service has not": (
        lambda: changed("language", options=options("language", language="it")),
        f"{NODES}.language.options.0.language",
    ),
    "words in a language that the service has not": (
        lambda: changed("tool", options=options("tool", words={"it": ("altro",)})),
        f"{NODES}.tool.options.0.words.it",
    ),
    "nobody at 0": (lambda: changed("tool", person=""), f"{NODES}.tool.person"),
    "no person at 0": (lambda: changed("after_hours", person="voicemail"), f"{NODES}.after_hours.person"),
    "no try at all": (lambda: changed("tool", tries=0), f"{NODES}.tool.tries"),
    "patience beyond the charter": (lambda: changed("queue", patience=151), f"{NODES}.queue.patience"),
    "a message of no length": (lambda: changed("voicemail", seconds=0), f"{NODES}.voicemail.seconds"),
    "a transfer to no number": (
        lambda: with_nodes(tax=Transfer(prompt="tax", number="1890", otherwise="queue")),
        f"{NODES}.tax.number",
    ),
    "a long way to the first choice": (
        lambda: with_nodes(announcement=Say(prompt="tax", next="hours")),
        "menus.assistance.started",
    ),
    "a long choice of languages": (
        lambda: with_prompt("language", "fr", "bonjour " * 40 + "1"),
        "menus.assistance.start",
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_leaves_a_caller_alone_is_refused(name: str) -> None:
    change, key = GRAPHS[name]
    assert key in faults(change())


PROMPTS = {
    "no text": (with_prompt("tool", "nl", " "), "prompts.nl.tool"),
    "a key that is not said": (with_prompt("tool", "nl", "Druk op 1, 2 of 3."), "prompts.nl.tool"),
    "a language that is offered without its key": (
        with_prompt("language", "de", "Auf Deutsch?"),
        "prompts.de.language",
    ),
    "no number to confirm": (with_prompt("callback_confirm", "en", "Press 1 or 2."), "prompts.en.callback_confirm"),
    "a field of elsewhere": (with_prompt("closed", "fr", "Fermé. {opening} {wait}"), "prompts.fr.closed"),
    "a field that is no name": (with_prompt("closed", "fr", "Fermé. {opening!r}"), "prompts.fr.closed"),
    "a brace alone": (with_prompt("closed", "fr", "Fermé. {opening"), "prompts.fr.closed"),
    "too long": (with_prompt("tax", "fr", "bla " * 300), "prompts.fr.tax"),
    "a prompt that nothing says": (with_prompt("goodbye", "fr", "Au revoir."), "prompts.goodbye"),
}


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_that_would_fail_a_caller_is_refused(name: str) -> None:
    change, key = PROMPTS[name]
    assert key in faults(change)


def with_line(**fields: Any) -> Profile:
    return replace(profile(), lines=(replace(profile().lines[0], **fields), *profile().lines[1:]))


def with_phone(**fields: Any) -> Profile:
    return replace(profile(), phone=replace(profile().phone, **fields))


LINES = {
    "no such menu": (with_line(menu="none"), "lines.0.menu"),
    "no such mailbox": (with_line(mailbox="none"), "lines.0.mailbox"),
    "no such language": (with_line(language="it"), "lines.0.language"),
    "no number": (with_line(number="1718"), "lines.0.number"),
    "a number written otherwise": (with_line(number="081 00 17 18"), "lines.0.number"),
    "another line's number": (with_line(number="+3287001719"), "lines.0.number"),
    "another line's name": (with_line(name="1719"), "lines.0.name"),
    "a mailbox's name": (with_line(name="assistance"), "lines.0.name"),
    "a voice that is not there": (with_phone(voices={"fr": "Polly.Vicki-Neural"}), "phone.voices.fr"),
    "a language that is not recognised": (with_phone(recognition={"fr": "fr-BE"}), "phone.recognition.fr"),
    "a country that is not there": (with_phone(callback_countries=("BE", "XX")), "phone.callback_countries"),
    "a seat without a number": (replace(profile(), seats=(Seat(number="1", label="x"),)), "seats.0.number"),
    "a seat for nothing": (
        replace(profile(), seats=(Seat(number="+3281001801", label="x", areas=("notise",)),)),
        "seats.0.areas",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_could_not_be_answered_is_refused(name: str) -> None:
    change, key = LINES[name]
    assert key in faults(change)


def test_a_line_of_no_language_begins_with_the_choice_of_one() -> None:
    menu = replace(MENU, start="announcement")
    assert "lines.0.language" in faults(replace(profile(), menus={"assistance": menu}))


def test_what_a_seat_is_asked_is_written_where_seats_confirm() -> None:
    confirming = replace(profile(), phone=replace(profile().phone, confirm=True))
    assert faults(confirming) == {}
    without = {name: texts for name, texts in confirming.prompts.items() if name != "seat_confirm"}
    assert set(faults(replace(confirming, prompts=without))) == {
        f"prompts.{lang}.seat_confirm" for lang in profile().languages
    }
    assert faults(replace(profile(), prompts=without)) == {}


def test_a_language_that_the_provider_cannot_speak_is_refused() -> None:
    found = {key for key, _, _ in lint(profile(), Abilities({"fr": ["Polly.Isabelle-Neural"]}, ["fr-FR"]))}
    assert {"phone.voices.de", "phone.recognition.en"} <= found
    assert "phone.voices.fr" not in found


def test_a_provider_has_voices_of_its_own_where_the_profile_names_none() -> None:
    assert faults(with_phone(voices={}, recognition={})) == {}


def test_every_kind_of_node_fits_into_a_sound_menu() -> None:
    nodes: dict[str, Node] = {
        "hello": Say(prompt="queue_entered", next="number"),
        "number": Identify(prompt="case_number", next="which"),
        "which": Choose(
            prompt="after_hours",
            options=(Option(key="1", next="queue"), Option(key="2", next="centre", tools=("twice",))),
            sets=Sets.TOOL,
            person="queue",
            otherwise="queue",
        ),
        "centre": Transfer(prompt="queue_entered", number="+3281001999", otherwise="queue"),
        "queue": Queue(callback="callback", voicemail="voicemail"),
        "callback": Callback(next="agreed", voicemail="voicemail"),
        "voicemail": Voicemail(prompt="voicemail", next="kept"),
        "agreed": Goodbye(prompt="callback_agreed"),
        "kept": Goodbye(prompt="voicemail_kept"),
    }
    line = Line(
        name="1719", number="+3287001719", shown="1719", menu="m", hours="assistance", mailbox="beistand", language="de"
    )
    whole = replace(profile(), lines=(line,), menus={"m": Menu("hello", "hello", nodes)})
    said = {key for key in faults(whole) if not key.startswith("prompts.")}
    assert said == set()
