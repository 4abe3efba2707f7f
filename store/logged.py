"""Calls off the line: one row for each, under the key that makes logging it again harmless."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import case, logged_call

PER_STATEMENT = 500
"""How many keys are asked for at once: a statement has a limit of parameters."""


class Logged:
    """The logged calls of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add_once(self, rows: Sequence[dict[str, Any]]) -> set[str]:
        """Keep each call under its key; the keys that were new. Every row has the same columns."""
        if not rows:
            return set()
        statement = self._insert(logged_call).on_conflict_do_nothing(index_elements=["key"])
        return set(self._connection.execute(statement.returning(logged_call.c.key), rows).scalars())

    def tie(self, cases: Mapping[str, int]) -> None:
        """Note the case of each key."""
        if cases:
            mine = update(logged_call).where(logged_call.c.key == bindparam("of_key"))
            named = [{"of_key": key, "tied": identity} for key, identity in cases.items()]
            self._connection.execute(mine.values(case_id=bindparam("tied")), named)

    def find(self, keys: Collection[str]) -> dict[str, Row[Any]]:
        """The calls with these keys, each with the `number` and `version` of its case."""
        found: dict[str, Row[Any]] = {}
        wanted = sorted(keys)
        for start in range(0, len(wanted), PER_STATEMENT):
            chosen = _with_case().where(logged_call.c.key.in_(wanted[start : start + PER_STATEMENT]))
            found |= {row.key: row for row in self._connection.execute(chosen)}
        return found

    def between(self, since: datetime, until: datetime) -> Iterator[Row[Any]]:
        """The calls of [since, until), oldest first, as `find` gives them."""
        window = (logged_call.c.at >= since) & (logged_call.c.at < until)
        yield from self._connection.execute(_with_case().where(window).order_by(logged_call.c.at, logged_call.c.id))

    def remove(self, key: str) -> None:
        """Take a call back: it counts no longer, and may be logged again."""
        self._connection.execute(delete(logged_call).where(logged_call.c.key == key))


def _with_case() -> Any:
    columns = (logged_call, case.c.number, case.c.version)
    return select(*columns).join_from(logged_call, case, logged_call.c.case_id == case.c.id, isouter=True)
