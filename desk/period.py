"""A day, a week or a month of the service, as pages and charts divide time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cases.figures import CallRecord
from desk.day import bounds

EARLIEST = date(2000, 1, 1)
"""Before it there is nothing that could be counted."""


class Kind(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def around(cls, kind: Kind, day: date) -> "Period":
        """The period of that kind which holds the day; weeks begin on Monday (ISO 8601). Raises OverflowError."""
        match kind:
            case Kind.DAY:
                return cls(kind, day, day)
            case Kind.WEEK:
                monday = day - timedelta(days=day.weekday())
                return cls(kind, monday, monday + timedelta(days=6))
            case Kind.MONTH:
                following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                return cls(kind, day.replace(day=1), following - timedelta(days=1))

    @property
    def previous(self) -> date:
        """A day of the period before."""
        return self.first - timedelta(days=1)

    @property
    def following(self) -> date:
        """A day of the period after."""
        return self.last + timedelta(days=1)

    def window(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its begin and end in that time zone."""
        return bounds(self.first, zone)[0], bounds(self.last, zone)[1]

    def days(self) -> list[date]:
        return [self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of the chart of volumes: how many calls, and how many of them were answered at once."""

    label: str
    received: int
    answered: int


EARLY, LATE = 8, 17
"""The hours that the chart of a day always shows; calls outside widen it."""


def bars(period: Period, calls: Iterable[CallRecord], zone: ZoneInfo) -> list[Bar]:
    """The volumes of a period: by hour for a day, else by day."""
    placed = [(call.started_at.astimezone(zone), call.fate == "answered") for call in calls]
    if period.kind is Kind.DAY:
        hours = [at.hour for at, _ in placed]
        shown = range(min([EARLY, *hours]), max([LATE, *hours]) + 1)
        return [_bar(f"{hour}", [answered for at, answered in placed if at.hour == hour]) for hour in shown]
    return [_bar(f"{day.day}", [answered for at, answered in placed if at.date() == day]) for day in period.days()]


def _bar(label: str, answered: list[bool]) -> Bar:
    return Bar(label, len(answered), sum(answered))
