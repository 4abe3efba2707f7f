"""Work rows: claim, finish, retry later, give up. The same statements on SQLite and PostgreSQL.

A pending row may be claimed once `due_at` has come. A claim signs the row and moves `due_at` to the end of the lease,
so that a dead worker's rows come back by themselves; every later step names the lease, so a late worker changes
nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, func, select, update

from cases.errors import TransientError

MAX_ATTEMPTS = 5
"""Attempts after which a row that fails is held aside."""

MAX_DEATHS = 25
"""Attempts after which a row that never came back is: most processes do not die of the row that they hold."""

LEASE = timedelta(seconds=30)
"""How long a dead worker's rows stay its own. A living one renews it (`store/renewing.py`)."""

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


class State(StrEnum):
    """PENDING: to be done. DONE. HELD: given up, a person sees it and may replay it."""

    PENDING = "pending"
    DONE = "done"
    HELD = "held"


class LeaseLostError(TransientError):
    """A claimed row is another worker's by now, so nothing that was decided about it may stand."""


class Work:
    """The work rows of one table, inside one transaction. Aggregates with such rows inherit from it."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table

    def claim(
        self,
        lease: str,
        limit: int,
        now: datetime,
        only: Sequence[int] = (),
        where: ColumnElement[bool] | None = None,
    ) -> list[Row[Any]]:
        """Sign up to `limit` due rows, oldest first, and return them in order of id.

        `only` narrows to those ids, `where` to the rows of which it is true.
        """
        table = self._table
        due = select(table.c.id).where(table.c.state == State.PENDING, table.c.due_at <= now)
        if only:
            due = due.where(table.c.id.in_(only))
        if where is not None:
            due = due.where(where)
        # a CTE that locks rows is run once; a plain sub-select PostgreSQL may run again and so claim more than `limit`
        chosen = due.order_by(table.c.due_at, table.c.id).limit(limit).with_for_update(skip_locked=True).cte("chosen")
        statement = (
            update(table)
            .where(table.c.id.in_(select(chosen.c.id)), table.c.state == State.PENDING, table.c.due_at <= now)
            .values(lease=lease, due_at=now + LEASE, attempts=table.c.attempts + 1)
            .returning(table)
        )
        return sorted(self._connection.execute(statement).all(), key=lambda row: row.id)

    def renew(self, lease: str, identities: Sequence[int], now: datetime) -> None:
        """Keep claimed rows for another lease."""
        table = self._table
        mine = (table.c.id.in_(identities)) & (table.c.lease == lease) & (table.c.state == State.PENDING)
        # in the order in which they are worked: else this and who finishes one and begins the next wait for each other
        chosen = select(table.c.id).where(mine).order_by(table.c.id).with_for_update().cte("chosen")
        kept = table.c.id.in_(select(chosen.c.id)) & mine
        self._connection.execute(update(table).where(kept).values(due_at=now + LEASE))

    def finish(self, lease: str, rows: Sequence[dict[str, Any]]) -> None:
        """Mark rows as done and write their results. Every row is {"id": …, column: value, …}, all of one shape.

        Raises LeaseLostError where one of them is not ours any more: what else the transaction wrote has to fall too.
        """
        if not rows:
            return
        table = self._table
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
        statement = (
            update(table)
            .where(table.c.id == bindparam("row_id"), table.c.lease == lease)
            .values(state=State.DONE, lease=None, last_error=None, **columns)
        )
        named = [{"row_id" if key == "id" else f"new_{key}": value for key, value in row.items()} for row in rows]
        if self._connection.execute(statement, named).rowcount != len(rows):
            raise LeaseLostError("the lease ended before the work did")

    def retry_later(self, lease: str, identity: int, error: str, due_at: datetime, **columns: Any) -> None:
        """Let go of a row until `due_at`."""
        self._release(lease, identity, state=State.PENDING, last_error=error, due_at=due_at, **columns)

    def give_up(self, lease: str, identity: int, error: str, **columns: Any) -> None:
        """Hold a row aside with its reason, for a person."""
        self._release(lease, identity, state=State.HELD, last_error=error, **columns)

    def release_all(self, now: datetime) -> int:
        """Free every claimed row: for the one process of the embedded mode, at its start."""
        table = self._table
        mine = update(table).where(table.c.state == State.PENDING, table.c.lease.is_not(None))
        return self._connection.execute(mine.values(lease=None, due_at=now)).rowcount

    def replay(self, identities: Sequence[int], now: datetime) -> int:
        """Make held rows pending again, as new; the number of rows that were held."""
        table = self._table
        statement = (
            update(table)
            .where(table.c.id.in_(identities), table.c.state == State.HELD)
            .values(state=State.PENDING, due_at=now, attempts=0, lease=None)
        )
        return self._connection.execute(statement).rowcount

    def held(self, limit: int | None = None) -> Sequence[Row[Any]]:
        """The rows held aside, oldest first; so many of them at most, where a number is given."""
        table = self._table
        chosen = select(table).where(table.c.state == State.HELD).order_by(table.c.id)
        return self._connection.execute(chosen.limit(limit)).all()

    def due_count(self, now: datetime) -> int:
        """How many rows wait to be claimed now."""
        table = self._table
        due = select(func.count()).where(table.c.state == State.PENDING, table.c.due_at <= now)
        return self._connection.execute(due).scalar_one()

    def _release(self, lease: str, identity: int, **columns: Any) -> None:
        table = self._table
        mine = (table.c.id == identity) & (table.c.lease == lease)
        self._connection.execute(update(table).where(mine).values(lease=None, **columns))


def wait_after(attempts: int) -> timedelta:
    """How long a row waits after its n-th failed attempt: 10 s, doubled each time, one hour at most."""
    doublings = min(max(attempts, 1) - 1, 12)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
