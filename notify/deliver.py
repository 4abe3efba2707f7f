"""The outbox on its way out: one batch through each server."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import uuid4

from notify.batch import BATCH, Batch, Office
from notify.submission import Sender

UNCONFIGURED_WAIT = timedelta(minutes=1)


def deliver(office: Office, senders: Mapping[str, Sender]) -> int:
    """Send one batch through each server that nobody uses now; the number of rows that were claimed.

    `senders` has the submission account of each mailbox that may send; several mailboxes may share one.
    """
    office.settle()
    with office.store.reading() as tx:
        due = tx.outbound.due_mailboxes(office.clock())
    by_server = {id(sender): sender for name, sender in senders.items() if name in due}
    claimed = 0
    for sender in by_server.values():
        claimed += _through(sender, office, [name for name in due if senders.get(name) is sender])
    return claimed + _postpone(office, [name for name in due if name not in senders])


def _through(sender: Sender, office: Office, mailboxes: Sequence[str]) -> int:
    """A batch of one server's mails. A busy one is skipped, so that a slow server holds up its own mails only."""
    if not sender.lock.acquire(blocking=False):
        return 0
    try:
        return Batch(office, sender).deliver(mailboxes)
    finally:
        sender.lock.release()


def _postpone(office: Office, mailboxes: Sequence[str]) -> int:
    """Let mails wait that have no server; that does not count as an attempt."""
    if not mailboxes:
        return 0
    lease, now = uuid4().hex, office.clock()
    with office.store.transaction("outbound.postpone") as tx:
        rows = tx.outbound.claim_from(mailboxes, lease, BATCH, now)
        for row in rows:
            error = f"no mail server is configured for the mailbox {row.mailbox}: set AIGUILLAGE_SMTP_URL"
            tx.outbound.retry_later(lease, row.id, error, now + UNCONFIGURED_WAIT, attempts=row.attempts - 1)
    return len(rows)
