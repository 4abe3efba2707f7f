"""The outbox: what leaves is a row, written with the case."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import blob, outbound
from store.tables import case as case_table
from store.work import LeaseLostError, State, Work

BOUNCED = "bounced"

# built once: a statement that is built for every mail costs more than its execution
_MINE = (outbound.c.id == bindparam("row_id")) & (outbound.c.lease == bindparam("row_lease"))
_SENDING = (
    update(outbound)
    .where(_MINE)
    .values(sending_at=bindparam("at"), due_at=bindparam("until"), outcome=bindparam("so_far"))
)
_KEPT = update(outbound).where(_MINE).values(sha256=bindparam("hash"))
_ANSWERED = (
    update(outbound)
    .where(_MINE)
    .values(
        state=State.DONE,
        lease=None,
        last_error=None,
        sending_at=None,
        sent_at=bindparam("at"),
        outcome=case((outbound.c.outcome == BOUNCED, BOUNCED), else_=bindparam("how")),  # bounces overtake answers
        smtp_reply=bindparam("words"),
    )
)


class Outbound(Work):
    """The outbound rows of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, outbound)
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add_once(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue mails, each under its unique `key`; a key that is there already is left alone."""
        if rows:
            self._connection.execute(self._insert(outbound).on_conflict_do_nothing(index_elements=["key"]), rows)

    def due_mailboxes(self, now: datetime) -> list[str]:
        """The mailboxes in whose name something is due."""
        mailbox = outbound.c.mailbox + ""  # the bare column SQLite would make distinct by reading a whole index
        due = select(mailbox).where(outbound.c.state == State.PENDING, outbound.c.due_at <= now)
        return list(self._connection.execute(due.distinct()).scalars())

    def claim_from(self, mailboxes: Sequence[str], lease: str, limit: int, now: datetime) -> list[Row[Any]]:
        """Claim due rows of these mailboxes only."""
        mailbox = (
            outbound.c.mailbox + ""
        )  # by the bare column SQLite would look at every mail of a mailbox, sent or not
        return self.claim(lease, limit, now, where=mailbox.in_(mailboxes))

    def keep(self, lease: str, composed: Sequence[tuple[int, str, bytes]], now: datetime) -> None:
        """Keep composed mails (id, sha256, bytes): a later attempt sends the very same bytes."""
        if not composed:
            return
        blobs = [
            {"sha256": sha256, "size": len(raw), "body": raw, "created_at": now, "retention": "message"}
            for _, sha256, raw in composed
        ]
        put = self._insert(blob)
        brought = {"body": put.excluded.body, "size": put.excluded.size}  # written anew, it may be what was erased
        again = put.on_conflict_do_update(index_elements=["sha256"], set_=brought, where=func.length(blob.c.body) == 0)
        self._connection.execute(again, blobs)
        named = [{"row_id": identity, "row_lease": lease, "hash": sha256} for identity, sha256, _ in composed]
        self._connection.execute(_KEPT, named)

    def sending(self, lease: str, identity: int, now: datetime, until: datetime, outcome: str | None) -> bool:
        """Note that this mail is being sent, and keep others off it until then. False where it is not ours any more.

        `sending_at` is cleared by every answer of the server: where it stays, nobody knows whether the mail left.
        """
        values = {"row_id": identity, "row_lease": lease, "at": now, "until": until, "so_far": outcome}
        return self._connection.execute(_SENDING, values).rowcount == 1

    def answered(self, lease: str, identity: int, outcome: str, reply: str, sent_at: datetime | None) -> None:
        """Note the server's last word on a mail, and that nothing more is to be done."""
        values = {"row_id": identity, "row_lease": lease, "how": outcome, "words": reply, "at": sent_at}
        self._connection.execute(_ANSWERED, values)

    def recall(self, case_id: int, kinds: Collection[str], created_at: datetime) -> None:
        """Take back what was queued at that moment about a case, of these kinds.

        Raises LeaseLostError where one of them was claimed already: what else the transaction wrote has to fall too.
        """
        table = outbound
        mine = (table.c.case_id == case_id) & table.c.kind.in_(kinds) & (table.c.created_at == created_at)
        unsent = (table.c.state == State.PENDING) & (table.c.attempts == 0)
        taken = self._connection.execute(delete(table).where(mine, unsent)).rowcount
        if not taken or self._connection.execute(select(table.c.id).where(mine).limit(1)).first():
            raise LeaseLostError("the mail is being sent, or has left")

    def sizes(self, hashes: Collection[str]) -> dict[str, int]:
        """How many bytes each of these files has."""
        found = select(blob.c.sha256, blob.c.size).where(blob.c.sha256.in_(hashes))
        return dict(self._connection.execute(found).all())

    def bodies(self, hashes: Sequence[str]) -> dict[str, bytes]:
        """The composed bytes by hash."""
        found = select(blob.c.sha256, blob.c.body).where(blob.c.sha256.in_(hashes))
        return dict(self._connection.execute(found).all())

    def get(self, identity: int) -> Row[Any]:
        """The row with that id. Raises NoResultFound."""
        return self._connection.execute(select(outbound).where(outbound.c.id == identity)).one()

    def undelivered(self, identity: int, report: dict[str, Any]) -> None:
        """Tie a bounce to the mail that it answers (RFC 3464)."""
        row = outbound.c.id == identity
        self._connection.execute(update(outbound).where(row).values(outcome=BOUNCED, undelivered=report))

    def latest(self, limit: int = 50) -> list[Row[Any]]:
        """The newest rows, newest first."""
        return list(self._connection.execute(select(outbound).order_by(outbound.c.id.desc()).limit(limit)).all())

    def count(self, mailboxes: Sequence[str], since: datetime, until: datetime) -> list[Row[Any]]:
        """How many mails were queued within [since, until) in the name of these mailboxes: kind, scope of the case,
        state (its outcome, once there is one) and count."""
        state = func.coalesce(outbound.c.outcome, outbound.c.state).label("state")
        chosen = select(outbound.c.kind, case_table.c.scope, state, func.count().label("count"))
        within = (outbound.c.created_at >= since) & (outbound.c.created_at < until)
        mine = chosen.join_from(outbound, case_table).where(outbound.c.mailbox.in_(mailboxes), within)
        by = (outbound.c.kind, case_table.c.scope, state)
        return list(self._connection.execute(mine.group_by(*by).order_by(*by)).all())

    def pending(self, limit: int = 50) -> list[Row[Any]]:
        """What waits to leave, next first, with its attempts and the error of the last one."""
        waiting = select(outbound).where(outbound.c.state == State.PENDING).order_by(outbound.c.due_at).limit(limit)
        return list(self._connection.execute(waiting).all())
