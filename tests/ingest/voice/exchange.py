"""A phone provider for tests: it keeps what it was asked, and fails where it is told to."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cases.errors import PermanentError, TransientError
from ingest.voice.provider import CallSeen, Dial, Outcome, RecordingSeen, Sound, Standing
from tests.ingest.voice.phone import OPEN


@dataclass
class Exchange:
    """`faults` are raised one by one by the method of that name, before it does anything; `lost` are answers that
    never arrive: the request was worked, an error is raised."""

    name: str = "test"
    dialled: list[Dial] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    sounds: dict[str, Sound] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    calls: dict[str, CallSeen] = field(default_factory=dict)
    recordings: list[RecordingSeen] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    lost: list[Exception] = field(default_factory=list)

    def dial(self, call: Dial) -> str:
        self._fault("dial")
        self.dialled.append(call)
        call_sid = f"LEG{len(self.dialled)}"
        self.calls[call_sid] = seen(call_sid, called=call.number, outgoing=True)
        if self.lost:
            raise self.lost.pop(0)
        return call_sid

    def hang_up(self, call_sid: str) -> None:
        self._fault("hang_up")
        self.hung_up.append(call_sid)

    def recording(self, recording_sid: str) -> Sound:
        self._fault("recording")
        if recording_sid not in self.sounds:
            raise TransientError("the recording is not there yet")
        return self.sounds[recording_sid]

    def forget(self, recording_sid: str) -> None:
        self._fault("forget")
        self.forgotten.append(recording_sid)

    def call(self, call_sid: str) -> CallSeen:
        self._fault("call")
        if call_sid not in self.calls:
            raise PermanentError("no such call")
        return self.calls[call_sid]

    def calls_since(self, moment: datetime) -> Sequence[CallSeen]:
        self._fault("calls_since")
        return [call for call in self.calls.values() if call.started_at >= moment]

    def recordings_since(self, moment: datetime) -> Sequence[RecordingSeen]:
        self._fault("recordings_since")
        return [one for one in self.recordings if one.recorded_at >= moment]

    def ends(self, call_sid: str, outcome: Outcome = Outcome.COMPLETED, seconds: int = 30) -> None:
        """A call is over, and nobody is told."""
        self.calls[call_sid] = replace(self.calls[call_sid], standing=Standing(outcome=outcome, seconds=seconds))

    def _fault(self, method: str) -> None:
        if self.faults.get(method):
            raise self.faults[method].pop(0)


def seen(call_sid: str, **changed: Any) -> CallSeen:
    """A call in the log that runs since a moment ago."""
    values = {"called": "+3281001718", "caller_raw": "+32470001234", "started_at": OPEN, "outgoing": False}
    return CallSeen(call_sid=call_sid, **(values | {"standing": Standing(outcome=None)} | changed))


def wave(seconds: float, rate: int = 8000) -> bytes:
    """Silence as WAVE: 16 bits, one channel."""
    data = bytes(2 * round(rate * seconds))
    shape = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    body = b"WAVE" + shape + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
