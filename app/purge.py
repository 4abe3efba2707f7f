"""The purge of one house: a little with each sweep, and a rest once nothing is due."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from cases.retention import Retention
from store.purging import Due, Purging
from store.scouring import forget_archived
from store.tx import Store

if TYPE_CHECKING:
    from app.wiring import House

log = structlog.get_logger()

REST = timedelta(minutes=10)
"""How long after nothing was due it looks again."""

SLICE = 0.1
"""Seconds for which it works at once, in steps that hold others up no longer than a batch of mails does."""

SHARE = 40
"""It rests so many times as long as it worked: what comes in meanwhile is not to feel it."""


@dataclass
class Purge:
    """What erases data whose days are over."""

    store: Store
    retention: Retention
    clock: Callable[[], datetime]
    share: float = SHARE
    _rests_until: datetime | None = None
    _pauses_until: float = 0.0

    def process(self) -> int:
        """Purge the next rows; how many were passed. Once none is due, it looks again after a rest."""
        now, begun = self.clock(), time.monotonic()
        if begun < self._pauses_until or (self._rests_until and now < self._rests_until):
            return 0
        passed = 0
        while count := self._step(now):
            passed += count
            if time.monotonic() - begun > SLICE:
                break
        else:
            if self._rests_until is None:  # a process before this one may have been killed between the two databases
                forget_archived(self.store)
            self._rests_until = now + REST
        ended = time.monotonic()
        self._pauses_until = ended + self.share * (ended - begun)
        if passed:
            log.info("purged", passed=passed)
        return passed

    def _step(self, now: datetime) -> int:
        count, hashes = self.store.run("purge.step", lambda tx: Purging(tx.connection, self.retention, now).step())
        if hashes and self.store.archive is not None:
            self.store.archive.remove(hashes)
        return count

    def due(self) -> list[Due]:
        """What would go now."""
        with self.store.reading() as tx:
            return list(Purging(tx.connection, self.retention, self.clock()).due())


def purge_of(house: "House", share: float = SHARE) -> Purge:
    """The purge of a house."""
    return Purge(house.store, house.profile.retention, house.clock, share)
