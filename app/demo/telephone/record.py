"""Record (twilio.com/docs/voice/twiml/record): a tone, then what is said, until a key, silence or a hang-up ends it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from app.demo.telephone import sound
from app.demo.telephone.process import HungUp, Key, Signal, Silent, Sound, Steps
from app.demo.telephone.script import Go, Place, Script
from app.demo.telephone.twiml import Verb

NOTICE = 1.0
"""Seconds between the end of a recording and the request about it."""


@dataclass(eq=False)
class Recording:
    """What was recorded; `ready_at` is when its sound can be fetched, `status` the provider's word."""

    call_sid: str
    wav: bytes
    seconds: int
    started_at: datetime
    ready_at: datetime
    sid: str = field(default_factory=lambda: f"RE{uuid.uuid4().hex}")

    @property
    def status(self) -> str:
        return "completed" if self.seconds else "absent"


def record(script: Script, verb: Verb, place: Place) -> Steps[Go | None]:
    """Record, then go on to the action.

    Where nothing was said the provider's page contradicts itself: `empty_falls_through` has the next verb follow, else
    the action is asked with a duration of 0.
    """
    began = script.provider.timeline.now
    if verb.get("playBeep", "true") == "true":
        script.call.hears(sign="tone")
    tape = _Tape(script, verb)
    try:
        ended_by = yield from tape.run()
    except HungUp:
        recording = _keep(script, verb, place, tape, began)
        if recording.seconds or not script.provider.empty_falls_through:
            script.call.status = "completed"
            script.tell(script.action(verb, place, _fields(script, recording, "hangup")))
        raise
    recording = _keep(script, verb, place, tape, began)
    if not recording.seconds and script.provider.empty_falls_through:
        return None
    return script.action(verb, place, _fields(script, recording, ended_by))


class _Tape:
    """What is being said, as far as it was said when it ended."""

    def __init__(self, script: Script, verb: Verb) -> None:
        self._script = script
        self._ends = verb.get("finishOnKey", "1234567890*#")
        self._longest = float(verb.number("maxLength", 3600))
        self._silence = verb.number("timeout", 5) * script.provider.patience
        self._sound: Sound | None = None
        self._since = 0.0

    def run(self) -> Steps[str]:
        """Returns the key that ended it, or ''."""
        heard = yield from self._script.until(self._silence, Key, Silent, Sound)
        while heard is not None and not isinstance(heard, Silent):
            if isinstance(heard, Key) and heard.key in self._ends:
                return heard.key
            heard = yield from self._next(heard)
        return ""

    @property
    def wav(self) -> bytes:
        """What was said until now, or until its end."""
        if self._sound is None:
            return b""
        said = self._script.provider.timeline.seconds - self._since
        return sound.cut(self._sound.wav, min(said, self._sound.seconds, self._longest))

    def _next(self, heard: Signal) -> Steps[Signal | None]:
        """What follows a key that ends nothing, or the beginning of the message: the silence after it, at most until
        the tape is full."""
        if not isinstance(heard, Sound):
            return (yield from self._script.until(self._silence, Key, Silent, Sound))
        self._sound, self._since = heard, self._script.provider.timeline.seconds
        return (yield from self._script.until(min(self._longest, heard.seconds + self._silence), Key, Silent))


def _keep(script: Script, verb: Verb, place: Place, tape: _Tape, began: datetime) -> Recording:
    """Keep the recording and plan the request about it."""
    wav = tape.wav
    seconds = max(1, round(sound.length(wav))) if wav else 0
    recording = script.provider.keep(Recording(script.call.sid, wav, seconds, began, script.provider.media_ready()))
    wanted = verb.get("recordingStatusCallbackEvent", "completed").split()
    if verb.get("recordingStatusCallback") and recording.status in wanted:
        url = script.address(place, verb.get("recordingStatusCallback"))
        script.provider.timeline.after(NOTICE, lambda: script.provider.tell_recording(url, recording))
    return recording


def _fields(script: Script, recording: Recording, ended_by: str) -> list[tuple[str, str]]:
    return [
        ("RecordingUrl", script.provider.media_url(recording)),
        ("RecordingDuration", str(recording.seconds)),
        ("Digits", ended_by),
    ]
