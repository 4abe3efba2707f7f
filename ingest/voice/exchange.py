"""What a driver and the calls say to each other, beside the menu's own events and actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.errors import TransientError
from ingest.voice.event import Action
from ingest.voice.recordings import ABSENT

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
    """A recording as the provider reports it. `status` is completed or absent: then there is no sound. `seconds` is
    below 0 where unknown."""

    recording_sid: str
    status: str
    seconds: int

    @property
    def is_heard(self) -> bool:
        return self.status != ABSENT and self.seconds != 0
