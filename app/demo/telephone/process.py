"""A call as something that goes on in simulated time: a generator that says what it waits for.

It is resumed with what came - a key, speech, a message - or with None where the time that it named has passed. What
ends its present doing, wherever it stands, is thrown into it.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from app.demo.telephone.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Key:
    key: str


@dataclass(frozen=True, slots=True)
class Speech:
    """What the recogniser made of what was said; it does not always tell its `confidence` (0-1)."""

    text: str
    confidence: float | None = 0.9


@dataclass(frozen=True, slots=True)
class Sound:
    """Something spoken that is recorded: a WAV file and its seconds."""

    wav: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody stays silent until the other side tires of it."""


@dataclass(frozen=True, slots=True)
class PickedUp:
    """The one who is called answers."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The one who is called does not want to, or is on the phone."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody has joined the queue that is dialled."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Two calls are one talk now."""


@dataclass(frozen=True, slots=True)
class Parted:
    """The other one has left: `status` is what became of its call."""

    status: str = "completed"


Signal = Key | Speech | Sound | Silent | PickedUp | Refused | Offered | Joined | Parted


class Interruption(Exception):  # noqa: N818 (not an error)
    """Ends what a call is doing."""


class HungUp(Interruption):
    """The person has hung up."""


class Ended(Interruption):
    """We end the call: the document says so, or nothing is left to do. `status` is the call's last one."""

    def __init__(self, status: str = "completed") -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Until:
    """Waits for one of those signals, at most so many seconds (None: for ever). `speaking`: a voice is heard
    meanwhile."""

    seconds: float | None = None
    takes: tuple[type, ...] = ()
    speaking: bool = False


Result = TypeVar("Result")
Steps = Generator[Until, Signal | None, Result]


class Process:
    """Runs the steps of one call on a timeline. Signals that it does not wait for are lost, as keys are on a phone."""

    def __init__(self, timeline: Timeline, steps: Steps[None]) -> None:
        self._timeline = timeline
        self._steps = steps
        self._round = 0
        self.waits: Until | None = None

    def start(self) -> None:
        self._go_on(partial(next, self._steps))

    def feed(self, signal: Signal) -> None:
        if self.hears(type(signal)):
            self._go_on(partial(self._steps.send, signal))

    def interrupt(self, interruption: Interruption) -> None:
        if self.waits is not None:
            self._go_on(partial(self._steps.throw, interruption))

    def hears(self, kind: type) -> bool:
        """Whether a signal of that kind is waited for now."""
        return self.waits is not None and kind in self.waits.takes

    def _go_on(self, resume: Callable[[], Until]) -> None:
        self._round += 1
        self.waits = None
        try:
            self.waits = resume()
        except StopIteration:
            return
        if self.waits.seconds is not None:
            self._timeline.after(self.waits.seconds, partial(self._time_has_passed, self._round))

    def _time_has_passed(self, began: int) -> None:
        if began == self._round:
            self._go_on(partial(next, self._steps))
