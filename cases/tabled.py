"""Tables of numbers whose labels are ids: what a review is made of. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from cases.daily import Counts
from cases.figures import Unit

MOST = 10
"""Tools, motifs and topics that a table names; the others are one row."""
REST = "rest"


class Kind(StrEnum):
    """What the id of a row or a column is; that of a month is its first day, that of an incident its number, its tool
    and when its first case came."""

    DAY = "day"
    MONTH = "month"
    HOUR = "hour"
    TOOL = "tool"
    MOTIF = "motif"
    TOPIC = "topic"
    CATEGORY = "category"
    PRIORITY = "priority"
    SOURCE = "source"
    LINE = "line"
    INCIDENT = "incident"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is a word of the texts, or the id of what a column is about where it has a `kind`."""

    name: str
    unit: Unit = Unit.CALLS
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An id of that kind and its numbers, one for each column; None where there is nothing to divide by."""

    kind: Kind
    id: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and how many of its columns, from the first, its picture shows (0: it has none)."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    drawn: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing but noughts."""
        return not any(value for row in self.rows for value in row.values)


def columns(*names: str) -> tuple[Column, ...]:
    """Columns of whole numbers."""
    return tuple(map(Column, names))


def most(name: str, kind: Kind, counts: Counts) -> Table:
    """The most frequent, ties in order of the alphabet, and how many the rest are."""
    listed = ordered(+counts)
    whole = (+counts).total()
    rows = [Row(kind, one, (number, number / whole)) for one, number in listed[:MOST]]
    if rest := sum(number for _, number in listed[MOST:]):
        rows.append(Row(Kind.WORD, REST, (rest, rest / whole)))
    return Table(name, (Column("cases"), Column("share", Unit.SHARE)), tuple(rows), drawn=1)


def ordered(counts: Counts) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
