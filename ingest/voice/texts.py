"""Which prompts a menu says, with which fields, and which keys each of them must name."""

from collections.abc import Iterator
from dataclasses import dataclass

from cases.phone import (
    Callback,
    Choose,
    Goodbye,
    Identify,
    Menu,
    Node,
    Opening,
    Queue,
    Say,
    Sets,
    Stand,
    Transfer,
    Voicemail,
)
from ingest.voice import choice, nodes, offers


@dataclass(frozen=True, slots=True)
class Said:
    """One prompt. `lang` is the only language that it is said in with these keys, '' where it is each one."""

    prompt: str
    keys: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    lang: str = ""


def said(menu: Menu) -> Iterator[Said]:
    """Everything that the menu says, besides the banner."""
    for node in menu.nodes.values():
        yield from _own(node)
        yield from OF_KIND.get(type(node), ())


def _own(node: Node) -> Iterator[Said]:
    """What is named in the profile."""
    if isinstance(node, Choose):
        yield from _question(node)
    elif isinstance(node, Opening):
        if node.prompt:
            yield Said(node.prompt, fields=frozenset({"opening"}))
    elif isinstance(node, Say | Identify | Stand | Voicemail | Transfer | Goodbye):
        yield Said(node.prompt)


def _question(node: Choose) -> Iterator[Said]:
    if node.sets is Sets.LANGUAGE:
        yield from (Said(node.prompt, frozenset(option.key), lang=option.language) for option in node.options)
    else:
        yield Said(node.prompt, frozenset(option.key for option in node.options if option.key))


_NUMBER = frozenset({"number"})
OF_KIND: dict[type[Node], tuple[Said, ...]] = {
    Choose: (Said(choice.NOT_UNDERSTOOD),),
    Identify: (Said(choice.NOT_UNDERSTOOD), Said(nodes.IDENTIFIED, fields=_NUMBER)),
    Stand: (
        Said(choice.NOT_UNDERSTOOD),
        Said(nodes.IDENTIFIED, fields=_NUMBER),
        *(Said(prompt) for prompt in nodes.STANDS.values()),
        Said(nodes.ANSWER_BY, fields=frozenset({"due"})),
        Said(nodes.NO_CODE),
        Said(nodes.TOO_MANY_CODES),
    ),
    Voicemail: (Said(nodes.EMPTY_MESSAGE), Said(nodes.NO_MESSAGE)),
    Queue: (
        Said(offers.ENTERED),
        Said(offers.ROUND, fields=frozenset({"position", "wait"})),
        Said(offers.ROUND_OFFER, frozenset("1")),
        Said(offers.OFFERED, frozenset("12")),
        Said(offers.UNREACHABLE, frozenset("12")),
        Said(offers.TALKED),
    ),
    Callback: (
        Said(choice.NOT_UNDERSTOOD),
        Said(offers.CONFIRM_NUMBER, frozenset("12"), _NUMBER),
        Said(offers.ASK_NUMBER),
        Said(offers.BAD_NUMBER),
        Said(offers.OWN_NUMBER),
        Said(offers.ASK_SLOT, frozenset("123")),
    ),
}

SEAT_CONFIRM = Said("seat_confirm", frozenset("1"))
"""What is said to whoever picks up at a seat, where seats confirm."""
