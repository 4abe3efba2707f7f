"""What one of the profile's hours say of a year: every day that is not an ordinary one of its week. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cases.clock import Calendar
from cases.hours import DAYS, Hours, Spans


class Why(StrEnum):
    """Why a day is another than its week says."""

    EXCEPTION = "exception"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Special:
    """One such day, and the spans that are open on it in wall time, none where it is closed."""

    day: date
    why: Why
    spans: Spans


@dataclass(frozen=True, slots=True)
class Month:
    """How many days of a month are open, and for how long."""

    first: date
    days: int
    hours: float


def specials(hours: Hours, calendar: Calendar, year: int) -> list[Special]:
    """Every such day of a year, in order."""
    return [found for day in _days(year) if (found := _special(hours, calendar, day))]


def months(calendar: Calendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(calendar, date(year, month, 1), list(_days(year))) for month in range(1, 13)]


def _month(calendar: Calendar, first: date, days: Sequence[date]) -> Month:
    spans = [calendar.spans(day) for day in days if day.month == first.month]
    seconds = sum((end - begin).total_seconds() for found in spans for begin, end in found)
    return Month(first, sum(bool(found) for found in spans), seconds / 3600)


def _special(hours: Hours, calendar: Calendar, day: date) -> Special | None:
    """An exception that names the day, a closure or holiday that takes an ordinary one away."""
    name, ordinary = day.isoformat(), hours.week.get(DAYS[day.weekday()], ())
    if name in hours.exceptions:
        return Special(day, Why.EXCEPTION, hours.exceptions[name])
    if not ordinary or calendar.spans(day):
        return None
    closed = name in hours.closed or name[len("2026-") :] in hours.closed
    return Special(day, Why.CLOSED if closed else Why.HOLIDAY, ())


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
