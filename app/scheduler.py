"""The sweep of one worker among many: whoever has the lease looks at every kind again and again, for all."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import structlog

from app.wiring import Clock
from app.worker import SWEEP_SECONDS
from store.tx import Store, Transaction

log = structlog.get_logger()

DUTY = "sweep"
LEASE = timedelta(seconds=15)
"""How long a dead scheduler keeps the others from sweeping; renewed with each sweep."""


class Scheduler:
    """Calls `sweep` every few seconds while this process has the lease, and while it is `deaf` to wakes.

    Two who sweep at once do no harm: rows are claimed. One is enough.
    """

    def __init__(self, store: Store, clock: Clock, sweep: Callable[[], None], deaf: Callable[[], bool]) -> None:
        self._store, self._clock, self._sweep, self._deaf = store, clock, sweep, deaf
        self._owner = uuid4().hex
        self.leads = False

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; the lease is given back then."""
        while True:
            self.round()
            if stop.wait(SWEEP_SECONDS):
                break
        self._write("sweep.release", lambda tx: tx.leases.release(DUTY, self._owner))

    def round(self) -> None:
        """Become, or stay, the one; sweep if so."""
        before, self.leads = self.leads, self._write("sweep.lease", self._acquire)
        if self.leads and not before:
            log.info("sweeping")
        if self.leads or self._deaf():
            self._sweep()

    def _acquire(self, tx: Transaction) -> bool:
        return tx.leases.acquire(DUTY, self._owner, self._clock(), LEASE)

    def _write(self, name: str, change: Callable[[Transaction], bool | None]) -> bool:
        """What `change` said, or False where the database does not answer: then there is nothing to sweep either."""
        try:
            with self._store.transaction(name) as tx:
                return bool(change(tx))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("no_lease", error=type(error).__name__)
            return False
