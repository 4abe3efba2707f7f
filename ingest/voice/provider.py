"""What we ask of a phone provider: to place calls, to end them, and for its own record of calls and recordings.

A driver implements `Provider`; nothing here names one. Every method raises TransientError where the provider is not
there or asks to wait, PermanentError where it refuses for good, and returns within the driver's own time limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cases.errors import TransientError


class Outcome(StrEnum):
    """How a call ended, as providers agree to say (SIP has the same five)."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class UnsureError(TransientError):
    """The request has left and no answer came: the call may have been placed or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A call to place. `number` is who is rung, `line_number` the public line that is shown, both E.164; `leg_id`
    comes back in every request about this call; after `timeout` seconds of ringing it is given up."""

    number: str
    line_number: str
    leg_id: int
    timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A recording's bytes, as the provider names their type."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a call stands: `outcome` is None while it runs. `seconds` is its length."""

    outcome: Outcome | None
    seconds: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """A call in the provider's log. `outgoing` is true of those that we asked for; `called` and `caller_raw` are as a
    request about it would have said."""

    call_sid: str
    called: str
    caller_raw: str
    started_at: datetime
    outgoing: bool
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSeen:
    """A recording in the provider's log."""

    recording_sid: str
    call_sid: str
    seconds: int
    recorded_at: datetime
    absent: bool = False


class Provider(Protocol):
    """A provider's own interface, as far as we use it."""

    @property
    def name(self) -> str:
        """As in `call.provider`."""
        ...

    def dial(self, call: Dial) -> str:
        """Place a call and return the provider's id of it; it rings later. Raises UnsureError where no answer came."""
        ...

    def hang_up(self, call_sid: str) -> None:
        """End a call; one that has ended already is left alone."""
        ...

    def recording(self, recording_sid: str) -> Sound:
        """The sound of a recording. Raises TransientError while it is not there: for minutes that is normal."""
        ...

    def forget(self, recording_sid: str) -> None:
        """Delete a recording; one that is not there any more is no error."""
        ...

    def call(self, call_sid: str) -> CallSeen:
        """One call as the provider knows it, with where it stands. Raises PermanentError where it knows none."""
        ...

    def calls_since(self, moment: datetime) -> Sequence[CallSeen]:
        """The calls that began at that moment or later, oldest first."""
        ...

    def recordings_since(self, moment: datetime) -> Sequence[RecordingSeen]:
        """The recordings made at that moment or later, oldest first."""
        ...
