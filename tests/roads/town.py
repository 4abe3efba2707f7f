"""People who call a service that dies again and again, and the provider between them; time passes for all together."""

import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from sqlalchemy import Select, select

from app.demo.telephone.call import Call, NotListeningError, Webhooks
from app.demo.telephone.provider import Person
from app.demo.telephone.record import Recording
from store import tables
from tests.roads.carrier import Carrier
from tests.roads.house import House
from tests.servers.forked import Child
from tests.servers.process import answers, wait_until

LINE, CLOSED_LINE = "+3281001718", "+3287001719"
SEATS = [f"+328100180{number}" for number in range(1, 9)]
NOWHERE = "http://127.0.0.1:9/"
STEP = 0.2
"""Simulated seconds for each look at a condition, every 20 ms: up to ten times as fast as life."""
OUTAGE = 400.0
"""Seconds until somebody starts it again: longer than anything waits before it is looked for."""
TALK, PATIENCE = 5.0, 280.0
AGREED = "C'est noté"


@dataclass(frozen=True)
class Death:
    """Where the process dies, and whether it is back before the provider asks a second time."""

    place: str
    at_once: bool


@dataclass
class Town:
    """`deaths` come one after the other, each in a new life of the service; `clock` is the file of its clock.

    `patient` are callers who stay until somebody answers, `cut_off` whoever was on the line as an outage began,
    `deaths_seen` counts in how many deaths each call was on the line, and `promised` are the numbers of whoever was
    told to be called back.
    """

    house: House
    carrier: Carrier
    clock: Path
    deaths: deque[Death]
    port: int
    callers: list[Call] = field(default_factory=list)
    patient: list[Call] = field(default_factory=list)
    cut_off: set[str] = field(default_factory=set)
    deaths_seen: Counter[str] = field(default_factory=Counter)
    promised: list[str] = field(default_factory=list)
    kills: int = 0
    _numbers: Iterator[int] = field(default_factory=count)
    _life: ExitStack = field(default_factory=ExitStack)
    _child: Child | None = None
    _death: Death | None = None
    _talking: dict[str, datetime] = field(default_factory=dict)
    _ahead: timedelta = timedelta()

    @contextmanager
    def living(self) -> Iterator[None]:
        """The service lives and dies while the block runs."""
        self.carrier.on_failure = self._failed
        self.carrier.is_durable = self.is_durable
        for seat in SEATS:
            self.carrier.people[seat] = Person(after=6)
        try:
            self._begin()
            yield
        finally:
            self._life.close()

    # What people do. Whoever is hung up on has nothing more to say.

    def waits(self) -> Call:
        """Somebody wants to know about NOTICe and waits in the queue."""
        call = self._dials(LINE)
        self._presses(call, "12")
        return call

    def talks(self) -> None:
        """Somebody waits, is answered, and hangs up after a while."""
        call = self.waits()
        self.patient.append(call)
        self.until(lambda: call.talks_with or call.ended)
        self.until(lambda: call.ended, 40)

    def hangs_up_while_it_rings(self) -> None:
        call = self.waits()
        self.until(lambda: self.carrier.ringing() or call.ended)
        call.hang_up()
        self._stand_still(lambda: not self.read(select(tables.leg.c.id).where(tables.leg.c.ended_at.is_(None))))

    def asks_for_callback(self) -> None:
        """Somebody would rather be called, and is."""
        call = self.waits()
        self.carrier.people[call.from_] = Person(after=2)
        self._presses(call, "111")
        with suppress(NotListeningError):
            if AGREED in call.listen():
                self.promised.append(call.from_)
        self.until(lambda: any(one.to == call.from_ and one.ended for one in self.carrier.calls.values()))

    def leaves_message(self, delay: float = 0.0) -> None:
        """Somebody calls after hours and speaks; the provider has the sound after so many seconds."""
        call = self._dials(CLOSED_LINE)
        self._presses(call, "22")
        self._speaks(call, delay)
        sids = [one.sid for one in self.carrier.made.values() if one.call_sid == call.sid]
        self.until(lambda: all(sid not in self.carrier.recordings for sid in sids))

    def waits_for_the_sound(self) -> None:
        self.leaves_message(delay=30.0)

    def speaks_to_the_fallback(self) -> None:
        """Nobody answers the provider at the number's own address, but its fallback does."""
        self.carrier.numbers[LINE] = Webhooks(NOWHERE, self.carrier.webhooks.fallback, self.carrier.webhooks.status)
        call = self._dials(LINE)
        del self.carrier.numbers[LINE]
        self._speaks(call)
        self.until(lambda: call.sid not in {one.call_sid for one in self.carrier.recordings.values()})

    def ends_unheard(self) -> None:
        """The provider's last words on a call and its leg get lost."""
        call = self.waits()
        self.until(lambda: call.talks_with or call.ended)
        self.carrier.loses = "status"
        call.hang_up()
        self.pass_time(OUTAGE)
        self.carrier.loses = ""

    def rings_unbeknown(self) -> None:
        """The provider places a call, and its answer gets lost."""
        self.carrier.answers_orders = False
        placed = len(self._placed())
        call = self.waits()
        self.until(lambda: len(self._placed()) > placed or call.ended)
        self.carrier.answers_orders = True
        self.until(lambda: call.ended)

    # What passes

    def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Let time pass until then, or the process has died and come back, or patience ends."""
        life = self.kills

        def look() -> bool:
            self.pass_time(STEP)
            return bool(condition()) or self.kills != life

        with suppress(TimeoutError):
            wait_until(look, "something happens", seconds)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody, at least as fast as it really does."""
        behind = datetime.now(UTC) + self._ahead - self.carrier.timeline.now
        self.carrier.wait(max(seconds, behind.total_seconds()))
        self._hang_up()
        self._tell_time()
        if self._is_dead():
            self._come_back()

    @property
    def place(self) -> str:
        """Where the process is to die, '' in its last life."""
        return self._death.place if self._death else ""

    def is_durable(self, recording: Recording) -> bool:
        """Whether we hold that sound."""
        held = select(tables.blob.c.body).join(tables.recording, tables.recording.c.sha256 == tables.blob.c.sha256)
        return self.read(held.where(tables.recording.c.recording_sid == recording.sid)) == [(recording.wav,)]

    def read(self, question: Select[Any]) -> list[Any]:
        """Rows of the service's database, seen from outside."""
        with self.house.store() as store, store.reading() as tx:
            return list(tx.connection.execute(question))

    def _dials(self, line: str) -> Call:
        call = self.carrier.dial(line, f"+3247000{next(self._numbers):04d}")
        self.callers.append(call)
        return call

    def _presses(self, call: Call, keys: str) -> None:
        with suppress(NotListeningError):
            for key in keys:
                call.press(key)

    def _speaks(self, call: Call, delay: float = 0.0) -> None:
        self.carrier.media_delay = delay
        with suppress(NotListeningError):
            call.leave_message(4.0)
        self.carrier.media_delay = 0.0

    def _placed(self) -> list[Call]:
        """The calls that the service asked for."""
        return [one for one in list(self.carrier.calls.values()) if one.direction == "outbound-api"]

    def _hang_up(self) -> None:
        """Those who talk come to an end, and those who wait run out of patience."""
        now = self.carrier.timeline.now
        for call in [one for one in list(self.carrier.calls.values()) if not one.ended]:
            if call.talks_with and call.direction != "outbound-api":
                since, most = self._talking.setdefault(call.sid, now), TALK
            else:
                since, most = call.created_at, PATIENCE
            if (now - since).total_seconds() > most and (call.direction != "outbound-api" or call.answered_at):
                call.hang_up()

    def _stand_still(self, condition: Callable[[], object]) -> None:
        """Wait without letting time pass."""
        with suppress(TimeoutError):
            wait_until(lambda: condition() or self._is_dead(), "something happens", 5)

    # How the service lives

    def _begin(self) -> None:
        self._death = self.deaths.popleft() if self.deaths else None
        self._tell_time()
        self._child = self._life.enter_context(self.house.running(self.place))
        wait_until(lambda: answers(self.port) or self._is_dead(), "the service is there", 60)

    def _failed(self) -> None:
        """A request of the provider found nobody."""
        with suppress(TimeoutExpired):
            self._running.wait(0.5)  # until the system has noticed
        if self._is_dead() and self._death and self._death.at_once:
            self._come_back()
        elif self._is_dead():
            self._cut_off()

    def _come_back(self) -> None:
        """Start again: at once, or after an outage in which others call too."""
        assert self._running.returncode == -signal.SIGKILL, self.house.log()[-2000:]
        assert self._death, self.house.log()[-2000:]
        self.kills += 1
        self.deaths_seen.update(self._on_the_line())
        self._life.close()
        if not self._death.at_once:
            self._cut_off()
            self._dials(LINE)
            self.carrier.wait(OUTAGE)
        self._begin()

    def _cut_off(self) -> None:
        """Note who is on the line while nobody is there."""
        self.cut_off |= self._on_the_line()

    def _on_the_line(self) -> set[str]:
        return {one.sid for one in list(self.carrier.calls.values()) if not one.ended}

    def _is_dead(self) -> bool:
        return self._running.poll() is not None

    @property
    def _running(self) -> Child:
        assert self._child is not None
        return self._child

    def _tell_time(self) -> None:
        """Let the service's clock go with the provider's, never back."""
        ahead = self.carrier.timeline.now - datetime.now(UTC)
        self._ahead = max(self._ahead, ahead)
        written = self.clock.with_suffix(".new")
        written.write_text(str(self._ahead.total_seconds()))
        written.replace(self.clock)
