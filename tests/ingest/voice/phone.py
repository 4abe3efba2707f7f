"""A provider for tests: it numbers its requests as a driver does, and can repeat any of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app import holidays
from cases.profile import Profile
from cases.tokens import Signer
from ingest.voice.calls import Calls, Message, Reply, Ring
from ingest.voice.event import Event, Keyed, Recorded, Spoke, Waits
from store.tx import Store

OPEN = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CLOSED = datetime(2026, 3, 24, 19, 0, tzinfo=UTC)
CALLER = "+32470001234"
LINE = "+3281001718"
GERMAN_LINE = "+3287001719"
SID = "CA1"


@dataclass
class Telephone:
    """Calls in, and looks at what became of it. `now` moves only where a test moves it."""

    store: Store
    profile: Profile
    now: datetime = OPEN
    reply: Reply | None = None
    steps: dict[str, int] = field(default_factory=dict)
    requests: list[Callable[[], Any]] = field(default_factory=list)
    through: Callable[[Callable[[], Any]], Any] = lambda request: request()

    @property
    def calls(self) -> Calls:
        return Calls(
            provider="test",
            store=self.store,
            profile=self.profile,
            signer=Signer(b"a secret of the tests"),
            calendars={name: holidays.calendar(self.profile, name) for name in self.profile.hours},
            clock=lambda: self.now,
            office_clock=lambda: self.now,
        )

    def ring(self, caller: str = CALLER, called: str = LINE, sid: str = SID) -> Reply:
        ring = Ring(call_sid=sid, called=called, caller_raw=caller, raw={"From": caller})
        return self._heard(lambda: self.calls.start(ring, "started"), sid)

    def does(self, event: Event, sid: str = SID) -> Reply:
        n = self.steps.get(sid, 0)
        waits = f"wait:{n}:{len(self.requests)}"
        key = waits if isinstance(event, Waits) else f"step:{n}"
        return self._heard(lambda: self.calls.step(sid, n, event, {"event": str(event)}, key), sid)

    def keys(self, digits: str, sid: str = SID) -> Reply:
        """Press keys, each in answer to one question; `#` ends an entry and is not sent."""
        reply = None
        for entry in digits.split():
            reply = self.does(Keyed(entry), sid)
        assert reply is not None
        return reply

    def says(self, text: str, sid: str = SID) -> Reply:
        return self.does(Spoke(text), sid)

    def leaves_message(self, seconds: int = 12, sid: str = SID, *, hung_up: bool = False) -> Reply:
        return self.does(Recorded(seconds, hung_up=hung_up), sid)

    def recording(self, seconds: int = 12, sid: str = SID, status: str = "completed") -> None:
        message = Message(recording_sid=f"RE{sid}", status=status, seconds=seconds)
        self._told(lambda: self.calls.recording(sid, message, {}, f"recording:RE{sid}"))

    def answered(self, leg_id: int = 1, sid: str = SID) -> None:
        self._told(lambda: self.calls.answered(sid, leg_id, {}, f"answered:{leg_id}"))

    def ended(self, sid: str = SID, seconds: int = 60, status: str = "completed") -> None:
        self._told(lambda: self.calls.ended(sid, status, seconds, {}, f"status:{status}"))

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def call(self, sid: str = SID) -> Any:
        return self.read(lambda tx: tx.calls.find_sid("test", sid))

    def case(self, sid: str = SID) -> Any:
        return self.read(lambda tx: tx.cases.find(tx.calls.find_sid("test", sid).case_id))

    def cases(self) -> list[Any]:
        return self.read(lambda tx: tx.cases.latest())

    def entries(self, sid: str = SID) -> list[Any]:
        return self.read(lambda tx: tx.cases.entries(tx.calls.find_sid("test", sid).case_id))

    def outbound(self) -> list[Any]:
        return self.read(lambda tx: tx.outbound.latest())

    def events(self, sid: str = SID) -> list[Any]:
        return self.read(lambda tx: tx.calls.events("test", sid))

    def callback(self, sid: str = SID) -> Any:
        return self.read(lambda tx: tx.callbacks.of_call(tx.calls.find_sid("test", sid).id))

    def read(self, question: Callable[[Any], Any]) -> Any:
        with self.store.reading() as tx:
            return question(tx)

    def _heard(self, request: Callable[[], Reply], sid: str) -> Reply:
        reply: Reply = self._told(request)
        self.reply, self.steps[sid] = reply, reply.step
        return reply

    def _told(self, request: Callable[[], Any]) -> Any:
        self.requests.append(request)
        return self.through(request)
