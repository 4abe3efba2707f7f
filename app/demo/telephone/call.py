"""One call, and the person at its end: who hears, presses keys, speaks, leaves a message, hangs up."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from app.demo.telephone import sound
from app.demo.telephone.process import (
    HungUp,
    Interruption,
    Key,
    PickedUp,
    Process,
    Refused,
    Signal,
    Silent,
    Sound,
    Speech,
    Steps,
)

if TYPE_CHECKING:
    from app.demo.telephone.provider import Provider

LONGEST = 4 * 3600
"""Seconds after which the provider ends any call."""

PATIENCE = 300.0
"""Seconds that a person listens before giving up to be asked anything."""

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class NotListeningError(Exception):
    """Nobody waits for what the person wants to do."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came out of the receiver: a text in a language and voice, the address of a recording, or a sign: `tone`,
    `music`."""

    at: datetime
    text: str = ""
    lang: str = ""
    voice: str = ""
    url: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The addresses of ours that belong to a call. `events` are those that `status` is told."""

    voice: str
    fallback: str = ""
    status: str = ""
    events: frozenset[str] = frozenset({"completed"})


@dataclass(eq=False)
class Call:
    """A call as its person sees it. `status` and `direction` are the provider's words.

    The person is patient: what needs somebody who listens lets time pass until somebody does.
    """

    provider: "Provider"
    to: str
    from_: str
    webhooks: Webhooks
    direction: str = "inbound"
    status: str = "ringing"
    parent: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    sid: str = field(default_factory=lambda: f"CA{uuid.uuid4().hex}")
    heard: list[Heard] = field(default_factory=list)
    talks_with: str = ""
    created_at: datetime = field(init=False)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    fired: int = 0
    _process: Process = field(init=False, repr=False)
    _read: int = 0

    def __post_init__(self) -> None:
        self.created_at = self.provider.timeline.now

    @property
    def ended(self) -> bool:
        return self.status in OVER

    @property
    def seconds(self) -> int:
        """How long it lasted, from its answer on."""
        end = self.ended_at or self.provider.timeline.now
        return round((end - self.answered_at).total_seconds()) if self.answered_at else 0

    # What the person does

    def press(self, keys: str) -> None:
        for key in keys:
            self._await(Key)
            self.act(Key(key))

    def say(self, text: str, confidence: float | None = 0.9) -> None:
        """Speak; the recogniser understands every word."""
        self._await(Speech)
        self.act(Speech(text, confidence))

    def stay_silent(self) -> None:
        """Say nothing until the other side tires of it."""
        self._await(Silent)
        self.act(Silent())

    def leave_message(self, seconds: float = 8.0, end: str = "#", wav: bytes = b"") -> None:
        """Speak after the tone (`wav`, or an invented voice), then press `end`; '' stays silent, `hangup` hangs up."""
        wav = wav or sound.tone(seconds)
        self._await(Sound)
        self.act(Sound(wav, sound.length(wav)))
        self.wait(sound.length(wav))
        if end == "hangup":
            self.hang_up()
        elif end:
            self.act(Key(end))
        else:
            self.stay_silent()

    def listen(self) -> str:
        """Let time pass until the voice is silent; what it has said since the last time, in one string."""
        while self.is_spoken_to:
            self.provider.timeline.advance_to_next(PATIENCE)
        return self.news()

    def news(self) -> str:
        """What was heard since the last look."""
        fresh, self._read = self.heard[self._read :], len(self.heard)
        return " ".join(one.text or one.url for one in fresh if not one.sign)

    def wait(self, seconds: float) -> None:
        self.provider.timeline.advance(seconds)

    def hang_up(self) -> None:
        self.interrupt(HungUp())
        self.wait(0)

    def answer(self) -> None:
        """Pick up, where this phone rings."""
        self._await(PickedUp)
        self.act(PickedUp())

    def refuse(self) -> None:
        self._await(Refused)
        self.act(Refused())

    def act(self, signal: Signal) -> None:
        """Do something now, whether somebody listens or not."""
        self.signal(signal)
        self.wait(0)

    @property
    def is_spoken_to(self) -> bool:
        """Whether a voice is heard now."""
        return self._process.waits is not None and self._process.waits.speaking

    def accepts(self, kind: type) -> bool:
        """Whether somebody waits for that now."""
        return self._process.hears(kind)

    # What happens to it

    def start(self, steps: Steps[None], delay: float = 0.0) -> None:
        """Begin after so many seconds."""
        self._process = Process(self.provider.timeline, steps)
        self.provider.timeline.after(delay, self._process.start)
        self.provider.timeline.after(delay + LONGEST, lambda: self._process.interrupt(HungUp()))

    def signal(self, signal: Signal) -> None:
        self.provider.timeline.after(0, lambda: self._process.feed(signal))

    def interrupt(self, interruption: Interruption) -> None:
        self.provider.timeline.after(0, lambda: self._process.interrupt(interruption))

    def hears(self, **heard: str) -> None:
        self.heard.append(Heard(self.provider.timeline.now, **heard))

    def fields(self) -> list[tuple[str, str]]:
        """What every request about this call says (twilio.com/docs/voice/twiml#request-parameters)."""
        said = {
            "CallSid": self.sid,
            "AccountSid": self.provider.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": self.direction,
            **({"ParentCallSid": self.parent} if self.parent else {}),
            **self.extra,
        }
        return list(said.items())

    def _await(self, kind: type) -> None:
        timeline = self.provider.timeline
        limit = timeline.seconds + PATIENCE
        self.wait(0)
        while not self.accepts(kind):
            if self.ended or not timeline.advance_to_next(limit - timeline.seconds):
                raise NotListeningError(f"nobody waits for {kind.__name__}; last heard: {self.heard[-1:]}")
