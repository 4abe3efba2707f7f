"""Cases whose clocks have something to say, in one transaction.

A row that is claimed stays locked until the transaction ends (SQLite has one writer anyway). What a person does to the
case is therefore seen, or comes after and stands.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import Status
from store.tables import case, counter, entry, escalation

_COLUMNS = (
    *(case.c.id, case.c.number, case.c.status, case.c.source, case.c.subject, case.c.lang, case.c.requester),
    *(case.c.category, case.c.motif, case.c.tool, case.c.review, case.c.priority, case.c.queue, case.c.routing),
    *(case.c.agent, case.c.opened_at, case.c.touched_at, case.c.person_key),
    *(case.c.response_due_at, case.c.resolution_due_at, case.c.n2_due_at),
)
_TIMED = ("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at")
_TIMERS = (*_TIMED, "touched_at")
_CLIMB = ("queue", "routing", "agent")
IS_TIMED = or_(*(case.c[name].is_not(None) for name in _TIMED))
"""Whether a case has a clock: what was read in as history has none."""
_PROMISES = "promises"
"""The counter that is no count: what the clocks were computed by."""


def _writing(columns: Sequence[str]) -> Any:
    return (
        update(case)
        .where(case.c.id == bindparam("case_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )


# built once: a statement that is built for every batch costs more than its execution
_WRITE_TIMERS, _WRITE_CLIMB = _writing(_TIMERS), _writing(_CLIMB)


class Alarms:
    """The alarms of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def is_due(self, now: datetime) -> bool:
        """Whether any case is to be looked at."""
        return bool(self._connection.execute(select(exists().where(*_due(now)))).scalar())

    def claim(self, now: datetime, limit: int) -> list[Row[Any]]:
        """Up to `limit` cases that are to be looked at, the longest due first. One that somebody is writing is left."""
        chosen = select(*_COLUMNS).where(*_due(now)).order_by(case.c.alarm_at).limit(limit)
        locked = chosen.with_for_update(skip_locked=True, key_share=True)
        return list[Any](self._connection.execute(locked).all())

    def timelines(self, identities: Sequence[int]) -> dict[int, list[Row[Any]]]:
        """The lines of their timelines (`id`, `kind`, `at`, `text`, `data`) by case, oldest first."""
        lines = select(entry.c.id, entry.c.case_id, entry.c.kind, entry.c.at, entry.c.text, entry.c.data)
        found: dict[int, list[Row[Any]]] = defaultdict(list)
        row: Any
        for row in self._connection.execute(lines.where(entry.c.case_id.in_(identities)).order_by(entry.c.id)):
            found[row.case_id].append(row)
        return found

    def escalations(self, identities: Sequence[int]) -> dict[int, Row[Any]]:
        """The stay at a second level (`id`, `n2`, `ticket`, `opened_at`) of each of these cases that is at one now."""
        columns = (escalation.c.case_id, escalation.c.id, escalation.c.n2, escalation.c.ticket, escalation.c.opened_at)
        running = select(*columns).where(escalation.c.case_id.in_(identities), escalation.c.ended_at.is_(None))
        found: Iterable[Any] = self._connection.execute(running)
        return {row.case_id: row for row in found}

    def set(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write the timers of cases, each row with `id`. Their version is a person's and stays."""
        self._write(_WRITE_TIMERS, rows)

    def climb(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write the queue of cases, with how it was come to and without an agent, each row with `id`."""
        self._write(_WRITE_CLIMB, rows)

    def look_again(self, after: int, limit: int, at: datetime) -> list[int]:
        """Have the next `limit` open cases after that id looked at then, those that have a clock; their ids."""
        open_cases = (case.c.id > after) & (case.c.status != Status.CLOSED) & case.c.hidden.is_(False) & IS_TIMED
        chosen = select(case.c.id).where(open_cases).order_by(case.c.id).limit(limit)
        marked = update(case).where(case.c.id.in_(chosen)).values(alarm_at=at).returning(case.c.id)
        return list(self._connection.execute(marked).scalars())

    def promises(self) -> int | None:
        """What the clocks were last computed by, or None."""
        return self._connection.execute(select(counter.c.value).where(counter.c.name == _PROMISES)).scalar()

    def promise(self, value: int) -> None:
        """Keep what the clocks are computed by from now on."""
        kept = self._insert(counter).on_conflict_do_update(index_elements=["name"], set_={"value": value})
        self._connection.execute(kept, {"name": _PROMISES, "value": value})

    def _write(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            named = [{"case_id" if key == "id" else f"new_{key}": row[key] for key in row} for row in rows]
            self._connection.execute(statement, named)


def _due(now: datetime) -> tuple[Any, ...]:
    return case.c.alarm_at <= now, case.c.hidden.is_(False)
