"""Webhooks on their way: claim, send, note. The network is outside of every transaction.

What was sent and could not be noted is sent again under the same id, which receivers heed (Standard Webhooks).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from cases.errors import PermanentError, TransientError
from cases.tokens import Signer
from notify.hooks.events import Events
from notify.hooks.sending import Sender
from notify.hooks.signing import headers, keys
from store.failpoint import reach
from store.renewing import renewed
from store.tx import Store, Transaction
from store.work import wait_after

log = structlog.get_logger()

BATCH = 20
TRIES = 15
"""Over seven hours; then the row is held aside, for a person."""
KEPT = timedelta(days=7)
"""How long it is shown what was told."""
FORGOTTEN_EVERY = timedelta(hours=1)


@dataclass(kw_only=True)
class Hooks:
    """Tells programs what happened."""

    store: Store
    signer: Signer
    sender: Sender
    clock: Callable[[], datetime]
    _forgotten_at: datetime | None = field(default=None, init=False)

    def process(self) -> int:
        """Look for what happened, and send one batch; how many rows that were."""
        self._forget()
        return Events(self.store, self.clock).look() + self._deliver()

    def _deliver(self) -> int:
        now = self.clock()
        with self.store.reading() as tx:
            if not tx.hooks.deliveries.due_count(now):
                return 0
            programs = {one.id: one for one in tx.hooks.told()}
        lease = uuid4().hex
        rows = self.store.run("hooks.claim", lambda tx: tx.hooks.deliveries.claim(lease, BATCH, now))
        identities = [row.id for row in rows]
        with renewed(self.store, lambda tx: tx.hooks.deliveries.renew(lease, identities, self.clock())):
            self._send_all(lease, rows, programs)
        return len(rows)

    def _send_all(self, lease: str, rows: Sequence[Any], programs: Mapping[str, Any]) -> None:
        """Of a program that does not answer the rest waits with the first."""
        silent: set[str] = set()
        for row in rows:
            program = programs.get(row.program_id)
            if program is None:
                self._end(lease, row, "the program has no address any more")
            elif row.program_id in silent:
                self._later(lease, row, "waits for the one before it", row.attempts - 1)
            elif not self._sent(lease, row, program):
                silent.add(row.program_id)

    def _sent(self, lease: str, row: Any, program: Any) -> bool:
        """Send one, and note what became of it; whether it was taken."""
        now, body = self.clock(), row.body.encode()
        signed = headers(json.loads(row.body)["id"], body, now, keys(self.signer, program, now))
        try:
            status = self.sender.post(program.address, signed, body)
        except PermanentError as error:
            self._end(lease, row, str(error))
            return False
        except TransientError as error:
            self._later(lease, row, str(error), row.attempts)
            return False
        reach("hooks.sent")
        if 200 <= status < 300:
            self.store.run("hooks.done", lambda tx: self._done(tx, lease, row, status))
            return True
        self._later(lease, row, f"the answer was {status}", row.attempts, status=status)
        return False

    def _done(self, tx: Transaction, lease: str, row: Any, status: int) -> None:
        tx.hooks.deliveries.finish(lease, [{"id": row.id, "done_at": self.clock(), "status": status}])

    def _later(self, lease: str, row: Any, error: str, attempts: int, **columns: Any) -> None:
        if attempts >= TRIES:
            self._end(lease, row, error, **columns)
            return
        due_at = self.clock() + wait_after(attempts)

        def later(tx: Transaction) -> None:
            tx.hooks.deliveries.retry_later(lease, row.id, error, due_at, attempts=attempts, **columns)

        self.store.run("hooks.fail", later)

    def _end(self, lease: str, row: Any, error: str, **columns: Any) -> None:
        log.warning("webhook_held", delivery=row.id, program=row.program_id, attempts=row.attempts)
        self.store.run("hooks.fail", lambda tx: tx.hooks.deliveries.give_up(lease, row.id, error, **columns))

    def _forget(self) -> None:
        """What was told and answered long enough ago is forgotten, once in a while."""
        now = self.clock()
        if self._forgotten_at is not None and now - self._forgotten_at < FORGOTTEN_EVERY:
            return
        self._forgotten_at = now

        def forget(tx: Transaction) -> None:
            tx.hooks.deliveries.forget(now - KEPT)
            tx.programs.forget_answers(now)

        self.store.run("hooks.forget", forget)
