"""Reading a folder: what is listed is fetched in batches, committed with the cursor, and then the server is told."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from cases.profile import Done, Mailbox
from ingest.disk import DiskFloor
from ingest.email.cursor import Cursor
from ingest.email.fetched import Fetched, uid_set
from ingest.email.mailbox import DisconnectedError, RefusedError, Session
from ingest.email.marking import Marking, external_id
from ingest.receive import receive
from store.failpoint import reach
from store.inbound import Delivery
from store.tx import Store, Transaction

log = structlog.get_logger()

Clock = Callable[[], datetime]


class Reader:
    """Reads one mailbox's folder over one session after another."""

    def __init__(self, mailbox: Mailbox, store: Store, clock: Clock, disk: DiskFloor | None = None) -> None:
        self._name = mailbox.name
        self._store = store
        self._clock = clock
        self._disk = disk
        self._cursor = Cursor()
        self._marking = Marking(mailbox, store)
        self._stuck: set[int] = set()

    def open(self, session: Session) -> None:
        """Begin on a new session, where the store says; what an earlier one left untold is told."""
        with self._store.reading() as tx:
            row = tx.mailboxes.find(self._name)
        self._cursor.open(session.uidvalidity, row.uidvalidity if row else 0, row.last_uid if row else 0)
        if self._cursor.rescanning:
            log.warning("uidvalidity_changed", mailbox=self._name)
        self._marking.catch_up(session)

    def read(self, session: Session, may_go_on: Callable[[], bool]) -> int:
        """Take in what is new, batch by batch while `may_go_on()`; the number of messages that were new.

        Raises DisconnectedError and DiskFullError at once, and RefusedError when all else is done: a message is listed
        and not given, or the server would not let itself be told.
        """
        vanished = self._cursor.take(session.list_after(self._cursor.last_uid))
        if vanished:
            log.warning("mail_vanished", mailbox=self._name, uids=sorted(vanished))
        added, self._stuck = 0, set[int]()
        while batch := self._cursor.next_batch():
            if not may_go_on():
                return added
            added += self._take(session, batch)
        self._finish(session)
        return added

    def _take(self, session: Session, batch: Sequence[int]) -> int:
        if self._disk:
            self._disk.check()
        messages = self._fetch(session, batch)
        reach("imap.fetched")
        left = self._marking.way(session) is Done.LEAVE
        deliveries = [self._delivery(message, session.uidvalidity, left) for message in messages]
        with self._store.transaction("imap.receive") as tx:
            added = receive(tx, self._unknown(tx, deliveries), self._clock())
            if not self._cursor.rescanning:
                tx.mailboxes.advance(self._name, session.uidvalidity, self._cursor.position())
        uids = [message.uid for message in messages]
        self._cursor.keep(uids)
        self._marking.tell(session, uids)
        return len(added)

    def _fetch(self, session: Session, batch: Sequence[int]) -> list[Fetched]:
        """The messages of a batch. One that is not given becomes a suspect: it may have vanished a moment ago."""
        try:
            messages = session.fetch(batch)
        except DisconnectedError:
            self._cursor.broke(batch)
            raise
        missing = set(batch) - {message.uid for message in messages}
        self._stuck |= missing & self._cursor.suspects
        self._cursor.suspects |= missing
        return messages

    def _delivery(self, message: Fetched, uidvalidity: int, marked: bool) -> Delivery:
        now = self._clock()
        received_at = min(message.internal_date or now, now)
        key = external_id(uidvalidity, message.uid)
        return Delivery(source=self._name, external_id=key, raw=message.raw, received_at=received_at, marked=marked)

    def _unknown(self, tx: Transaction, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        """Those to be kept: after UIDVALIDITY changed, not what this mailbox delivered under its former UID."""
        if not self._cursor.rescanning:
            return deliveries
        known = tx.inbound.known_hashes(self._name, [delivery.sha256 for delivery in deliveries])
        return [delivery for delivery in deliveries if delivery.sha256 not in known]

    def _finish(self, session: Session) -> None:
        """All that was listed has been tried. The cursor of a rescan is written here: interrupted, it starts again."""
        if self._cursor.rescanning:
            with self._store.transaction("imap.rescanned") as tx:
                tx.mailboxes.advance(self._name, session.uidvalidity, self._cursor.position())
        self._cursor.finish()
        if self._stuck:
            raise RefusedError(f"the server lists UID {uid_set(self._stuck)} and does not give it: look at it there")
        if self._marking.refusal:
            raise RefusedError(self._marking.refusal)
