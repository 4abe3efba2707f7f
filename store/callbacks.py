"""Callbacks: one open row for each number and tool."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import callback, case, case_key


class Callbacks:
    """The callbacks of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def open_once(self, row: dict[str, Any]) -> Row[Any] | None:
        """Open a callback, or None where one is open for that number and tool: two requests at once open one."""
        statement = self._insert(callback).on_conflict_do_nothing().returning(callback)
        return self._connection.execute(statement, row).one_or_none()

    def open_for(self, number: str, tool: str) -> Row[Any]:
        """The open callback for that number and tool, locked. Raises NoResultFound."""
        wanted = (callback.c.number == number) & (callback.c.tool == tool) & callback.c.open.is_(True)
        return self._connection.execute(select(callback).where(wanted).with_for_update()).one()

    def of_call(self, call_id: int) -> Row[Any] | None:
        """The callback that a call asked for last, or None."""
        mine = select(callback).where(callback.c.call_id == call_id).order_by(callback.c.id.desc()).limit(1)
        return self._connection.execute(mine).one_or_none()

    def of_case(self, case_id: int) -> Row[Any] | None:
        """The newest callback of a case, or None."""
        mine = select(callback).where(callback.c.case_id == case_id).order_by(callback.c.id.desc()).limit(1)
        return self._connection.execute(mine).one_or_none()

    def lock(self, identity: int) -> Row[Any]:
        """A callback, held until the transaction ends. Raises NoResultFound."""
        return self._connection.execute(select(callback).where(callback.c.id == identity).with_for_update()).one()

    def due(self, now: datetime, lines: Collection[str], limit: int = 50) -> list[Row[Any]]:
        """Open callbacks of these lines whose moment has come, by arrival."""
        ready = callback.c.open.is_(True) & (callback.c.call_at <= now) & callback.c.line.in_(lines)
        chosen = select(callback).where(ready).order_by(callback.c.arrived_at, callback.c.id).limit(limit)
        return list(self._connection.execute(chosen).all())

    def address_of(self, case_id: int, person_key: str) -> str:
        """The mail address that we know of whoever asked: the case's own, or that of the newest case in which this
        person takes part; '' where there is none."""
        taken_part = select(case_key.c.case_id).where(case_key.c.kind == "participant", case_key.c.key == person_key)
        mine = or_(case.c.id == case_id, case.c.id.in_(taken_part)) & case.c.requester.contains("@")
        found = select(case.c.requester).where(mine).order_by((case.c.id == case_id).desc(), case.c.id.desc())
        return self._connection.execute(found.limit(1)).scalar_one_or_none() or ""

    def change(self, identity: int, **columns: Any) -> None:
        """Write columns of a callback."""
        self._connection.execute(update(callback).where(callback.c.id == identity).values(**columns))
