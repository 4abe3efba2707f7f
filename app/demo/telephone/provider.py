"""The provider: its calls, queues and recordings, the people whom it can ring, and what it tells our addresses.

    provider = Provider("http://127.0.0.1:8080", account_sid, token)
    call = provider.dial("+3281001718", "+32470001234")
    call.listen(); call.press("1"); call.say("NOTICe"); call.hang_up()

`provider.alerts` is what it complains of: a good conversation leaves it empty.
"""

import wave
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Literal

import structlog

from app.demo.telephone import sound
from app.demo.telephone.call import Call, Webhooks
from app.demo.telephone.dial import dial, ring
from app.demo.telephone.enqueue import Queue, enqueue
from app.demo.telephone.gather import gather
from app.demo.telephone.process import Ended, HungUp, Parted, PickedUp, Refused, Steps
from app.demo.telephone.record import NOTICE, Recording, record
from app.demo.telephone.script import Go, Handler, Script, speak
from app.demo.telephone.timeline import Timeline
from app.demo.telephone.twiml import RefusedError
from app.demo.telephone.web import Answer, Fetch, Pairs, Web, over_http

log = structlog.get_logger()

API = "https://api.twilio.com"
VERSION = "2010-04-01"

Habit = Literal["answers", "refuses", "fails"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a phone: what happens when it rings, and after how many seconds."""

    habit: Habit = "answers"
    after: float = 3.0


@dataclass(frozen=True, slots=True)
class Alert:
    """A complaint, as on the provider's list of errors."""

    call_sid: str
    code: int
    text: str


class Provider:
    """An account with that SID and auth token, whose numbers ask the service at `base_url`.

    Settings for tests: `numbers` (addresses of one number, where they differ), `owned` (the account's numbers, where
    that is to be checked), `people` (who answers by themselves), `empty_falls_through` (see `record`), `queue_hangup`
    (what the action is told of who hangs up while waiting: also `system-error`), `media_delay` (seconds until a
    recording can be fetched), `calls_per_second` (0: no limit), `patience` (how many times longer silence lasts) and
    `seconds_per_character` (the voice).
    """

    def __init__(
        self,
        base_url: str,
        account_sid: str,
        token: str,
        *,
        fetch: Fetch = over_http,
        start: datetime | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.token = token
        self.api_url = API
        self.web = Web(token, fetch)
        self.timeline = Timeline(start or datetime.now(UTC))
        self.webhooks = _webhooks(base_url)
        self.handlers: Mapping[str, Handler] = _HANDLERS
        self.numbers: dict[str, Webhooks] = {}
        self.owned: frozenset[str] = frozenset()
        self.people: dict[str, Person] = {}
        self.calls: dict[str, Call] = {}
        self.queues: dict[str, Queue] = {}
        self.recordings: dict[str, Recording] = {}
        self.alerts: list[Alert] = []
        self.empty_falls_through = True
        self.queue_hangup = "hangup"
        self.media_delay = 0.0
        self.calls_per_second = 0.0
        self.patience = 1.0
        self.seconds_per_character = 0.065
        self._next_start = 0.0
        self._lengths: dict[str, float] = {}

    # For people and tests

    def dial(self, to: str, from_: str, **extra: str) -> Call:
        """Call one of our numbers; `extra` are further fields of every request, such as ForwardedFrom."""
        call = Call(self, to, from_, self.numbers.get(to, self.webhooks), extra=extra)
        self.calls[call.sid] = call
        call.start(self._life(call, Script(call, self).top(Go(call.webhooks.voice))))
        self.timeline.advance()
        return call

    def wait(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.timeline.advance(seconds)

    def ringing(self) -> list[Call]:
        """The phones that ring now, the longest first."""
        return [one for one in list(self.calls.values()) if one.direction != "inbound" and one.accepts(PickedUp)]

    # For the API

    def create(self, to: str, from_: str, webhooks: Webhooks, timeout: float, document: bytes = b"") -> Call:
        """A call that the service asks for; it starts when the account's rate allows."""
        call = Call(self, to, from_, webhooks, direction="outbound-api", status="queued")
        start = self.timeline.seconds
        if self.calls_per_second:
            start = max(start, self._next_start)
            self._next_start = start + 1 / self.calls_per_second
        go = Go(webhooks.voice, document=document)
        self.place(call, Script(call, self).top(go), timeout, start - self.timeline.seconds)
        return call

    # For the verbs

    def place(self, call: Call, steps: Steps[None], timeout: float, delay: float = 0.0) -> None:
        """Ring somebody; `steps` follow once they have picked up."""
        self.calls[call.sid] = call
        call.start(self._life(call, self._ringing(call, steps, timeout)), delay)

    def post(self, call: Call, url: str, fields: Pairs, method: str = "POST") -> Answer:
        return self.web.ask(url, [*call.fields(), *fields], method)

    def queue(self, name: str) -> Queue:
        return self.queues.setdefault(name, Queue(name))

    def owns(self, number: str) -> bool:
        """Whether calls may come from that number."""
        return not self.owned or number in self.owned

    def alert(self, call_sid: str, error: RefusedError) -> None:
        log.warning("phone_provider_complains", code=error.code)
        self.alerts.append(Alert(call_sid, error.code, str(error)))

    def length_of(self, url: str, call_sid: str) -> float:
        """The seconds of a sound file; one that cannot be fetched or played is complained of, and takes no time."""
        if url not in self._lengths:
            answer = self.web.ask(url, (), "GET")
            self._lengths[url] = 0.0
            if not answer.good or not answer.content_type.startswith("audio/"):
                self.alert(call_sid, RefusedError(12300, f"{url} is no sound"))
            with suppress(wave.Error, EOFError):
                self._lengths[url] = sound.length(answer.body)
        return self._lengths[url]

    def keep(self, recording: Recording) -> Recording:
        self.recordings[recording.sid] = recording
        return recording

    def media_ready(self) -> datetime:
        return self.timeline.now + timedelta(seconds=NOTICE + self.media_delay)

    def media_url(self, recording: Recording) -> str:
        return f"{self.api_url}/{VERSION}/Accounts/{self.account_sid}/Recordings/{recording.sid}"

    def tell_recording(self, url: str, recording: Recording) -> None:
        """The request about a recording; its fields are not those of a call."""
        fields = {
            "AccountSid": self.account_sid,
            "CallSid": recording.call_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.media_url(recording),
            "RecordingStatus": recording.status,
            "RecordingDuration": str(recording.seconds),
            "RecordingChannels": "1",
            "RecordingStartTime": format_datetime(recording.started_at, usegmt=True),
            "RecordingSource": "RecordVerb",
            "RecordingTrack": "both",
        }
        self._must(self.web.ask(url, list(fields.items())), url, recording.call_sid)

    # How a call goes

    def _life(self, call: Call, steps: Steps[None]) -> Steps[None]:
        try:
            yield from steps
            status = "completed"
        except HungUp:
            status = "completed" if call.answered_at else "no-answer"
        except Ended as ended:
            status = ended.status
        call.status, call.ended_at = status, self.timeline.now
        self._progress(call, "completed")
        if call.parent:
            self.calls[call.parent].signal(Parted(status))

    def _ringing(self, call: Call, steps: Steps[None], timeout: float) -> Steps[None]:
        if call.ended:  # cancelled before its turn came: nobody is told
            call.webhooks = replace(call.webhooks, events=frozenset())
            raise Ended(call.status)
        self._progress(call, "initiated")
        person = self.people.get(call.to)
        if person and person.habit == "fails":
            raise Ended("failed")
        call.status = "ringing"
        self._progress(call, "ringing")
        if person:
            signal = PickedUp() if person.habit == "answers" else Refused()
            self.timeline.after(person.after, partial(call.signal, signal))
        missed = yield from ring(call, timeout)
        if missed:
            raise Ended(missed)
        call.answered_at, call.status = self.timeline.now, "in-progress"
        self._progress(call, "answered")
        yield from steps

    def _progress(self, call: Call, event: str) -> None:
        """Tell the status address, where it wants to know of this event. Numbers want the last one only."""
        if not call.webhooks.status or event not in call.webhooks.events:
            return
        fields = [
            ("Timestamp", format_datetime(self.timeline.now.astimezone(UTC), usegmt=True)),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(call.fired)),
        ]
        call.fired += 1
        if call.status == "queued":
            fields.append(("CallStatus", "initiated"))
        if event == "completed":
            fields += [("CallDuration", str(call.seconds)), ("Duration", str(-(-call.seconds // 60)))]
        told = list(dict([*call.fields(), *fields]).items())
        self._must(self.web.ask(call.webhooks.status, told), call.webhooks.status, call.sid)

    def _must(self, answer: Answer, url: str, call_sid: str) -> None:
        if not answer.good:
            self.alert(call_sid, RefusedError(11200, f"{url} answered {answer.status}"))


_HANDLERS: Mapping[str, Handler] = {
    "Say": speak,
    "Play": speak,
    "Pause": speak,
    "Gather": gather,
    "Record": record,
    "Enqueue": enqueue,
    "Dial": dial,
}


def _webhooks(base_url: str) -> Webhooks:
    """Where a number of ours is set to ask, by default."""
    voice, fallback, status = (
        f"{base_url.rstrip('/')}/voice/twilio/{name}" for name in ("incoming", "fallback", "status")
    )
    return Webhooks(voice, fallback, status)
