"""What who leads looks at: what nobody has, who has how much, and who asks for help. Each by an index of its own.

Nothing here writes, so it belongs inside `Store.reading()`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, select

from store.tables import case
from store.tables.inbox import flagged, unclosed
from store.views import of_cases


@dataclass(frozen=True, slots=True)
class Heap:
    """How many cases, and since when the oldest of them is there."""

    cases: int = 0
    oldest: datetime | None = None


class Supervision:
    """The heaps and lists of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_queue(self, queue: str, limit: int) -> list[Row[Any]]:
        """The open cases of a queue that nobody has, as the inbox lists them: by priority, then the oldest."""
        return self._listed(limit, case.c.agent.is_(None), case.c.queue == queue)

    def of_agent(self, agent: str, limit: int) -> list[Row[Any]]:
        """The open cases that somebody has, likewise."""
        return self._listed(limit, case.c.agent == agent)

    def flagged(self, flag: str, limit: int) -> list[Row[Any]]:
        """The open cases that somebody has and that carry the flag, likewise."""
        carries = cast(case.c.flags, Text).like(f'%"{flag}"%')
        return self._listed(limit, case.c.agent.is_not(None), flagged, carries)

    def by_agent(self, agents: Collection[str]) -> dict[str, Heap]:
        """The open cases that each of them has."""
        heaped = select(case.c.agent, func.count().label("cases"), func.min(case.c.opened_at).label("oldest"))
        mine = heaped.where(case.c.agent.in_(agents), unclosed).group_by(case.c.agent)
        return {row.agent: Heap(row.cases, row.oldest) for row in self._connection.execute(mine)}

    def by_queue(self, queues: Collection[str]) -> dict[str, Heap]:
        """Those that nobody has, of each of these queues."""
        heaped = select(case.c.queue, func.count().label("cases"), func.min(case.c.opened_at).label("oldest"))
        free = heaped.where(case.c.queue.in_(queues), case.c.agent.is_(None), unclosed).group_by(case.c.queue)
        return {row.queue: Heap(row.cases, row.oldest) for row in self._connection.execute(free)}

    def _listed(self, limit: int, *such: ColumnElement[bool]) -> list[Row[Any]]:
        chosen = of_cases().where(unclosed, *such).order_by(case.c.priority, case.c.opened_at, case.c.id)
        return list(self._connection.execute(chosen.limit(limit)).all())
