"""What purge and erasure cost beside intake: the share of a worker's time that they take, in processor time."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import update

from cases.erasing import Person
from cases.retention import Retention
from store.engine import open_engine
from store.erasing import Erasing
from store.purging import Purging
from store.schema import upgrade
from store.tables import case
from store.tx import Store

MAILS = 400


def measure(house_of: Callable[[Store], Any], mail: Callable[[int], bytes]) -> dict[str, float]:
    """Milliseconds of processor time: a mail taken in alone, one with tombstones to look for, a purged row, an erased
    person; and how long at most one step of the purge held the writer's turn, by the clock. `house_of` makes what
    has `take_in`, `now` and `signer` over a store."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'a.db'}")
        upgrade(engine)
        store = Store(engine)
        road = house_of(store)
        found = {"mail": _each(MAILS, lambda: road.take_in(*map(mail, range(MAILS))))}
        with store.transaction("bench.close") as tx:
            tx.connection.execute(update(case).values(status="closed", closed_at=road.now, alarm_at=None))
            marks = [{"key": f"{n:064d}", "kind": "message", "at": road.now.isoformat()} for n in range(10_000)]
            tx.privacy.bury(marks)
        later = range(MAILS, 2 * MAILS)
        found["mail_with_tombstones"] = _each(MAILS, lambda: road.take_in(*map(mail, later)))
        found["erasure"] = _each(1, lambda: _erase(store, road, "u1@example.org"))
        road.now += timedelta(days=4_000)
        found |= _purge(store, road)
        engine.dispose()
        return found


def _each(count: int, work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return 1_000 * (time.process_time() - begin) / count


def _purge(store: Store, road: Any) -> dict[str, float]:
    """A row purged, and the longest step."""
    rows, spent, longest = 0, 0.0, 0.0
    while True:
        begin, wall = time.process_time(), time.perf_counter()
        with store.transaction("bench.purge") as tx:
            count, _ = Purging(tx.connection, Retention(), road.now).step()
        spent += time.process_time() - begin
        longest = max(longest, time.perf_counter() - wall)
        if not count:
            return {"purged_row": 1_000 * spent / rows, "longest_step": 1_000 * longest}
        rows += count


def _erase(store: Store, road: Any, address: str) -> None:
    keys = frozenset({road.signer.person_key(address)})
    erasing = Erasing(store=store, digest=road.signer.tombstone, clock=lambda: road.now, elsewhere=lambda *_: [])
    erasing.begin(Person(addresses=frozenset({address}), keys=keys), "bench", "bench")
    erasing.resume()
