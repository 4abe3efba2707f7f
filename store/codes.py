"""The codes that callers keyed to hear where a case stands, counted against guessing."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from store.tables import code_try


class CodeTries:
    """The tries of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, call_id: int, person: str | None, at: datetime, *, known: bool) -> None:
        """Keep that a caller keyed one, and whether there is such a case."""
        row = {"call_id": call_id, "at": at, "known": known, "person_key": person}
        self._connection.execute(code_try.insert(), row)

    def wrong_in(self, call_id: int) -> int:
        """How many wrong ones were keyed in that call."""
        return self._count(code_try.c.call_id == call_id)

    def wrong_by(self, person: str | None, since: datetime) -> int:
        """How many wrong ones that caller keyed since then; None are all who hide their number, together."""
        return self._count(code_try.c.at >= since, code_try.c.person_key.is_not_distinct_from(person))

    def _count(self, *where: Any) -> int:
        chosen = select(func.count()).select_from(code_try).where(code_try.c.known.is_(False), *where)
        return int(self._connection.scalar(chosen) or 0)
