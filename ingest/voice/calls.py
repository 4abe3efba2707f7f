"""A call as it goes on: each request of a provider is one transaction, answered the same however often it comes.

A driver makes the keys from signed fields only, such as `step:3` or `status:completed`: they are unique within a call.
What goes wrong inside is kept with what the provider said, and raised as CallFailedError; the driver then answers with
words that need no database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.clock import Calendar
from cases.errors import TransientError
from cases.profile import Profile
from cases.tokens import Signer
from ingest.voice.event import Action, Event
from store.tx import Store

Raw = Mapping[str, Any]
"""A request's own fields, as the provider named them."""


class CallFailedError(TransientError):
    """This request could not be worked; the caller must still hear something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A call that comes in: the number that was called and who calls, both as the provider wrote them."""

    call_sid: str
    called: str
    caller_raw: str
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller gets to hear now. `step` is the number for the addresses that the driver hands out with it."""

    actions: tuple[Action, ...]
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A recording as the provider reports it. `status` is completed or absent; absent ones hold no sound."""

    recording_sid: str
    status: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls of one provider. `calendars` has one for each of the profile's `hours`; `clock` is real time and
    `office_clock` the one by which the office is open, which a rehearsal may set. Every method raises CallFailedError
    and nothing else."""

    provider: str
    store: Store
    profile: Profile
    signer: Signer
    calendars: Mapping[str, Calendar]
    clock: Callable[[], datetime]
    office_clock: Callable[[], datetime]

    def start(self, ring: Ring, key: str) -> Reply:
        """A call comes in. One that has ended already, which providers may tell first, is hung up."""
        raise NotImplementedError

    def step(self, call_sid: str, n: int, event: Event, raw: Raw, key: str) -> Reply:
        """The caller did something in answer to step `n`, or the queue asks what to play (Waits does not raise `n`).

        A repeat gets the same answer; a stale `n` gets the answer to where the call is now; a call that has ended, or
        that nobody has seen, gets HangUp.
        """
        raise NotImplementedError

    def answered(self, call_sid: str, leg_id: int, raw: Raw, key: str) -> None:
        """A seat and the caller are joined now: the exact moment. It may come late, even after the end."""
        raise NotImplementedError

    def recording(self, call_sid: str, message: Message, raw: Raw, key: str) -> None:
        """A recording is there, or is known to be empty. It may come before the step that says so, or after the end,
        and of a call that nobody has seen."""
        raise NotImplementedError

    def ended(self, call_sid: str, status: str, seconds: int, raw: Raw, key: str) -> None:
        """The provider's final word on a call. It may come before anything else of that call."""
        raise NotImplementedError
