"""Tickets that cases have in Jira: what is to be done there, what came back, and how each was last seen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import ticket, ticket_notice, ticket_push
from store.work import LeaseLostError, State, Work

LOOKING = timedelta(minutes=2)
"""How long one look at a ticket may take; then another worker may look."""
_LONGEST_ERROR = 500
_FORGOTTEN = 200

_before = ticket_push.alias("before")
_BLOCKED = (
    select(_before.c.id)
    .where(
        _before.c.case_id == ticket_push.c.case_id,
        _before.c.id < ticket_push.c.id,
        or_(_before.c.state == State.PENDING, and_(_before.c.state == State.HELD, _before.c.kind == "create")),
    )
    .exists()
)
"""Whether something of the same case comes first: whatever waits, and a ticket that could not be made."""


class Pushes(Work):
    """What is to be done there, in order for each case."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, ticket_push)

    def claim_first(self, lease: str, limit: int, now: datetime) -> list[Row[Any]]:
        """Claim due rows, of each case the first alone."""
        return self.claim(lease, limit, now, where=~_BLOCKED)

    def sending(self, lease: str, identity: int, now: datetime) -> None:
        """Note that it is being done: until an answer clears that, nobody knows whether it was."""
        mine = (ticket_push.c.id == identity) & (ticket_push.c.lease == lease)
        if not self._connection.execute(update(ticket_push).where(mine).values(sending_at=now)).rowcount:
            raise LeaseLostError("another worker has it by now")

    def of_case(self, case_id: int) -> list[Row[Any]]:
        """What is not done yet, in order."""
        waits = (ticket_push.c.case_id == case_id) & (ticket_push.c.state != State.DONE)
        return list(self._connection.execute(select(ticket_push).where(waits).order_by(ticket_push.c.id)).all())


class Notices(Work):
    """Webhooks that came in."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, ticket_notice)
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def keep(self, row: dict[str, Any]) -> bool:
        """Keep one unless it is there already; whether it was new."""
        kept = self._insert(ticket_notice).on_conflict_do_nothing(index_elements=["identifier"])
        return self._connection.execute(kept.returning(ticket_notice.c.id), row).first() is not None

    def forget(self, before: datetime) -> None:
        """Delete some of the oldest that were worked and came before that moment."""
        oldest = select(ticket_notice.c.id).where(ticket_notice.c.state == State.DONE).order_by(ticket_notice.c.id)
        old = ticket_notice.c.id.in_(oldest.limit(_FORGOTTEN)) & (ticket_notice.c.received_at < before)
        self._connection.execute(delete(ticket_notice).where(old))


@dataclass(frozen=True, slots=True)
class Due:
    """Whether something is to be done there, webhooks are to be worked, tickets are to be looked at."""

    pushes: bool
    notices: bool
    looks: bool


class Tickets:
    """The tickets of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        self.pushes = Pushes(connection)
        self.notices = Notices(connection)

    def known(self, case_ids: Collection[int]) -> set[int]:
        """Those of these cases that have a ticket, or are to have one."""
        mine = select(ticket.c.case_id).where(ticket.c.case_id.in_(case_ids))
        return set(self._connection.execute(mine).scalars())

    def begin(self, rows: Sequence[dict[str, Any]]) -> None:
        """Note that cases are to have tickets; what is there stays."""
        if rows:
            self._connection.execute(self._insert(ticket).on_conflict_do_nothing(index_elements=["case_id"]), rows)

    def push_once(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue what is to be done, each under its unique `key`; a key that is there already is left alone."""
        if rows:
            self._connection.execute(self._insert(ticket_push).on_conflict_do_nothing(index_elements=["key"]), rows)

    def of_case(self, case_id: int) -> Row[Any] | None:
        """The ticket of a case, or None."""
        return self._connection.execute(select(ticket).where(ticket.c.case_id == case_id)).one_or_none()

    def locked(self, case_id: int) -> Row[Any] | None:
        """The same, as it stays until this transaction ends: what is decided by it is written by nobody else."""
        mine = select(ticket).where(ticket.c.case_id == case_id).with_for_update()
        return self._connection.execute(mine).one_or_none()

    def results(self, case_id: int, kind: str) -> set[str]:
        """What became of all that was done of a kind for a case."""
        done = (ticket_push.c.state == State.DONE, ticket_push.c.kind == kind)
        became = select(ticket_push.c.result).where(ticket_push.c.case_id == case_id, *done)
        return set(filter(None, self._connection.execute(became).scalars()))

    def of_issues(self, issues: Collection[str]) -> list[Row[Any]]:
        """The tickets with these keys or ids."""
        named = or_(ticket.c.key.in_(issues), ticket.c.issue_id.in_(issues))
        return list(self._connection.execute(select(ticket).where(named)).all())

    def made(self, case_id: int, **columns: Any) -> None:
        """Note the ticket that was made, or was found."""
        self._connection.execute(update(ticket).where(ticket.c.case_id == case_id).values(columns))

    def claim_looks(self, limit: int, now: datetime) -> list[Row[Any]]:
        """Tickets that are to be looked at, which nobody else looks at meanwhile."""
        due = select(ticket.c.case_id).where(ticket.c.look_at <= now).order_by(ticket.c.look_at).limit(limit)
        chosen = due.with_for_update(skip_locked=True).cte("chosen")
        taken = update(ticket).where(ticket.c.case_id.in_(select(chosen.c.case_id)), ticket.c.look_at <= now)
        return list(self._connection.execute(taken.values(look_at=now + LOOKING).returning(ticket)).all())

    def looked(self, case_id: int, **columns: Any) -> None:
        """Note how a ticket was seen."""
        seen = update(ticket).where(ticket.c.case_id == case_id)
        self._connection.execute(seen.values(columns | {"last_error": None}))

    def unseen(self, case_id: int, error: str, look_at: datetime) -> None:
        """Note why it could not be looked at, and when it is tried again."""
        said = update(ticket).where(ticket.c.case_id == case_id)
        self._connection.execute(said.values(last_error=error[:_LONGEST_ERROR], look_at=look_at))

    def look_soon(self, case_ids: Collection[int], now: datetime) -> None:
        """Have these looked at now."""
        self._connection.execute(update(ticket).where(ticket.c.case_id.in_(case_ids)).values(look_at=now))

    def latest(self) -> Row[Any] | None:
        """The newest that was made, or None."""
        made = select(ticket).where(ticket.c.key.is_not(None)).order_by(ticket.c.case_id.desc()).limit(1)
        return self._connection.execute(made).one_or_none()

    def due(self, now: datetime) -> Due:
        """What there is to do; asked every few seconds."""
        waits = (
            select(table.c.id).where(table.c.state == State.PENDING, table.c.due_at <= now).exists()
            for table in (ticket_push, ticket_notice)
        )
        looks = select(ticket.c.case_id).where(ticket.c.look_at <= now).exists()
        return Due(*map(bool, self._connection.execute(select(*waits, looks)).one()))
