"""Who is there, how much they have, and what could be offered to them, in one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import Status
from store.alarms import IS_TIMED
from store.tables import case, presence

_OPEN = case.c.status != Status.CLOSED
_OFFERED = (
    update(case)
    .where(case.c.id == bindparam("case_id"), case.c.version == bindparam("read"), case.c.agent.is_(None), _OPEN)
    .values(agent=bindparam("whom"), touched_at=bindparam("at"), version=case.c.version + 1)
)


class Presence:
    """The presence of one transaction. An agent is named by the id in the profile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def note(self, agent: str, at: datetime, *, present: bool) -> bool:
        """Note that somebody comes in or goes out; whether that was new."""
        row = {"agent": agent, "present": present, "since": at}
        changed = self._insert(presence).on_conflict_do_update(
            index_elements=["agent"],
            set_={"present": present, "since": at},
            where=presence.c.present.is_not(present),
        )
        counting = {"preserve_rowcount": True}  # of an insert it is not kept otherwise
        return self._connection.execute(changed, row, execution_options=counting).rowcount == 1

    def all(self) -> list[Row[Any]]:
        """What is known of everybody who was ever there."""
        return list[Any](self._connection.execute(select(presence).order_by(presence.c.agent)).all())

    def present(self) -> set[str]:
        """Who is there now."""
        return set(self._connection.execute(select(presence.c.agent).where(presence.c.present.is_(True))).scalars())

    def load(self, agents: Collection[str]) -> dict[str, int]:
        """How many open cases each of them has."""
        counted = select(case.c.agent, func.count().label("cases")).where(case.c.agent.in_(agents), _OPEN)
        found = self._connection.execute(counted.group_by(case.c.agent))
        return dict.fromkeys(agents, 0) | {row.agent: row.cases for row in found}

    def waiting(self, queues: Collection[str], limit: int) -> list[Row[Any]]:
        """Open cases of these queues that nobody has, but for history: by priority, then the oldest."""
        columns = (case.c.id, case.c.number, case.c.version, case.c.priority, case.c.opened_at, case.c.queue)
        told = (case.c.lang, case.c.routing, case.c.source, case.c.subject, case.c.person_key)
        labels = (case.c.category, case.c.motif, case.c.tool, case.c.review)
        free = select(*columns, *told, *labels).where(case.c.agent.is_(None), _OPEN, case.c.hidden.is_(False), IS_TIMED)
        chosen = free.where(case.c.queue.in_(queues)).order_by(case.c.priority, case.c.opened_at).limit(limit)
        return list[Any](self._connection.execute(chosen).all())

    def offer(self, row: Row[Any], agent: str, at: datetime) -> bool:
        """Give a waiting case to somebody, where it still is the one that was read; whether it was."""
        values = {"case_id": row.id, "read": row.version, "whom": agent, "at": at}
        return self._connection.execute(_OFFERED, values).rowcount == 1
