"""The major incidents of a period as a table of its review. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.tabled import Kind, Row, Table, columns

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One that was announced: when its first case came, when people were first told of it, and when it was over."""

    id: int
    tool: str
    cases: int
    since: datetime
    told_at: datetime
    ended_at: datetime | None


def incidents(found: Sequence[Announced]) -> Table:
    """How many cases each had, and how many minutes after the first of them people were told, and it was over."""
    rows = [Row(Kind.INCIDENT, f"{one.id}/{one.tool}/{one.since.isoformat()}", _values(one)) for one in found]
    return Table("incidents", columns("cases", "to_message", "to_closing"), tuple(rows))


def _values(one: Announced) -> tuple[float | None, ...]:
    over = (one.ended_at - one.since) // MINUTE if one.ended_at else None
    return one.cases, (one.told_at - one.since) // MINUTE, over
