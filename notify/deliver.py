"""The outbox on its way out: one batch through each server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from notify.batch import BATCH, Batch, Office
from notify.submission import Sender

UNCONFIGURED_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Delivery(Office):
    """The office with its servers: `senders` names the submission account of each mailbox; several may share one."""

    senders: Mapping[str, Sender]

    def deliver(self) -> int:
        """Send one batch through each server that nobody uses now; the number of rows that were claimed."""
        self.settle()
        with self.store.reading() as tx:
            due = tx.outbound.due_mailboxes(self.clock())
        servers = {id(sender): sender for name, sender in self.senders.items() if name in due}
        claimed = sum(self._through(sender, due) for sender in servers.values())
        return claimed + self._postpone([name for name in due if name not in self.senders])

    def _through(self, sender: Sender, due: Sequence[str]) -> int:
        """A batch of one server's mails. A busy one is skipped, so that a slow server holds up its own mails only."""
        if not sender.lock.acquire(blocking=False):
            return 0
        try:
            return Batch(self, sender).deliver([name for name in due if self.senders.get(name) is sender])
        finally:
            sender.lock.release()

    def _postpone(self, mailboxes: Sequence[str]) -> int:
        """Let mails wait that have no server; that does not count as an attempt."""
        if not mailboxes:
            return 0
        lease, now = uuid4().hex, self.clock()
        with self.store.transaction("outbound.postpone") as tx:
            rows = tx.outbound.claim_from(mailboxes, lease, BATCH, now)
            for row in rows:
                error = f"no mail server is configured for the mailbox {row.mailbox}: set AIGUILLAGE_SMTP_URL"
                tx.outbound.retry_later(lease, row.id, error, now + UNCONFIGURED_WAIT, attempts=row.attempts - 1)
        return len(rows)
