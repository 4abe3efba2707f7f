"""Callbacks: one open row for each number and tool."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import NoResultFound

from cases.case import EntryKind
from store.tables import call, callback, case, case_key, contact_address, entry

NEWEST = 500
"""Of so many of the newest it is asked which were closed of late."""


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
        found = self.find_open(number, tool)
        if found is None:
            raise NoResultFound
        return found

    def find(self, identity: int) -> Row[Any]:
        """A callback. Raises NoResultFound."""
        return self._connection.execute(select(callback).where(callback.c.id == identity)).one()

    def find_open(self, number: str, tool: str) -> Row[Any] | None:
        """The open callback for that number and tool, locked, or None."""
        wanted = (callback.c.number == number) & (callback.c.tool == tool) & callback.c.open.is_(True)
        return self._connection.execute(select(callback).where(wanted).with_for_update()).one_or_none()

    def of_call(self, call_id: int) -> Row[Any] | None:
        """The callback that a call opened, or None; one that it only asked for again is an earlier call's."""
        mine = select(callback).where(callback.c.call_id == call_id).order_by(callback.c.id.desc()).limit(1)
        return self._connection.execute(mine).one_or_none()

    def of_sid(self, provider: str, call_sid: str) -> Row[Any] | None:
        """The callback that the call which the provider names so asked for, even where an earlier one had opened it."""
        mine = (call.c.provider == provider) & (call.c.call_sid == call_sid)
        row = self._connection.execute(select(call.c.id, call.c.case_id, call.c.state).where(mine)).one_or_none()
        asked = row is not None and row.state.get("callback")  # others in its case may have asked, too
        return self.of_call(row.id) or self._told_of(row.case_id) if row and asked else None

    def _told_of(self, case_id: int | None) -> Row[Any] | None:
        """The callback that a case's timeline speaks of last, or None."""
        told = select(entry.c.data).where(entry.c.case_id == case_id, entry.c.kind == EntryKind.CALLBACK)
        data = self._connection.execute(told.order_by(entry.c.id.desc()).limit(1)).scalar_one_or_none()
        found = select(callback).where(callback.c.id == data["callback"]) if data else None
        return self._connection.execute(found).one_or_none() if found is not None else None

    def closed_since(self, moment: datetime, limit: int = 100) -> list[Row[Any]]:
        """Those of the newest that were closed since then, each with the number of its case; the last closed first."""
        some = select(callback.c.id).order_by(callback.c.id.desc()).limit(NEWEST).subquery()
        mine = callback.c.id.in_(select(some.c.id)) & (callback.c.closed_at >= moment)
        chosen = select(callback, case.c.number.label("case_number")).join(case, case.c.id == callback.c.case_id)
        ordered = chosen.where(mine).order_by(callback.c.closed_at.desc(), callback.c.id.desc())
        return list(self._connection.execute(ordered.limit(limit)).all())

    def is_open(self, identity: int) -> bool:
        """Whether there is such a callback that somebody is still to make."""
        mine = select(callback.c.id).where(callback.c.id == identity, callback.c.open.is_(True))
        return self._connection.execute(mine).first() is not None

    def lock(self, identity: int) -> Row[Any]:
        """A callback, held until the transaction ends. Raises NoResultFound."""
        return self._connection.execute(select(callback).where(callback.c.id == identity).with_for_update()).one()

    def due(self, now: datetime, lines: Collection[str], limit: int = 50) -> list[Row[Any]]:
        """Open callbacks of these lines whose moment has come, by arrival."""
        ready = callback.c.open.is_(True) & (callback.c.call_at <= now) & callback.c.line.in_(lines)
        chosen = select(callback).where(ready).order_by(callback.c.arrived_at, callback.c.id).limit(limit)
        return list(self._connection.execute(chosen).all())

    def address_of(self, case_id: int, number: str, own_key: str) -> str:
        """The mail address that we know of whoever asked: the case's own, or else that of the newest case in which the
        person behind the number takes part; '' where there is none. `own_key` is the number's key where it is linked
        to nobody."""
        linked = select(contact_address.c.person_key).where(contact_address.c.address == number).scalar_subquery()
        part = (case_key.c.kind == "participant") & case_key.c.key.in_((own_key, linked))
        others = select(case.c.requester).join(case_key, case_key.c.case_id == case.c.id).where(part)
        written = others.where(case.c.requester.contains("@")).order_by(case.c.id.desc()).limit(1)
        own = select(case.c.requester).where(case.c.id == case_id)
        found = self._connection.execute(own).scalar_one_or_none() or ""
        return found if "@" in found else self._connection.execute(written).scalar_one_or_none() or ""

    def change(self, identity: int, **columns: Any) -> None:
        """Write columns of a callback."""
        self._connection.execute(update(callback).where(callback.c.id == identity).values(**columns))
