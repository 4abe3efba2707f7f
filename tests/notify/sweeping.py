"""A service whose cases are swept on a clock that a test moves: real rows, the real calendar, invented people."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from app.holidays import calendar
from cases.case import EntryKind, Status
from cases.hours import Hours
from cases.profile import Profile
from cases.routing import Agent, Queue, Routing, Told
from cases.secondlevel import SecondLevel
from cases.timers import Calendars
from cases.tokens import Signer
from notify.alarm_mails import AlarmMails
from notify.alarms import Looker
from notify.offers import Offers
from notify.reminders import Reminders
from store.tables import case, entry, outbound
from store.tx import Store
from tests.cases.values import CITIZEN, with_mailbox

BRUSSELS = ZoneInfo("Europe/Brussels")
SIGNER = Signer(b"the secret of the tests")
FIRST = 202600000001
DIGITAL = SecondLevel(id="digital", label="Digital", address="help@digital.example.be", hours="line", ticket=r"DIG-\d+")
ANNA = Agent(
    id="anna",
    queues=(Queue.LINE_1, Queue.LINE_2),
    address="anna@spw.example.be",
    told_of=(Told.OVERDUE, Told.ASSIGNED),
)
PAUL = Agent(id="paul", queues=(Queue.LINE_2, Queue.LINE_3), capacity=2)
SERVICE = replace(
    with_mailbox(hours="line"),
    hours={"line": Hours(week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:30-17:00",)))},
    routing=Routing(agents=(ANNA, PAUL)),
    second_level=(DIGITAL,),
)


def at(text: str) -> datetime:
    """That wall time of 2026 in Brussels: `03-24 09:00`."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BRUSSELS).astimezone(UTC)


def wall(moment: datetime) -> str:
    return moment.astimezone(BRUSSELS).strftime("%m-%d %H:%M")


@dataclass
class Floor:
    """Where cases are opened and swept. `now` stands still until it is moved."""

    store: Store
    profile: Profile = SERVICE
    now: datetime = field(default_factory=lambda: at("03-24 09:00"))

    @property
    def reminders(self) -> Reminders:
        calendars = Calendars(self.profile, {name: calendar(self.profile, name) for name in self.profile.hours})
        looker = Looker(calendars=calendars, mails=AlarmMails(self.profile, SIGNER))
        return Reminders(store=self.store, profile=self.profile, signer=SIGNER, looker=looker, clock=lambda: self.now)

    @property
    def offers(self) -> Offers:
        return Offers(store=self.store, profile=self.profile, signer=SIGNER, clock=lambda: self.now)

    def offer(self) -> int:
        """Offer everything that can be; how many cases were given."""
        given = 0
        while count := self.offers.process():
            given += count
        return given

    def presence(self, agent: str, *, present: bool = True) -> None:
        """Somebody comes in or goes out."""
        with self.store.transaction("test.presence") as tx:
            tx.presence.note(agent, self.now, present=present)

    def sweep(self, moment: str | datetime | None = None) -> None:
        """Say everything that is due by then."""
        if moment:
            self.now = at(moment) if isinstance(moment, str) else moment
        while self.reminders.process():
            pass

    def walk(self, until: str) -> None:
        """Sweep whenever a case asks for it, up to then."""
        with self.store.reading() as tx:
            due = tx.connection.execute(select(func.min(case.c.alarm_at)).where(case.c.hidden.is_(False))).scalar()
        while due and due <= at(until):
            self.sweep(max(due, self.now))
            with self.store.reading() as tx:
                due = tx.connection.execute(select(func.min(case.c.alarm_at)).where(case.c.hidden.is_(False))).scalar()
        self.now = at(until)

    def open(self, moment: str, priority: str = "P2", **columns: Any) -> int:
        """A case that was opened then, with its clocks as the sweep computes them."""
        self.now = at(moment)
        with self.store.transaction("test.open") as tx:
            identity = FIRST + (tx.connection.execute(select(func.count()).select_from(case)).scalar() or 0)
            row = new_case(identity, self.now, priority=priority)
            tx.connection.execute(case.insert(), {**row, **columns})
        self.sweep()
        return identity

    def happen(self, identity: int, moment: str, kind: EntryKind, text: str = "", **data: Any) -> None:
        """Something happened to a case: its clocks are computed anew, as after every action."""
        self.now = at(moment)
        row = {"case_id": identity, "kind": kind, "at": self.now, "actor": "anna", "text": text, "data": data}
        with self.store.transaction("test.happen") as tx:
            tx.connection.execute(entry.insert(), row)
            tx.connection.execute(update(case).where(case.c.id == identity).values(alarm_at=self.now))
        self.sweep()

    def escalate(self, identity: int, moment: str, **columns: Any) -> int:
        """The case goes to the second level then."""
        row = {"case_id": identity, "n2": "digital", "actor": "anna", "rule": "", "wording": "x", "details": {}}
        with self.store.transaction("test.escalate") as tx:
            [stay] = tx.escalations.add([{**row, "opened_at": at(moment), **columns}])
            tx.connection.execute(update(case).where(case.c.id == identity).values(status=Status.ESCALATED))
        self.happen(identity, moment, EntryKind.ESCALATED, n2="digital")
        return stay

    def case(self, identity: int) -> Any:
        with self.store.reading() as tx:
            return tx.cases.find(identity)

    def lines(self, identity: int) -> list[Any]:
        with self.store.reading() as tx:
            return tx.cases.entries(identity)

    def said(self, identity: int) -> list[tuple[str, str, str]]:
        """(when, what, about what) of every alarm that was said."""
        kinds = (EntryKind.WARNING, EntryKind.OVERDUE, EntryKind.SILENCE)
        return [(wall(one.at), one.kind, one.data["about"]) for one in self.lines(identity) if one.kind in kinds]

    def mails(self, *kinds: str) -> Sequence[Any]:
        """The mails of these kinds in the outbox, or all."""
        with self.store.reading() as tx:
            rows = tx.connection.execute(select(outbound).order_by(outbound.c.id)).all()
        return [row for row in rows if not kinds or row.kind in kinds]


def new_case(identity: int, opened_at: datetime, **columns: Any) -> dict[str, Any]:
    labels = {
        "category": "requete",
        "motif": "acces",
        "tool": "notice",
        "scope": "in",
        "lang": "fr",
        "subject": "My permit",
    }
    return {
        "id": identity,
        "number": f"TST-26-{identity % 100_000:05}",
        "status": Status.NEW,
        "channel": "email",
        "source": "help",
        "review": False,
        "tags": {},
        "flags": [],
        "requester_name": "An Peeters",
        "requester": CITIZEN,
        "submitter": CITIZEN,
        "opened_at": opened_at,
        "touched_at": opened_at,
        "queue": Queue.LINE_1,
        "alarm_at": opened_at,
        **labels,
        **columns,
    }
