"""Cases as their clocks read them: what happened to each, and who has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, select

from cases.case import EntryKind
from cases.priority import Assessment, Priority, Reason
from cases.timers import ALARMS, EVENTS
from store.tables import case, entry, escalation

SPOKEN = frozenset({EntryKind.CALL, EntryKind.CALLBACK, EntryKind.LOGGED})
_READ = sorted({*EVENTS, *ALARMS, *SPOKEN, EntryKind.ROUTED, EntryKind.UNMERGED})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a timeline, as `cases.timers` reads it."""

    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A case with the lines that its clocks read, oldest first. `n2` is the second level that it was with last;
    `is_timed`: the sweep is to look at it."""

    case_id: int
    number: str
    status: str
    source: str
    subject: str
    category: str
    motif: str
    tool: str
    review: bool
    agent: str
    opened_at: datetime
    assessment: Assessment
    is_timed: bool
    n2: str = ""
    lines: tuple[Line, ...] = ()


class Timelines:
    """The timelines of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, case_ids: Collection[int]) -> dict[int, Timeline]:
        """Those of these cases, which nobody else changes until this transaction ends: one statement for all."""
        if not case_ids:
            return {}
        return self._read(_HELD, case_ids)

    def look(self, case_ids: Collection[int]) -> dict[int, Timeline]:
        """The same without holding them, for who only reads."""
        return self._read(_STATEMENT, case_ids)

    def _read(self, statement: Any, case_ids: Collection[int]) -> dict[int, Timeline]:
        rows: dict[int, list[Any]] = {}
        for row in self._connection.execute(statement, {"case_ids": sorted(case_ids)}):
            rows.setdefault(row.id, []).append(row)
        return {identity: _timeline(found) for identity, found in rows.items()}


_LAST_STAY = (
    select(escalation.c.n2)
    .where(escalation.c.case_id == case.c.id)
    .order_by(escalation.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("n2")
)
_CASE = [
    *(case.c.id, case.c.number, case.c.status, case.c.source, case.c.subject, case.c.category, case.c.motif),
    *(case.c.tool, case.c.review, case.c.agent, case.c.opened_at, case.c.alarm_at),
    *(case.c.impact, case.c.urgency, case.c.priority, case.c.assessment, _LAST_STAY),
]
_STATEMENT = (
    select(*_CASE, entry.c.kind, entry.c.at, entry.c.data)
    .join_from(case, entry, (entry.c.case_id == case.c.id) & entry.c.kind.in_(_READ), isouter=True)
    .where(case.c.id.in_(bindparam("case_ids", expanding=True, type_=BigInteger())))
    .order_by(case.c.id, entry.c.id)
)
_HELD = _STATEMENT.with_for_update(of=case, key_share=True)
"""Built once: building it for each batch costs more than running it."""


def _timeline(rows: list[Any]) -> Timeline:
    row = rows[0]
    said = row.assessment or {}
    return Timeline(
        case_id=row.id,
        number=row.number,
        status=row.status,
        source=row.source,
        subject=row.subject,
        category=row.category,
        motif=row.motif,
        tool=row.tool,
        review=row.review,
        agent=row.agent or "",
        opened_at=row.opened_at,
        assessment=Assessment(
            impact=row.impact,
            urgency=row.urgency,
            priority=Priority(row.priority),
            reasons=tuple(map(Reason, said.get("reasons", ()))),
            corrected_by=said.get("corrected_by", ""),
        ),
        is_timed=row.alarm_at is not None,
        n2=row.n2 or "",
        lines=tuple(Line(one.kind, one.at, one.data) for one in rows if one.kind),
    )
