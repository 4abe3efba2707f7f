"""Reading a folder: what is listed is fetched in batches, committed with the cursor, and then the server is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from cases.profile import Done, Mailbox
from ingest.disk import DiskFloor
from ingest.email.cursor import Cursor
from ingest.email.fetched import Fetched, uid_set
from ingest.email.imap_errors import DisconnectedError, RefusedError
from ingest.email.mailbox import Session
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
        stored = (row.uidvalidity, row.last_uid) if row else (0, 0)
        self._cursor.open(session.uidvalidity, session.uidnext, *stored)
        if self._cursor.rescanning:
            log.warning("folder_renumbered", mailbox=self._name)
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
        deliveries = self._deliveries(session, messages)
        with self._store.transaction("imap.receive") as tx:
            new = self._recognise(tx, deliveries) if self._cursor.rescanning else deliveries
            added = receive(tx, list(new.values()), self._clock())
            if not self._cursor.rescanning:
                tx.mailboxes.advance(self._name, session.uidvalidity, self._cursor.position())
        self._cursor.keep(deliveries)
        self._marking.tell(session, {uid: delivery.external_id for uid, delivery in (deliveries | new).items()})
        return len(added)

    def _fetch(self, session: Session, batch: Sequence[int]) -> list[Fetched]:
        """The messages of a batch. One that is not given becomes a suspect: it may have vanished a moment ago."""
        try:
            messages = session.fetch(batch)
        except (DisconnectedError, RefusedError):
            self._cursor.broke(batch)
            raise
        missing = set(batch) - {message.uid for message in messages}
        self._stuck |= missing & self._cursor.suspects
        self._cursor.suspects |= missing
        return messages

    def _deliveries(self, session: Session, messages: Sequence[Fetched]) -> dict[int, Delivery]:
        left = self._marking.way(session) is Done.LEAVE
        now = self._clock()
        return {
            message.uid: Delivery(
                source=self._name,
                external_id=external_id(session.uidvalidity, message.uid),
                raw=message.raw,
                received_at=min(message.internal_date or now, now),
                marked=left,
            )
            for message in messages
        }

    def _recognise(self, tx: Transaction, deliveries: Mapping[int, Delivery]) -> dict[int, Delivery]:
        """In a rescan: those that this mailbox has not delivered before, each under a key that nobody has."""
        known = tx.inbound.known_hashes(self._name, [delivery.sha256 for delivery in deliveries.values()])
        new = {uid: delivery for uid, delivery in deliveries.items() if delivery.sha256 not in known}
        taken = tx.inbound.known_ids(self._name, [delivery.external_id for delivery in new.values()])
        for uid, delivery in new.items():
            if delivery.external_id in taken:
                key = external_id(self._cursor.uidvalidity, uid, delivery.sha256)
                new[uid] = replace(delivery, external_id=key)
        return new

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
