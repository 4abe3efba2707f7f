"""What every wiping of rows is made of: the transaction, its counts, and how a row is blanked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, String, Table, select, update

from cases.erasing import bare
from store.anonymous import Anonymous
from store.emptying import Emptying, Wiped

ERASED = "erased"
"""The key in a message's content that says when it was erased: {"at", "days"}, days null where a person asked; the
outcome of what never left, or was promised and never kept."""

WORD = 64
"""Characters of the longest text that is an id or a word of the program's own."""

_ANONYMOUS = Anonymous()
"""For the life of this process: what was equal stays equal over many transactions."""


@dataclass
class Blanking:
    """The wiping of one transaction. `days` is the period that is over, None where a person asked to be forgotten:
    then nothing stays by which the same bytes would be known again."""

    connection: Connection
    now: datetime
    days: int | None = None
    anonymous: Anonymous = _ANONYMOUS
    counts: dict[str, int] = field(default_factory=dict)
    bytes: Emptying = field(init=False)

    def __post_init__(self) -> None:
        self.bytes = Emptying(self.connection, self.now)

    @property
    def gone(self) -> Wiped:
        """What went so far."""
        return Wiped(dict(self.counts), self.bytes.size)

    def count(self, kind: str, number: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + number

    def blank(self, table: Table, where: Any, values: Mapping[str, Any], documents: Collection[str] = ()) -> None:
        """Write the same into every row, and strip these JSON columns of words."""
        if values:
            self.execute(update(table).where(where).values(**values))
        if not documents:
            return
        key = next(iter(table.primary_key.columns))
        columns = [table.c[one] for one in documents]
        for row in self.connection.execute(select(key.label("key"), *columns).where(where)).all():
            stripped = {one: bare(getattr(row, one)) for one in documents}
            self.execute(update(table).where(key == row.key, where).values(**stripped))

    def blank_unknown(self, table: Table, where: Any, last: Mapping[str, Any]) -> None:
        """Blank a table that has no rule of its own: texts go, JSON keeps its shape, `last` is written where the table
        has such columns."""
        free = [one for one in table.c if _is_free(one)]
        blank: dict[str, Any] = {one.name: None if one.nullable else "" for one in free}
        blank |= {name: value for name, value in last.items() if name in table.c}
        self.blank(table, where, blank, [one.name for one in table.c if isinstance(one.type, JSON)])

    def ids(self, table: Table, where: Any) -> list[int]:
        return list(self.connection.execute(select(table.c.id).where(where)).scalars())

    def read(self, table: Table, identities: Collection[int], *columns: Any) -> list[Any]:
        chosen = select(table.c.id, *columns).where(table.c.id.in_(identities))
        return list(self.connection.execute(chosen).all())

    def set(self, table: Table, identity: int, values: Mapping[str, Any]) -> None:
        self.execute(update(table).where(table.c.id == identity).values(**values))

    def execute(self, statement: Any) -> None:
        self.connection.execute(statement)


def _is_free(column: Any) -> bool:
    """Whether people's own words may stand in a column."""
    named = column.primary_key or column.unique or column.foreign_keys
    is_text = isinstance(column.type, String) and (column.type.length is None or column.type.length > WORD)
    return is_text and not named
