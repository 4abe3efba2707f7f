"""Takes in what is sent with the form: kept first, under its key, then worked at once for who waits for the number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from cases.event import Channel
from cases.form_faults import SOURCE
from ingest.web.submission import Submission
from store.inbound import Delivery
from store.tx import Kind, Store, Transaction
from store.work import State

log = structlog.get_logger()

Process = Callable[[Sequence[int]], object]
"""Works these inbound rows now, as far as nobody else does."""


@dataclass(frozen=True, slots=True)
class Reception:
    """`process` may be missing, or fail: the row is there, and the workers have it with their next look."""

    store: Store
    clock: Callable[[], datetime]
    process: Process | None = None

    def find(self, key: str) -> Any:
        """The inbound row of what was sent under that key, or None."""
        with self.store.reading() as tx:
            return tx.forms.sent(SOURCE, key)

    def take(self, key: str, submission: Submission, draft: str = "") -> Any:
        """Keep a submission once, and work it; its inbound row. `draft` is its draft's digest where `key` is not."""
        now = self.clock()
        delivery = Delivery(channel=Channel.FORM, source=SOURCE, external_id=key, raw=submission.raw, received_at=now)

        def kept(tx: Transaction) -> Sequence[int]:
            new = tx.inbound.add_once([delivery], now)
            tx.forms.take(draft or key)
            return new

        self._work(self.store.run("form.receive", kept))
        return self.find(key)

    def _work(self, new: Sequence[int]) -> None:
        if not new:
            return
        try:
            if self.process is not None:
                self.process(new)
        except Exception as error:  # noqa: BLE001 - it is kept; its sender is told that the number follows
            log.warning("form_not_worked_at_once", error=type(error).__name__)
        with self.store.reading() as tx:
            [row] = tx.inbound.get(new)
        if row.state == State.PENDING:
            self._wake()

    def _wake(self) -> None:
        self.store.run("form.wake", lambda tx: tx.wake(Kind.INBOUND))
