"""An hour of a service's life in small: people write and call, the network stumbles, and somebody reads the gauges."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import func, select

from app.demo.telephone.call import NotListeningError
from app.demo.telephone.provider import Person
from store import tables
from tests.roads.carrier import Carrier
from tests.roads.day_of_calls import Day
from tests.roads.deaths import Crowd
from tests.roads.house import House, Ship
from tests.roads.town import SEATS
from tests.servers.faulty import FaultProxy

MAILS_A_SECOND, CALLS = 10, 20
FAULT_EVERY = 20.0
SAMPLE_EVERY = 5.0
QUEUES = (tables.inbound, tables.outbound, tables.recording, tables.leg)


@dataclass(frozen=True)
class Sample:
    """The gauges at one moment: seconds since the start, MB and counts of all processes together."""

    at: float
    rss: float
    handles: int
    connections: int
    queued: int
    wal: float


@dataclass
class Gauges:
    """Reads the gauges of an installation's processes."""

    house: House
    ships: Sequence[Ship]
    samples: list[Sample] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def read(self) -> None:
        found = [psutil.Process(ship.child.pid) for ship in self.ships]
        wal = Path(f"{self.house.folder / 'aiguillage.db'}-wal")
        self.samples.append(
            Sample(
                at=round(time.monotonic() - self._began, 1),
                rss=sum(one.memory_info().rss for one in found) / 1e6,
                handles=sum(one.num_fds() for one in found),
                connections=sum(len(one.net_connections("tcp")) for one in found),
                queued=self._queued(),
                wal=wal.stat().st_size / 1e6 if wal.exists() else 0.0,
            )
        )

    def _queued(self) -> int:
        """Rows that wait for work, mails that wait for a citizen's back-off apart: those are not due."""
        with self.house.store() as store, store.reading() as tx:
            now = datetime.now(UTC)
            waiting = [
                select(func.count()).where(table.c.state == "pending", table.c.due_at <= now) for table in QUEUES
            ]
            return sum(tx.connection.execute(one).scalar_one() for one in waiting)


@dataclass
class Line:
    """Callers, so many at a time, in real time; each means to do something else."""

    carrier: Carrier
    chance: random.Random
    day: Day = field(init=False)

    def __post_init__(self) -> None:
        self.day = Day(self.carrier, work=lambda: None)
        for seat in SEATS:
            self.carrier.people[seat] = Person(after=4)

    def go_on(self) -> None:
        """Let the time that has passed pass for the provider too, and others call for those who are gone."""
        behind = datetime.now(UTC) - self.carrier.timeline.now
        self.carrier.wait(max(behind, timedelta()).total_seconds())
        with suppress(NotListeningError):
            self.day.go_on(self.chance)
        if len(self.day.there) < CALLS:
            with suppress(NotListeningError):  # hung up on in the middle of the menu
                self.day.arrive(self.chance)

    def hang_up(self) -> None:
        """Everybody has said what they wanted to."""
        for one in self.day.callers:
            if not one.call.ended:
                one.call.hang_up()

    @property
    def calls(self) -> list[str]:
        return [one.call.sid for one in self.day.callers]


def mild_faults(imap: FaultProxy, smtp: FaultProxy) -> Iterator[Callable[[], object]]:
    """What a network does on an ordinary bad day, one after the other; between them it is well."""
    slow, well = {"latency": 0.2}, {"latency": 0.0}
    return itertools.cycle(
        [
            imap.cut_all,
            lambda: vars(smtp.faults).update(slow),
            lambda: vars(smtp.faults).update(well),
            lambda: vars(imap.faults).update(slow),
            lambda: vars(imap.faults).update(well),
            lambda: setattr(imap.faults, "cut_after", 20_000),
            lambda: setattr(smtp.faults.asked, "reset_after", 5_000),
            lambda: setattr(imap.faults, "drip", 50_000.0),
            lambda: setattr(imap.faults, "drip", None),
        ]
    )


@contextmanager
def every(seconds: float, act: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Do that again and again on a thread of its own while the block runs, at a steady pace; what it raised."""
    ended, raised = threading.Event(), list[BaseException]()

    def go_on() -> None:
        due = time.monotonic()
        while not ended.wait(max(due - time.monotonic(), 0.0)):
            due += seconds
            try:
                act()
            except BaseException as error:
                raised.append(error)
                return

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield raised
    finally:
        ended.set()
        thread.join()


def soak(gauges: Gauges, crowd: Crowd, line: Line, proxies: tuple[FaultProxy, FaultProxy], seconds: float) -> None:
    """Twice the normal load with faults, for so long. Raises what a part of it raised."""
    fault = mild_faults(*proxies)
    with (
        every(1.0, lambda: crowd.write(MAILS_A_SECOND)) as wrote,
        every(0.5, line.go_on) as called,
        every(FAULT_EVERY, lambda: next(fault)()) as stumbled,
        every(SAMPLE_EVERY, gauges.read) as read,
    ):
        time.sleep(seconds)
    line.hang_up()
    for proxy in proxies:
        vars(proxy.faults).update({"latency": 0.0, "drip": None})
    for error in (*wrote, *called, *stumbled, *read):
        raise error
