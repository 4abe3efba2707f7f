"""Escalations: the stays of cases at the second level."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import blob, escalation

# built once: a statement that is built for every batch costs more than its execution
_HEARD = (
    update(escalation)
    .where(escalation.c.id == bindparam("row_id"))
    .values(
        answered_at=func.coalesce(escalation.c.answered_at, bindparam("when", type_=escalation.c.answered_at.type)),
        ticket=func.coalesce(escalation.c.ticket, bindparam("named", type_=escalation.c.ticket.type)),
    )
)


class Escalations:
    """The escalations of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Open escalations, all of one shape; their ids, in the same order. A case has one open escalation at most."""
        if not rows:
            return []
        inserted = escalation.insert().returning(escalation.c.id, sort_by_parameter_order=True)
        return list(self._connection.execute(inserted, list(rows)).scalars())

    def keep_files(self, bodies: Mapping[str, bytes], now: datetime) -> None:
        """Keep files that go along with an escalation, by their SHA-256."""
        rows = [
            {"sha256": sha256, "size": len(body), "body": body, "created_at": now, "retention": "case"}
            for sha256, body in bodies.items()
        ]
        if rows:
            dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
            self._connection.execute(dialect.insert(blob).on_conflict_do_nothing(index_elements=["sha256"]), rows)

    def of_case(self, *case_ids: int) -> list[Row[Any]]:
        """The escalations of a case, or of several, oldest first."""
        mine = select(escalation).where(escalation.c.case_id.in_(case_ids)).order_by(escalation.c.id)
        return list(self._connection.execute(mine).all())

    def heard(self, rows: Sequence[tuple[int, datetime | None, str]]) -> None:
        """Note what the second level wrote, as (id, when, its ticket's key): its first answer, and the first key that
        it named. None where it was a machine that wrote, '' where no key was named."""
        if rows:
            named = [{"row_id": identity, "when": at, "named": key or None} for identity, at, key in rows]
            self._connection.execute(_HEARD, named)

    def end(self, identity: int, outcome: str, at: datetime) -> None:
        """Note how it ended; one that has ended stays as it is."""
        running = (escalation.c.id == identity) & escalation.c.ended_at.is_(None)
        self._connection.execute(update(escalation).where(running).values(ended_at=at, outcome=outcome))
