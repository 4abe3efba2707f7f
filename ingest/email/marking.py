"""Telling the server that we have a message, after it is committed and never before."""

from collections.abc import Mapping, Sequence

import structlog

from cases.profile import Done, Mailbox
from ingest.email.imap_errors import RefusedError
from ingest.email.mailbox import Session
from store.failpoint import reach
from store.inbound import BATCH
from store.tx import Store

log = structlog.get_logger()


class Marking:
    """Moves or flags what is ours, and notes it. `refusal` is the server's last no, '' where it took everything."""

    def __init__(self, mailbox: Mailbox, store: Store) -> None:
        self._mailbox = mailbox
        self._store = store
        self.refusal = ""

    def way(self, session: Session) -> Done:
        """What can be done on this server: nothing in a read-only folder, no keyword where it would not stay."""
        done = self._mailbox.done
        if session.read_only or (done is Done.KEYWORD and not session.keeps(self._mailbox.done_keyword)):
            return Done.LEAVE
        return done

    def tell(self, session: Session, keys: Mapping[int, str], again: bool = False) -> None:
        """Tell the server of committed messages, UID -> key; `again` where it may know. A refusal stops nothing."""
        if not keys or self.way(session) is Done.LEAVE:
            return
        try:
            self._change(session, list(keys), again)
        except RefusedError as error:
            self.refusal = str(error)
            log.warning("marking_refused", mailbox=self._mailbox.name, count=len(keys))
            return
        reach("imap.marked")
        self._note(list(keys.values()))

    def catch_up(self, session: Session) -> None:
        """Tell the server of what an earlier session committed and did not get to. Stops at the first refusal.

        What belongs to a former UIDVALIDITY the server no longer knows, and in a folder left as it is it never will:
        both count as told.
        """
        self.refusal = ""
        with self._store.reading() as tx:
            waiting = tx.inbound.unmarked(self._mailbox.name)
        leave = self.way(session) is Done.LEAVE
        here = {} if leave else {uid: key for key in waiting if (uid := uid_within(session.uidvalidity, key))}
        self._note([key for key in waiting if key not in set(here.values())])
        uids = list(here)
        for start in range(0, len(uids), BATCH):
            if not self.refusal:
                self.tell(session, {uid: here[uid] for uid in uids[start : start + BATCH]}, again=True)

    def _change(self, session: Session, uids: Sequence[int], again: bool) -> None:
        if self._mailbox.done is Done.MOVE:
            session.move(uids, self._mailbox.done_folder, again)
        else:
            session.add_keyword(uids, self._mailbox.done_keyword)

    def _note(self, keys: Sequence[str]) -> None:
        if keys:
            with self._store.transaction("imap.mark") as tx:
                tx.inbound.mark(self._mailbox.name, keys)


def external_id(uidvalidity: int, uid: int, reused_by: str = "") -> str:
    """The key of a message in the ledger: unique within its folder for ever (RFC 9051 section 2.3.1.1).

    `reused_by`, the sha256 of a message, tells it from an earlier one under a UID that the server gave away again.
    """
    return f"{uidvalidity}:{uid}" + (f"/{reused_by[:16]}" if reused_by else "")


def uid_within(uidvalidity: int, key: str) -> int | None:
    """The UID in such a key, None where it is of another UIDVALIDITY or folder."""
    validity, _, uid = key.partition("/")[0].partition(":")
    return int(uid) if validity == str(uidvalidity) and uid.isdigit() else None
