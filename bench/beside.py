"""`python -m bench.beside`: what intake loses while the purge, or the erasure of people, works beside it.

In pairs within one run: the same number of mails is taken in alone, then with the other beside it, again and again, so
that what the machine does otherwise meets both. SQLite, the real model. Intake works without a pause, more than a
service ever does; the purge has far more to do than it manages.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from sqlalchemy import select, update

from app.erasure import Erasure
from app.purge import purge_of
from bench.child import TRYING
from bench.corpus import Corpus
from bench.house import MAILBOX, bench_house
from store.inbound import Delivery
from store.tables import case, inbound

OLD = 400 if TRYING in os.environ else 3_000
MAILS = 100 if TRYING in os.environ else 300
ROUNDS = 3 if TRYING in os.environ else 7
AGO = timedelta(days=3_000)


class Beside:
    """An installation with old cases, on which mails come in."""

    def __init__(self, folder: Path) -> None:
        self.house = bench_house(f"sqlite:///{folder / 'a.db'}", "imap://a@127.0.0.1:1", "smtp://127.0.0.1:1")
        self._mails = Corpus().mails(10_000_000)
        self._numbers = count(1)

    def take_in(self, mails: int) -> float:
        """Seconds until they are cases."""
        now, raws = self.house.clock(), list(islice(self._mails, mails))
        begun = time.perf_counter()
        for raw in raws:
            one = Delivery(source=MAILBOX, external_id=f"1:{next(self._numbers)}", raw=raw, received_at=now)
            self.house.store.run("bench.receive", lambda tx, one=one: tx.inbound.add_once([one], now))
        while self.house.intake.process():
            pass
        return time.perf_counter() - begun

    def age(self) -> None:
        """Everything that is there was closed years ago."""
        then = self.house.clock() - AGO
        with self.house.store.transaction("bench.age") as tx:
            tx.connection.execute(update(case).values(status="closed", opened_at=then, closed_at=then, alarm_at=None))
            tx.connection.execute(update(inbound).values(received_at=then))

    def purge(self, stop: Event) -> int:
        """As the sweep does, only that it comes by more often."""
        work, passed = purge_of(self.house), 0
        while not stop.wait(0.05):
            passed += work.process()
        return passed

    def erase(self, stop: Event) -> int:
        """One person after another."""
        with self.house.store.reading() as tx:
            newest = select(case.c.requester).where(case.c.requester != "").order_by(case.c.id.desc()).distinct()
            people = list(tx.connection.execute(newest.limit(500)).scalars())
        erasure, done = Erasure(self.house), 0
        while people and not stop.is_set():
            erasure.erasing.begin(erasure.person([people.pop()]), "bench", "bench")
            erasure.erasing.resume()
            done += 1
        return done


@contextmanager
def working(work: Callable[[Event], int], done: list[int]) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=lambda: done.append(work(stop)))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def compare(beside: Beside, work: Callable[[Event], int]) -> dict[str, Any]:
    """Mails a second alone and beside it, and the median of what a pair lost, in percent."""
    alone, together, done = [], [], list[int]()
    for _ in range(ROUNDS):
        alone.append(MAILS / beside.take_in(MAILS))
        with working(work, done):
            together.append(MAILS / beside.take_in(MAILS))
    lost = [100 * (1 - with_it / without) for without, with_it in zip(alone, together, strict=True)]
    return {
        "alone": statistics.median(alone),
        "together": statistics.median(together),
        "lost_percent": statistics.median(lost),
        "worst_percent": max(lost),
        "least_percent": min(lost),
        "done_beside": sum(done),
    }


def main() -> None:
    with TemporaryDirectory() as folder:
        beside = Beside(Path(folder))
        beside.take_in(OLD)
        beside.age()
        for name, work in (("purge", beside.purge), ("erasure", beside.erase)):
            print(json.dumps({"beside": name} | compare(beside, work)), flush=True)


if __name__ == "__main__":
    main()
