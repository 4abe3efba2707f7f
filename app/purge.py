"""The purge of one house: a little with each sweep, and a rest once nothing is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from cases.retention import Retention
from store.purging import Due, Purging
from store.tx import Store

if TYPE_CHECKING:
    from app.wiring import House

log = structlog.get_logger()

REST = timedelta(minutes=10)
"""How long after nothing was due it looks again."""


@dataclass
class Purge:
    """What erases data whose days are over."""

    store: Store
    retention: Retention
    clock: Callable[[], datetime]
    _rests_until: datetime | None = None

    def process(self) -> int:
        """Purge the next few rows; how many. Once none is due, it looks again after a rest."""
        now = self.clock()
        if self._rests_until and now < self._rests_until:
            return 0
        count, hashes = self.store.run("purge.step", lambda tx: Purging(tx.connection, self.retention, now).step())
        if hashes and self.store.archive is not None:
            self.store.archive.remove(hashes)
        if count:
            log.info("purged", rows=count)
        else:
            self._rests_until = now + REST
        return count

    def due(self) -> list[Due]:
        """What would go now."""
        with self.store.reading() as tx:
            return list(Purging(tx.connection, self.retention, self.clock()).due())


def purge_of(house: "House") -> Purge:
    """The purge of a house."""
    return Purge(house.store, house.profile.retention, house.clock)
