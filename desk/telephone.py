"""What the desk needs of the demonstration's telephone; `app.demo.telephone` provides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Act(StrEnum):
    """What somebody does with a telephone. Keys and speech come with a text."""

    KEYS = "keys"
    SPEECH = "speech"
    SILENCE = "silence"
    ANSWER = "answer"
    REFUSE = "refuse"
    HANG_UP = "hang_up"


class Moment(StrEnum):
    """What goes on at a telephone. Speaking, listening and recording are what the voice at the other end does."""

    RINGING = "ringing"
    SPEAKING = "speaking"
    LISTENING = "listening"
    RECORDING = "recording"
    WAITING = "waiting"
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Something that was heard, or that the person at this telephone did where `mine`.

    `lang` is a language tag (BCP 47) or ''. `sign` says what the text does not: tone, music, sound, keys, silence, or
    unheard, where nobody listened.
    """

    text: str = ""
    lang: str = ""
    sign: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One telephone in somebody's hand. `number` is its own, `called` the one that was dialled, `other` the one that it
    talks with or '', `seconds` how long it has been in use."""

    sid: str
    number: str
    called: str
    moment: Moment
    phrases: Sequence[Phrase]
    other: str = ""
    seconds: int = 0


class Telephone(Protocol):
    """Telephones to call the service with, and those that the service rings."""

    def dial(self, to: str, caller: str) -> str:
        """Call a line; returns the call's id. `caller` is E.164 or a word of the provider's for a hidden number."""
        ...

    def find(self, sid: str) -> Receiver | None:
        """The telephone of that call, or None."""
        ...

    def rung(self) -> Sequence[Receiver]:
        """Those that the service has rung and that are in use."""
        ...

    def act(self, sid: str, act: Act, text: str = "") -> None:
        """Do something; what nobody waits for is lost, as on any telephone."""
        ...
