"""A mailbox's whole history as inbound rows that nobody is told of."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from cases.profile import Mailbox
from ingest.disk import DiskFloor
from ingest.email.cursor import Cursor
from ingest.email.fetched import Fetched, Listed
from ingest.email.mailbox import Session
from ingest.email.marking import external_id
from ingest.receive import receive
from store.inbound import Delivery
from store.tx import Store, Transaction

Progress = Callable[[int, int], None]
"""Told (done, total) after each batch."""


class Backfill:
    """Reads folders of one mailbox. Begun again after an interruption, it fetches only what it has not yet kept.

    In the folder that is polled it takes what lies at or below the cursor; what is above is new mail, not history. A
    mailbox never polled is taken whole, and polled from there on.
    """

    def __init__(
        self, mailbox: Mailbox, store: Store, clock: Callable[[], datetime], disk: DiskFloor | None = None
    ) -> None:
        self._mailbox = mailbox
        self._store = store
        self._clock = clock
        self._disk = disk

    def run(self, session: Session, folder: str, progress: Progress = lambda done, total: None) -> int:
        """Take in one folder over a session on it; the number of messages that were new. Raises TransientError."""
        polled = folder == self._mailbox.folder
        within = "" if polled else f"{hashlib.sha256(folder.encode()).hexdigest()[:16]}/"
        listed = session.list_after(0)
        history = self._history(session.uidvalidity, listed) if polled else listed
        added = done = 0
        for batch in _batches(history):
            added += self._take(session, batch, within)
            done += len(batch)
            progress(done, len(history))
        if polled and listed:
            self._start_polling_after(session.uidvalidity, listed[-1].uid)
        return added

    def _history(self, uidvalidity: int, listed: Sequence[Listed]) -> list[Listed]:
        with self._store.reading() as tx:
            row = tx.mailboxes.find(self._mailbox.name)
        if row is None or not row.uidvalidity:
            return list(listed)
        return [message for message in listed if row.uidvalidity == uidvalidity and message.uid <= row.last_uid]

    def _take(self, session: Session, batch: Sequence[int], within: str) -> int:
        if self._disk:
            self._disk.check()
        keys = {uid: within + external_id(session.uidvalidity, uid) for uid in batch}
        with self._store.reading() as tx:
            kept = tx.inbound.known_ids(self._mailbox.name, list(keys.values()))
        missing = [uid for uid in batch if keys[uid] not in kept]
        if not missing:
            return 0
        deliveries = [self._delivery(message, keys[message.uid]) for message in session.fetch(missing)]
        with self._store.transaction("backfill.receive") as tx:
            return len(receive(tx, self._unknown(tx, deliveries), self._clock()))

    def _delivery(self, message: Fetched, key: str) -> Delivery:
        received_at = min(message.internal_date or self._clock(), self._clock())
        name = self._mailbox.name
        return Delivery(source=name, external_id=key, raw=message.raw, received_at=received_at, backfill=True)

    def _unknown(self, tx: Transaction, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """What intake has already, from wherever it was moved since, is not history."""
        known = tx.inbound.known_hashes(self._mailbox.name, [delivery.sha256 for delivery in deliveries])
        return [delivery for delivery in deliveries if delivery.sha256 not in known]

    def _start_polling_after(self, uidvalidity: int, last_uid: int) -> None:
        """Give a mailbox that was never polled its cursor; one that was keeps its own."""
        name = self._mailbox.name
        with self._store.transaction("backfill.cursor") as tx:
            row = tx.mailboxes.find(name)
            if row is None or not row.uidvalidity:
                tx.mailboxes.acquire(name, "backfill", self._clock(), timedelta())
                tx.mailboxes.advance(name, uidvalidity, last_uid)


def _batches(listed: Sequence[Listed]) -> Iterator[list[int]]:
    cursor = Cursor()
    cursor.take(listed)
    while batch := cursor.next_batch():
        yield batch
