"""A year that was lived: the cases of `bench.year` with all that happened to them, as rows, the same for the same seed.

Messages are held-out labelled ones. Of a case are written what figures are made of: its row and timeline, the message
or the call that opened it, what its citizen said in the end; and beside the cases what opened none.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from bench.calls import Called, call_events
from bench.year import FIRST, Arrival, simulate
from cases.case import EntryKind, case_id
from cases.event import Channel
from cases.logged import Outcome
from classify.dataset import Labelled
from store.tables import blob, call_event, case, entry, inbound, logged_call, satisfaction
from store.tx import Store

Rows = dict[str, Any]
ZONE = ZoneInfo("Europe/Brussels")
BEGAN = datetime.combine(FIRST, time())
AT_ONCE = 5_000
RAW = "a year that was lived"
ASIDE = {"automatic": 0.06, "bounce": 0.02, "duplicate": 0.02, "spam": 0.05, "held": 0.004, "reply": 0.5}
"""How many messages come in beside each case, by what becomes of them."""
LOGGED = 0.1
PRIORITIES = {"P1": 2, "P2": 13, "P3": 60, "P4": 25}
NONE = Rows(text="", person_key=None, retention="case")


def live(store: Store, texts: Sequence[Labelled], seed: int, cases: int, *, months: int = 12) -> None:
    """Fill an empty, migrated database with the year of that seed; with fewer months, all that arrives in a year
    arrives in so many."""
    found = _Lived(texts, random.Random(seed))
    for number, arrival in enumerate(simulate(texts, seed, cases).arrivals, 1):
        sooner = BEGAN + (arrival.at - BEGAN) * months / 12
        found.take_in(number, replace(arrival, at=sooner))
    with store.transaction("bench.lived") as tx:
        at = found.rows[inbound][0]["received_at"]
        tx.connection.execute(blob.insert(), {"sha256": RAW, "size": 4, "body": b"mail", "created_at": at})
        for table, rows in found.rows.items():
            for start in range(0, len(rows), AT_ONCE):
                tx.connection.execute(table.insert(), rows[start : start + AT_ONCE])


@dataclass
class _Lived:
    """The rows so far."""

    texts: Sequence[Labelled]
    chance: random.Random
    rows: dict[Table, list[Rows]] = field(
        default_factory=lambda: {one: [] for one in (case, inbound, entry, satisfaction, call_event, logged_call)}
    )

    def take_in(self, number: int, arrival: Arrival) -> None:
        """One case, its opening, what was done with it, and what came in beside it."""
        chance, said = self.chance, self.texts[arrival.text]
        at = arrival.at.replace(tzinfo=ZONE).astimezone(UTC)
        identity = case_id(2027, number)
        story = _Story(chance, at, said)
        lines = list(story.lines())
        self.rows[case].append(_case(identity, arrival, at, said) | story.columns())
        self.rows[entry] += [NONE | {"case_id": identity, "actor": "marie"} | line for line in lines]
        self.rows[satisfaction] += [{"case_id": identity, **one} for one in story.answers]
        if arrival.channel is Channel.PHONE:
            person = f"caller{max(number - chance.randrange(400), 0) // 40}"  # some call again soon
            self.rows[call_event] += call_events(chance, Called(f"CA{number}", at, person, said.tool))
        else:
            self._message(arrival.channel, f"{number}", at, "case", identity)
        for fate, often in ASIDE.items():
            if chance.random() < often:
                later = at + timedelta(minutes=chance.uniform(0, 2_000))
                self._message(Channel.EMAIL, f"{number}-{fate}", later, fate, identity if fate == "reply" else None)
        if chance.random() < LOGGED:
            self.rows[logged_call].append(_logged(number, at, said, chance.choice(list(Outcome))))

    def _message(self, channel: Channel, key: str, at: datetime, fate: str, identity: int | None) -> None:
        state = {"state": "held" if fate == "held" else "done", "due_at": at, "disposition": fate, "case_id": identity}
        raw = {"sha256": RAW, "size": 4, "received_at": at, "channel": channel, "external_id": key}
        source = "form" if channel is Channel.FORM else self.chance.choice(("assistance", "ostbelgien"))
        self.rows[inbound].append({**raw, **state, "source": source})


def _case(identity: int, arrival: Arrival, at: datetime, said: Labelled) -> Rows:
    source = {Channel.PHONE: "1718", Channel.FORM: "form"}.get(arrival.channel, "assistance")
    named = {"id": identity, "number": f"MPA-27-{identity}", "subject": said.message.subject, "lang": said.lang}
    people = dict.fromkeys(("requester_name", "requester", "submitter"), "")
    tags = {"category": "", "scope": said.scope, "review": False, "tags": {}, "flags": []}
    return {**named, **people, **tags, "channel": arrival.channel, "source": source, "opened_at": at}


def _logged(number: int, at: datetime, said: Labelled, outcome: str) -> Rows:
    words = {"agent": "marie", "caller_name": "", "lang": said.lang, "motif": said.motif, "tool": said.tool}
    return {**words, "key": f"K{number}", "at": at, "made_at": at, "reason": "", "outcome": outcome}


@dataclass
class _Story:
    """What happens to one case, by chance."""

    chance: random.Random
    at: datetime
    said: Labelled
    answers: list[Rows] = field(default_factory=list)
    closed_at: datetime | None = None
    hidden: bool = False
    last: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.at
        self.priority = self.chance.choices(list(PRIORITIES), list(PRIORITIES.values()))[0]
        self.tags = {"motif": self.said.motif, "tool": self.said.tool, "scope": self.said.scope}

    def columns(self) -> Rows:
        """How its row stands in the end."""
        status = "closed" if self.closed_at else "open"
        ends = {"status": status, "closed_at": self.closed_at, "hidden": self.hidden, "touched_at": self.last}
        return {"motif": self.tags["motif"], "tool": self.tags["tool"], "priority": self.priority, **ends}

    def lines(self) -> Iterator[Rows]:
        """Its timeline."""
        yield self._line(EntryKind.ROUTED, 0, priority=self.priority, history=self._by(0.01))
        self.hidden = self._by(0.03)
        if self._by(0.2):
            yield from self._looked_at()
        if self._by(0.1):
            before, self.priority = self.priority, "P2"
            yield self._line(EntryKind.ASSESSED, 20, before=before, priority="P2")
        if self._by(0.08):
            yield self._line(EntryKind.OVERDUE, 240, about="response", key=f"overdue:response:{self.at.isoformat()}")
        yield self._line(EntryKind.ANSWERED, 120)
        if self._by(0.15):
            yield self._line(EntryKind.WAITING, 1)
            yield self._line(EntryKind.RESUMED, 1_500)
        if self._by(0.5 if self.said.motif == "incident" else 0.05):
            yield from self._at_n2()
        if not self._by(0.04):
            yield from self._end()

    def _looked_at(self) -> Iterator[Rows]:
        """Their tags are confirmed or corrected, by some only months later; some take it back."""
        shown, minutes = dict(self.tags), 30 if self._by(0.9) else 60_000
        if self._by(0.4):
            self.tags["motif"] = self.chance.choice(("acces", "incident", "assistance_fonctionnelle"))
        yield self._line(EntryKind.TAGGED, minutes, shown=shown, chosen=dict(self.tags), undone=False)
        if self._by(0.1):
            chosen, self.tags = dict(self.tags), shown
            yield self._line(EntryKind.TAGGED, 1, shown=chosen, chosen=shown, undone=True)

    def _at_n2(self) -> Iterator[Rows]:
        yield self._line(EntryKind.ESCALATED, 60, n2="digital")
        if self._by(0.2):
            yield self._line(EntryKind.OVERDUE, 600, about="n2", key=f"overdue:n2:{self.last.isoformat()}")
        yield self._line(EntryKind.RETURNED, 1_000, n2="digital", outcome="solved")

    def _end(self) -> Iterator[Rows]:
        yield self._line(EntryKind.MERGED if self._by(0.02) else EntryKind.CLOSED, 300)
        self.closed_at = self.last
        if self._by(0.05):
            yield self._line(EntryKind.REOPENED, 3_000)
            yield self._line(EntryKind.CLOSED, 600)
            self.closed_at = self.last
        if self._by(0.25):
            yield from self._satisfaction()

    def _satisfaction(self) -> Iterator[Rows]:
        """Some change their mind, of whom a few after months."""
        yield self._line(EntryKind.SATISFACTION, 900, satisfied=self._by(0.85), closing=1)
        if self._by(0.1):
            yield self._line(
                EntryKind.SATISFACTION, 60 if self._by(0.8) else 40_000, satisfied=self._by(0.5), closing=1
            )
        self.answers = [{"closing": 1, "satisfied": True, "comment": "", "at": self.last}]

    def _by(self, often: float) -> bool:
        return self.chance.random() < often

    def _line(self, kind: EntryKind, minutes: float, **data: Any) -> Rows:
        """A line so many minutes later, more or less."""
        self.last += timedelta(minutes=minutes * self.chance.lognormvariate(0, 0.7))
        return {"kind": kind, "at": self.last, "data": data}
