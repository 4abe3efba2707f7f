"""The sweep over many open cases: all of them once, as after a change of calendar; a look when none is due; those that
are due at one moment.

`python -m bench.clocks DATABASE_URL CASES DUE` prints JSON.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, func, select, text

from app.settings import Settings
from app.wiring import House, build
from bench.house import MAILBOX, UNBOUNDED
from bench.steps import server_cpu
from cases.case import EntryKind
from store import schema
from store.engine import open_engine
from store.tables import case, entry

NOW = datetime(2026, 3, 24, 10, 0, tzinfo=UTC)
AGE = timedelta(days=10)
CHUNK = 5_000
FIRST = 202600000001


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def main() -> None:
    url, cases, due = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    clock = Clock()
    house = open_house(url, clock)
    fill(house, cases)
    figures = {"marked": taken(house, url, house.sweep.recompute)}
    figures["all"] = taken(house, url, lambda: sweep(house))
    house.sweep.recompute()
    figures["none"] = taken(house, url, lambda: sweep(house))
    with house.store.reading() as tx:
        moment = select(case.c.alarm_at).order_by(case.c.alarm_at).offset(due - 1).limit(1)
        clock.now = tx.connection.execute(moment).scalar_one()
    figures["some"] = taken(house, url, lambda: sweep(house))
    json.dump(figures, sys.stdout)


def open_house(url: str, clock: Callable[[], datetime]) -> House:
    engine = open_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    house = build(Settings(database_url=url, secret_key="a key for measuring only"), clock=clock)
    return replace(house, profile=replace(house.profile, automatic_mail=UNBOUNDED))


def fill(house: House, count: int) -> None:
    """Open cases of the last days with two or three lines each, as intake and people leave them."""
    chance = random.Random(1)
    with house.store.transaction("bench.fill") as tx:
        for start in range(0, count, CHUNK):
            rows = [opened(number, chance) for number in range(start, min(start + CHUNK, count))]
            tx.connection.execute(case.insert(), rows)
            tx.connection.execute(entry.insert(), [line for row in rows for line in lines(row, chance)])
    with house.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def opened(number: int, chance: random.Random) -> dict[str, Any]:
    at = NOW - AGE * chance.random()
    labels = {"category": "requete", "motif": "acces", "tool": "notice", "scope": "in", "lang": "fr"}
    person = f"person{number}@example.com"
    return {
        "id": FIRST + number,
        "number": f"MPA-26-{number + 1:05}",
        "status": "open",
        "channel": "email",
        "source": MAILBOX,
        "subject": f"Question {number}",
        "review": False,
        "tags": {},
        "flags": [],
        "requester_name": "",
        "requester": person,
        "submitter": person,
        "priority": chance.choice(("P2", "P3", "P3", "P4", "P4", "P4")),
        "queue": "line1",
        "routing": {"why": "rule", "rule": "the rest", "skills": [], "agent": ""},
        "opened_at": at,
        "touched_at": at,
        "alarm_at": NOW,
        **labels,
    }


def lines(row: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Where the case went, then for most an answer, and for some what was written since."""
    at = row["opened_at"]
    kinds = [EntryKind.ROUTED]
    kinds += [EntryKind.ANSWERED] * (chance.random() < 0.8) + [EntryKind.WROTE] * (chance.random() < 0.4)
    for kind in kinds:
        yield {"case_id": row["id"], "kind": kind, "at": at, "actor": "bench", "text": "", "data": {"why": "rule"}}
        at += (NOW - at) * chance.random()


def sweep(house: House) -> int:
    """Everything that is due, batch by batch; how many cases were looked at."""
    looked_at = 0
    while count := house.sweep.process():
        looked_at += count
    return looked_at


def taken(house: House, url: str, work: Callable[[], int]) -> dict[str, float]:
    """What that work took, by the cases that it says it worked."""
    before = said(house), server_cpu(url), time.process_time(), time.perf_counter()
    with counted(house) as statements:
        cases = work()
    wall, cpu = time.perf_counter() - before[3], time.process_time() - before[2]
    return {
        "cases": cases,
        "wall": wall,
        "cpu": cpu,
        "server_cpu": server_cpu(url) - before[1],
        "statements": len(statements),
        "said": said(house) - before[0],
    }


def said(house: House) -> int:
    with house.store.reading() as tx:
        alarms = entry.c.kind.in_((EntryKind.WARNING, EntryKind.OVERDUE, EntryKind.SILENCE))
        return tx.connection.execute(select(func.count()).where(alarms)).scalar_one()


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """The statements of the block."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    yield found
    event.remove(house.store.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
