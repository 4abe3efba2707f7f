"""A desk on which mails that really came in are worked on."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from app import holidays
from cases.profile import Profile
from cases.routing import Agent, Queue, Routing, Told
from cases.secondlevel import Role, SecondLevel
from cases.timers import Calendars
from desk.actions import Act, Desk, Done
from store.tx import Store
from tests.ingest.conftest import Road
from tests.profiles import shipped

MARIE = Agent(id="marie", name="Marie", address="marie@spw.example.be", queues=tuple(Queue))
PAUL = Agent(id="paul", name="Paul", address="paul@spw.example.be", queues=tuple(Queue), told_of=(Told.ASSIGNED,))
ALICE = Agent(id="alice", queues=(), role=Role.AUDITOR)
DIGITAL = SecondLevel(id="digital", label="Digital", address="support@digital.example.be", ticket=r"DIG-\d{1,9}")


@cache
def staffed() -> Profile:
    """The profile with people of the tests, one second level, and no rules."""
    profile = shipped()
    return replace(profile, routing=Routing(agents=(MARIE, PAUL, ALICE)), second_level=(DIGITAL,), receipts=())


class Work:
    """Takes mails in and does what people do with their cases; `now` goes on when it is told to."""

    def __init__(self, store: Store) -> None:
        self.profile = staffed()
        self.road = Road(store, self.profile)
        self.store = store
        calendars = {name: holidays.calendar(self.profile, name) for name in self.profile.hours}
        self.desk = Desk(store, self.profile, self.road.signer, Calendars(self.profile, calendars), lambda: self.now)

    @property
    def now(self) -> Any:
        return self.road.now

    def later(self, **by: float) -> None:
        self.road.now += timedelta(**by)

    def opened(self, *raws: bytes) -> str:
        """The number of the case that these mails opened, an hour ago by now."""
        rows = self.road.take_in(*raws)
        self.later(hours=1)
        return self.desk.read(str(rows[-1].case_id)).number

    def do(self, number: str, action: Any, *given: Any, by: str = "marie", **named: Any) -> Done:
        act: Act = lambda case, acting: action(case, acting, *given, **named)  # noqa: E731 - an action with its rest bound
        return self.desk.act(number, by, act)

    def queued(self, number: str) -> list[Any]:
        """The rows of the outbox for that case."""
        with self.store.reading() as tx:
            return tx.cases.outbound(self.desk.read(number).id)
