"""What people said when they were asked whether their request was solved."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import satisfaction


class Satisfactions:
    """The answers of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def say(self, row: dict[str, Any]) -> None:
        """Keep an answer, in place of an earlier one to the same question.

        `row` is {"case_id", "closing", "satisfied", "comment", "at", "person_key"}.
        """
        said = {name: row[name] for name in ("satisfied", "comment", "at")}
        statement = self._insert(satisfaction).on_conflict_do_update(index_elements=["case_id", "closing"], set_=said)
        self._connection.execute(statement, row)

    def find(self, case_id: int, closing: int) -> Row[Any] | None:
        """The answer to the n-th closing of a case, or None."""
        mine = (satisfaction.c.case_id == case_id) & (satisfaction.c.closing == closing)
        return self._connection.execute(select(satisfaction).where(mine)).one_or_none()

    def count(self, begin: datetime, end: datetime) -> dict[bool, int]:
        """How many said yes, and no, within [begin, end)."""
        within = (satisfaction.c.at >= begin) & (satisfaction.c.at < end)
        counted = select(satisfaction.c.satisfied, func.count()).where(within).group_by(satisfaction.c.satisfied)
        return dict(self._connection.execute(counted).all())
