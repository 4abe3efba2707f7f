"""What programs are told of: the events of cases, and each on its way to an address, in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import EntryKind
from store.tables import case, entry, program, program_delivery, program_seen, program_told
from store.work import State, Work

_ROW = 1
_TURNS = (EntryKind.CLOSED, EntryKind.REOPENED)


class Deliveries(Work):
    """What is on its way."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, program_delivery)

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue events; every row has the same columns."""
        if rows:
            self._connection.execute(program_delivery.insert(), rows)

    def newest(self, limit: int, program_id: str = "") -> list[Row[Any]]:
        """The newest, those for one program where it is named."""
        chosen = select(program_delivery).order_by(program_delivery.c.id.desc()).limit(limit)
        mine = program_delivery.c.program_id == program_id
        return list(self._connection.execute(chosen.where(mine) if program_id else chosen).all())

    def drop(self, program_id: str) -> None:
        """Nothing is to be told to that program any more; what it was told stays for a while."""
        waits = (program_delivery.c.program_id == program_id) & (program_delivery.c.state != State.DONE)
        self._connection.execute(delete(program_delivery).where(waits))

    def forget(self, before: datetime) -> int:
        """Forget what is done since then; how many."""
        done = (program_delivery.c.created_at < before) & (program_delivery.c.state == State.DONE)
        return self._connection.execute(delete(program_delivery).where(done)).rowcount


class Hooks:
    """The events of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        self.deliveries = Deliveries(connection)

    def told(self) -> list[Row[Any]]:
        """The programs that have an address. By index: nothing is cheaper where there are none."""
        return list(self._connection.execute(select(program).where(program.c.address.is_not(None))).all())

    def seen(self) -> Row[Any] | None:
        """How far cases were looked through; nobody else looks until this transaction ends. None at the beginning, and
        while another looks."""
        mine = select(program_seen).where(program_seen.c.id == _ROW)
        return self._connection.execute(mine.with_for_update(skip_locked=True)).one_or_none()

    def begin(self, touched_at: datetime) -> None:
        """Look from there on, where nobody looks yet; what is there is not told of."""
        newest = self._connection.execute(select(func.max(case.c.id))).scalar() or 0
        row = {"id": _ROW, "touched_at": touched_at, "first_case": newest, "last_case": newest}
        self._connection.execute(self._insert(program_seen).values(row).on_conflict_do_nothing())

    def look_from(self, touched_at: datetime, last_case: int) -> None:
        """Note how far cases were looked through."""
        changed = update(program_seen).where(program_seen.c.id == _ROW)
        self._connection.execute(changed.values(touched_at=touched_at, last_case=last_case))

    def end(self) -> None:
        """Nobody is told of anything any more."""
        self._connection.execute(delete(program_seen))
        self._connection.execute(delete(program_told))

    def lately(self, since: datetime, last_case: int) -> list[int]:
        """The ids of cases that were written since, or are newer than that one; each by an index of its own."""
        written = select(case.c.id).where(case.c.touched_at >= since)
        return sorted(self._connection.execute(written.union(select(case.c.id).where(case.c.id > last_case))).scalars())

    def standing(self, case_ids: Collection[int]) -> list[Row[Any]]:
        """(id, number, status, version, touched_at, hidden, line) of these; `line` is the last of the timeline."""
        line = select(func.max(entry.c.id)).where(entry.c.case_id == case.c.id).scalar_subquery().label("line")
        columns = [case.c.id, case.c.number, case.c.status, case.c.version, case.c.touched_at, case.c.hidden, line]
        chosen = select(*columns).where(case.c.id.in_(case_ids)).order_by(case.c.id)
        return list(self._connection.execute(chosen).all())

    def known(self, case_ids: Collection[int]) -> dict[int, Row[Any]]:
        """How these cases were when programs were told of them last."""
        chosen = select(program_told).where(program_told.c.case_id.in_(case_ids))
        return {row.case_id: row for row in self._connection.execute(chosen)}

    def turned(self, case_ids: Collection[int], since: datetime) -> dict[int, str]:
        """Which of these cases were closed or opened again since then: the kind of the last such line of each."""
        mine = entry.c.case_id.in_(case_ids) & entry.c.kind.in_(_TURNS) & (entry.c.at >= since)
        chosen = select(entry.c.case_id, entry.c.kind).where(mine).order_by(entry.c.id)
        return {row.case_id: row.kind for row in self._connection.execute(chosen)}

    def keep(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note how cases are now: each {"case_id", "etag", "status"}."""
        given = [dict(row) for row in rows]
        if not given:
            return
        kept = self._insert(program_told)
        changed = {"etag": kept.excluded.etag, "status": kept.excluded.status}
        self._connection.execute(kept.on_conflict_do_update(index_elements=["case_id"], set_=changed), given)

    def line_of(self, case_id: int) -> int:
        """The id of the last line on the timeline of a case, 0 where it has none."""
        newest = select(func.max(entry.c.id)).where(entry.c.case_id == case_id)
        return self._connection.execute(newest).scalar() or 0
