"""The poller of one mailbox: what is new in its folder becomes inbound rows, and then the server is told.

The truth is our own ledger: a cursor (UIDVALIDITY, last UID) and a unique key per message, never the server's flags.
Each batch is committed together with the cursor before the server hears of it, so that a crash at any point costs a
repetition that the key turns into nothing.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from cases.errors import TransientError
from cases.profile import Mailbox
from ingest.disk import DiskFloor
from ingest.email.mailbox import Session
from ingest.email.pace import Pace
from ingest.email.reading import Clock, Reader
from store.tx import Store, Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`lease` is how long a dead poller keeps its mailbox from the next one; it is renewed at a third of that."""

    lease: timedelta = timedelta(seconds=30)
    disk: DiskFloor | None = None


LIMITS = Limits()


class Poller:
    """Reads one mailbox, alone among all processes as long as it holds the row's lease. `connect` gives a session."""

    def __init__(
        self, mailbox: Mailbox, connect: Callable[[], Session], store: Store, clock: Clock, limits: Limits = LIMITS
    ) -> None:
        self.name = mailbox.name
        self._connect = connect
        self._store = store
        self._clock = clock
        self._lease = limits.lease
        self._reader = Reader(mailbox, store, clock, limits.disk)
        self._pace = Pace(mailbox)
        self._owner = uuid4().hex
        self._renew_at: datetime | None = None
        self._session: Session | None = None

    def run(self, stop: threading.Event) -> None:
        """Poll until `stop` is set, which is honoured within about a second. No failure ends it."""
        while not stop.is_set():
            try:
                self.round(stop)
                if not self._pace.rest(self._session, lambda: stop.is_set() or self._lost_lease()):
                    self.close()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is noted and the mailbox is polled again
                self._note_failure(error)
                self._pace.back_off(error, stop.is_set)
        self.close()
        self._write("imap.release", lambda tx: tx.mailboxes.release(self.name, self._owner))

    def wake_up(self) -> None:
        """Poll now instead of at the end of the pause. May be called from any thread."""
        self._pace.called.set()

    def round(self, stop: threading.Event | None = None) -> int:
        """One poll, left early where `stop` is set; the number of messages that were new.

        0 too where another process polls this mailbox. Raises TransientError; what was committed until then stays.
        """
        if not self._hold_lease():
            self.close()
            return 0
        try:
            added = self._poll(stop or threading.Event())
        except BaseException:
            self.close()
            raise
        with self._store.transaction("imap.polled") as tx:
            now = self._clock()
            since = tx.inbound.oldest_of_last(self.name, added)
            tx.mailboxes.polled(self.name, now, max(now - since, timedelta()) if since else None)
        return added

    def close(self) -> None:
        """Leave the server."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _poll(self, stop: threading.Event) -> int:
        if self._session is None:
            self._session = self._connect()
            self._reader.open(self._session)
        added = self._reader.read(self._session, lambda: not stop.is_set() and self._hold_lease())
        if added:
            log.info("mail_received", mailbox=self.name, count=added)
        return added

    def _hold_lease(self) -> bool:
        """Become or stay the one that polls; the row is written once in a third of the lease."""
        now = self._clock()
        if self._renew_at is None or now >= self._renew_at:
            with self._store.transaction("imap.lease") as tx:
                held = tx.mailboxes.acquire(self.name, self._owner, now, self._lease)
            self._renew_at = now + self._lease / 3 if held else None
        return self._renew_at is not None

    def _lost_lease(self) -> bool:
        return self._renew_at is not None and not self._hold_lease()

    def _note_failure(self, error: Exception) -> None:
        """Note it on the mailbox's row, for people."""
        self.close()
        unexpected = not isinstance(error, TransientError)
        log.warning("poll_failed", mailbox=self.name, error=type(error).__name__, exc_info=unexpected)
        reason = type(error).__name__ if unexpected else str(error)
        self._write("imap.failed", lambda tx: tx.mailboxes.failed(self.name, reason, self._clock()))

    def _write(self, name: str, change: Callable[[Transaction], None]) -> None:
        """Write what the loop does not depend on: where the database is what fails, the log has to do."""
        try:
            with self._store.transaction(name) as tx:
                change(tx)
        except Exception:
            log.warning("not_noted", mailbox=self.name, what=name, exc_info=True)
