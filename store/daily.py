"""The events that days count, streamed by index, and what was kept of days."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import EntryKind
from cases.daily import READ, CaseFacts, Counts
from store.tables import call_event, case, day_count, entry, inbound, logged_call, satisfaction

AT_ONCE = 1_000
_FACTS = (
    *(case.c.id, case.c.opened_at, case.c.channel, case.c.source),
    *(case.c.tool, case.c.motif, case.c.scope, case.c.priority),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a day: the counts of events up to `known_at`; those of a `settled` one change no more."""

    counts: Counts
    known_at: datetime
    settled: bool


class Days:
    """What days count, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def cases(
        self, since: datetime, until: datetime, kinds: Collection[EntryKind] = READ
    ) -> Iterator[tuple[str, CaseFacts]]:
        """The source and the facts of each case opened in [since, until), the oldest first, with its lines of these
        kinds. Hidden cases, spam and probes among them, are none. Two statements, whatever the number of cases."""
        opened = (case.c.opened_at >= since) & (case.c.opened_at < until) & case.c.hidden.is_(False)
        cases = self._stream(select(*_FACTS).where(opened).order_by(case.c.opened_at, case.c.id))
        joined = select(entry.c.case_id, entry.c.kind, entry.c.at, entry.c.data)
        mine = joined.join(case, entry.c.case_id == case.c.id).where(opened, entry.c.kind.in_(sorted(kinds)))
        lines = self._stream(mine.order_by(case.c.opened_at, case.c.id, entry.c.id))
        yield from _together(cases, groupby(lines, key=attrgetter("case_id")))

    def answers(self, since: datetime) -> list[Row[Any]]:
        """(case_id, at, data) of what people said since then when asked whether they are satisfied, in order; of hidden
        cases nothing."""
        columns = (entry.c.case_id, entry.c.at, entry.c.data)
        asked = select(satisfaction.c.case_id).join(case, case.c.id == satisfaction.c.case_id)
        asked = asked.where(satisfaction.c.at >= since, case.c.hidden.is_(False))
        said = (entry.c.kind == EntryKind.SATISFACTION) & (entry.c.at >= since) & entry.c.case_id.in_(asked)
        return list(self._connection.execute(select(*columns).where(said).order_by(entry.c.id)))

    def logged(self, since: datetime, until: datetime) -> list[Row[Any]]:
        """(at, outcome) of the calls off the line of [since, until)."""
        window = (logged_call.c.at >= since) & (logged_call.c.at < until)
        return list(self._connection.execute(select(logged_call.c.at, logged_call.c.outcome).where(window)))

    def first(self) -> datetime | None:
        """When the first case was opened, message received or call told of; None before."""
        columns = (case.c.opened_at, inbound.c.received_at, call_event.c.at)
        row = self._connection.execute(select(*(select(func.min(one)).scalar_subquery() for one in columns))).one()
        return min((at for at in row if at is not None), default=None)

    def changed_since(self, at: datetime) -> bool:
        """Whether anything that days count happened at that moment or later. A call is logged long after it was made,
        as is its case."""
        columns = (case.c.touched_at, inbound.c.received_at, call_event.c.at, satisfaction.c.at)
        if any(self._connection.execute(select(exists().where(one >= at))).scalar() for one in columns):
            return True
        newest = select(func.max(logged_call.c.id)).scalar_subquery()
        made_at = self._connection.execute(select(logged_call.c.made_at).where(logged_call.c.id == newest)).scalar()
        return made_at is not None and made_at >= at

    def kept(self, first: date, last: date) -> dict[date, Kept]:
        """What was kept of these days, both included, as far as it was."""
        within = day_count.c.day.between(first.isoformat(), last.isoformat())
        rows = self._connection.execute(select(day_count).where(within).order_by(day_count.c.day))
        return {date.fromisoformat(one.day): Kept(Counts(one.counts), one.known_at, one.settled) for one in rows}

    def unsettled(self) -> dict[date, datetime]:
        """Up to when events are in each day that was kept and may still change."""
        chosen = select(day_count.c.day, day_count.c.known_at).where(day_count.c.settled.is_(False))
        return {date.fromisoformat(one.day): one.known_at for one in self._connection.execute(chosen)}

    def known(self) -> set[date]:
        """The days that are kept."""
        return set(map(date.fromisoformat, self._connection.execute(select(day_count.c.day)).scalars()))

    def keep(self, days: Mapping[date, Kept]) -> None:
        """Keep these days, in place of what was kept of them before."""
        rows = [_row(day, kept) for day, kept in days.items()]
        if rows:
            put = self._insert(day_count)
            said = {name: put.excluded[name] for name in ("counts", "known_at", "settled")}
            self._connection.execute(put.on_conflict_do_update(index_elements=["day"], set_=said), rows)

    def forget(self) -> None:
        """Have every day counted anew."""
        self._connection.execute(delete(day_count))

    def _stream(self, chosen: Any) -> Iterator[Row[Any]]:
        yield from self._connection.execute(chosen, execution_options={"yield_per": AT_ONCE})


def _together(cases: Iterator[Row[Any]], lines: Iterator[tuple[int, Iterator[Any]]]) -> Iterator[tuple[str, CaseFacts]]:
    """Each case with its lines, both in the same order."""
    owner, mine = next(lines, (0, iter(())))
    for row in cases:
        facts: Sequence[Any] = ()
        if owner == row.id:
            facts = list(mine)
            owner, mine = next(lines, (0, iter(())))
        yield row.source, _facts(row, facts)


def _facts(row: Row[Any], lines: Sequence[Any]) -> CaseFacts:
    return CaseFacts(
        opened_at=row.opened_at,
        channel=row.channel,
        tool=row.tool,
        motif=row.motif,
        scope=row.scope,
        priority=row.priority,
        lines=lines,
    )


def _row(day: date, kept: Kept) -> dict[str, Any]:
    counts = dict(sorted(kept.counts.items()))
    return {"day": day.isoformat(), "counts": counts, "known_at": kept.known_at, "settled": kept.settled}
