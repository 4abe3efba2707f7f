"""The types of a service's phone lines: their menus, hours and people. Read from the profile, checked in `app`.

A menu is a graph of nodes by name. What each node does is in `ingest.voice.menu`; nothing here does I/O, and nothing
names a provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

_STRICT = {"strict": True, "extra": "forbid"}


class Sets(StrEnum):
    """What a choice says about the caller."""

    NOTHING = ""
    LANGUAGE = "language"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One spoken text. `recording` is the name of a sound file that is played instead, or ''; `text` may have fields
    such as `{position}`, and is then always read by a voice."""

    text: str
    recording: str = ""


Prompts = Mapping[str, Mapping[str, Prompt]]
"""Prompt name -> language -> what is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way on from a choice, by key or by speech; a `key` of '' is reached by speech only. `words` are phrases that
    mean it, by language; `tools` are the candidates that it leaves, `language` the one that it chooses."""

    __pydantic_config__ = _STRICT
    key: str
    next: str
    tools: tuple[str, ...] = ()
    language: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Says something and goes on."""

    __pydantic_config__ = _STRICT
    kind: Literal["say"] = "say"
    prompt: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Asks for a key or a word. `0` goes to `person`, `#` to `number` (where the case number is keyed), `*` repeats.

    After `tries` without an answer that is understood, the call goes to `otherwise`.
    """

    __pydantic_config__ = _STRICT
    kind: Literal["choose"] = "choose"
    prompt: str
    options: tuple[Option, ...]
    sets: Sets = Sets.NOTHING
    person: str = ""
    number: str = ""
    tries: int = 2
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Goes to `open` within the line's opening hours, else says the prompt, if there is one, and goes to `closed`."""

    __pydantic_config__ = _STRICT
    kind: Literal["hours"] = "hours"
    open: str
    closed: str
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Says the running incident's text, where one runs, or else nothing. Who hangs up on it is counted as deflected."""

    __pydantic_config__ = _STRICT
    kind: Literal["announce"] = "announce"
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """Asks for a case number by keypad, ended by `#`, and reads it back."""

    __pydantic_config__ = _STRICT
    kind: Literal["identify"] = "identify"
    prompt: str
    next: str
    tries: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Asks for the code of a receipt by keypad, ended by `#`, and says where its case stands; a case number that is
    keyed instead is taken as `Identify` does."""

    __pydantic_config__ = _STRICT
    kind: Literal["status"] = "status"
    prompt: str
    next: str
    tries: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Waits for a person. The caller may key 1 for a callback meanwhile; after `patience` seconds one is offered."""

    __pydantic_config__ = _STRICT
    kind: Literal["queue"] = "queue"
    callback: str
    voicemail: str
    patience: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Takes a number, reads it back digit by digit, and asks when to call. Where no number is found: `voicemail`."""

    __pydantic_config__ = _STRICT
    kind: Literal["callback"] = "callback"
    next: str
    voicemail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Says the notice that a message is recorded and why, and records it."""

    __pydantic_config__ = _STRICT
    kind: Literal["voicemail"] = "voicemail"
    prompt: str
    next: str
    seconds: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Puts the caller through to another centre; where nobody answers there: `otherwise`."""

    __pydantic_config__ = _STRICT
    kind: Literal["transfer"] = "transfer"
    prompt: str
    number: str
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Says the last words and ends the call. `referral`: the words send the caller elsewhere (a form, another service),
    which is counted as deflected."""

    __pydantic_config__ = _STRICT
    kind: Literal["goodbye"] = "goodbye"
    prompt: str
    referral: bool = False


Node = Say | Choose | Opening | Announce | Identify | Stand | Queue | Callback | Voicemail | Transfer | Goodbye

KINDS: Mapping[str, type[Node]] = {
    "say": Say,
    "choose": Choose,
    "hours": Opening,
    "announce": Announce,
    "identify": Identify,
    "status": Stand,
    "queue": Queue,
    "callback": Callback,
    "voicemail": Voicemail,
    "transfer": Transfer,
    "goodbye": Goodbye,
}


@dataclass(frozen=True, slots=True)
class Naming:
    """How people say a tool: `phrases` mean it, `never` are phrases that sound like it and mean something else."""

    phrases: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A graph of nodes. `start` is where a call begins; on a line of one language, `started` is, after the language.

    `tools` says how each tool of the profile is named, `country` (ISO 3166) is that of a number which is keyed without
    one, and numbers of `countries` may be called back.
    """

    start: str
    started: str
    nodes: Mapping[str, Node]
    tools: Mapping[str, Naming] = field(default_factory=dict)
    country: str = "BE"
    countries: tuple[str, ...] = ("BE",)


def tells_status(menu: Menu) -> bool:
    """Whether callers can hear where a case stands."""
    return any(isinstance(node, Stand) for node in menu.nodes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One phone line, told apart by the number that was called.

    `number` is E.164, `shown` how people know it. `language` is '' where the menu asks for it. `mailbox` sends the
    mails about its calls, and its team is told. `hours` names one of the profile's.
    """

    __pydantic_config__ = _STRICT
    name: str
    number: str
    shown: str
    menu: str
    hours: str
    mailbox: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """What holds for all lines.

    `callback_countries` are the regions (ISO 3166) that may be called back. `answer_goal` and `charter` are the seconds
    of the service levels; `short_abandon` those under which an abandoned call is reported apart. `voicemail_days` is
    how long sound is kept. `confirm`: a seat takes a call by pressing 1, as no answering machine does. `voices` maps a
    language to the provider's voice, `recognition` to its recogniser's.
    """

    __pydantic_config__ = _STRICT
    callback_countries: tuple[str, ...] = ("BE", "LU", "FR", "DE", "NL")
    answer_goal: int = 30
    charter: int = 150
    short_abandon: int = 10
    voicemail_days: int = 30
    confirm: bool = False
    voices: Mapping[str, str] = field(default_factory=dict)
    recognition: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A number where somebody answers, as the directory begins with. `areas` are tools, lines or languages it serves;
    none means every one. Lower `order` rings first."""

    __pydantic_config__ = _STRICT
    number: str
    label: str
    areas: tuple[str, ...] = ()
    order: int = 100
