"""Working time: when a line or mailbox is open, and the moment when so much of it has passed.

Opening hours are wall time of one place, so a day's spans are laid out there; what is counted between them is real
time, which is what the hours that the clocks skip or repeat in spring and autumn ask for. Moments go in as aware
datetimes of any zone and come out as aware UTC; a naive one raises ValueError.

A calendar computes a year at a time, once. All that it is asked later is two binary searches and a subtraction.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from cases.errors import AiguillageError
from cases.hours import DAYS, Hours, Spans, minutes

Interval = tuple[datetime, datetime]
"""Half-open: the first moment belongs to it, the second does not."""

MORNING = "00:00-12:00"
AFTERNOON = "12:00-24:00"

HORIZON = 10
"""How many years are searched for an opening before there is said to be none."""

NOTHING = timedelta()
_MINUTE = timedelta(minutes=1)


class NeverOpenError(AiguillageError):
    """So much working time never comes within the horizon: the hours are closed, or nearly so."""


class Calendar:
    """The working time of one line or mailbox.

    `zone` is an IANA name; `holiday` says whether a day is a public holiday. Raises ValueError for hours that
    `cases.hours.faults` would name.
    """

    def __init__(self, hours: Hours, zone: str, holiday: Callable[[date], bool]) -> None:
        self.zone = ZoneInfo(zone)
        self._hours = hours
        self._closed = frozenset(hours.closed)
        self._holiday = holiday
        self._years: dict[int, _Year] = {}

    def is_open(self, at: datetime) -> bool:
        at = _utc(at)
        year = self._year_of(at)
        index = bisect_right(year.begins, at)
        return index > 0 and at < year.ends[index - 1]

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open moment from `at` on, which is `at` itself where it is open; None within the horizon."""
        at = _utc(at)
        for year in self._years_from(at):
            index = bisect_right(year.ends, at)
            if index < len(year.ends):
                return max(at, year.begins[index])
        return None

    def next_closing(self, at: datetime) -> datetime | None:
        """The end of the opening that `at` is in, or else of the next one; None where there is no end in sight."""
        at = _utc(at)
        for year in self._years_from(at):
            for end in year.ends[bisect_right(year.ends, at) :]:
                if not self.is_open(end):
                    return end
        return None

    def opens_in_window(self, at: datetime, window: str) -> datetime | None:
        """The first open moment from `at` on whose wall time is in the window, such as `MORNING`; None in a year."""
        at = _utc(at)
        today = at.astimezone(self.zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(366))
        return next((max(at, begin) for day in days for begin, end in self._within(day, window) if at < end), None)

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """The working time between two moments; negative where `end` comes first."""
        if end < begin:
            return -self.worked(end, begin)
        begin, end = _utc(begin), _utc(end)
        first, last = self._number(begin), self._number(end)
        whole_years = sum((self._year(number).total for number in range(first, last)), NOTHING)
        return whole_years + self._year(last).passed(end) - self._year(first).passed(begin)

    def after(self, at: datetime, working: timedelta) -> datetime:
        """The earliest moment by which that much working time has passed since `at`: a time that runs out at closing
        time ends then, not at the next opening. Raises ValueError where `working` is negative, NeverOpenError."""
        if working < NOTHING:
            raise ValueError("working time goes forward")
        at = _utc(at)
        if not working:
            return at
        left = working + self._year_of(at).passed(at)
        for year in self._years_from(at):
            if left <= year.total:
                return year.moment(left)
            left -= year.total
        raise NeverOpenError(f"{working} of working time does not come within {HORIZON} years")

    def spans(self, day: date) -> tuple[Interval, ...]:
        """What is open on that day of the calendar's zone, in order."""
        return tuple(self._intervals(day, self._written(day)))

    def _within(self, day: date, window: str) -> Iterator[Interval]:
        for first, last in self._intervals(day, (window,)):
            for begin, end in self.spans(day):
                if max(first, begin) < min(last, end):
                    yield max(first, begin), min(last, end)

    def _years_from(self, at: datetime) -> Iterator["_Year"]:
        first = self._number(at)
        return (self._year(number) for number in range(first, first + HORIZON))

    def _year_of(self, at: datetime) -> "_Year":
        return self._year(self._number(at))

    def _number(self, at: datetime) -> int:
        return at.astimezone(self.zone).year

    def _year(self, number: int) -> "_Year":
        if number not in self._years:
            first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
            days = map(date.fromordinal, range(first, last + 1))
            self._years[number] = _Year.of([interval for day in days for interval in self.spans(day)])
        return self._years[number]

    def _written(self, day: date) -> Spans:
        """An exception beats a closed day and a holiday, and these beat the week."""
        name = day.isoformat()
        if name in self._hours.exceptions:
            return self._hours.exceptions[name]
        if name in self._closed or name[len("2026-") :] in self._closed or self._holiday(day):
            return ()
        return self._hours.week.get(DAYS[day.weekday()], ())

    def _intervals(self, day: date, written: Spans) -> Iterator[Interval]:
        for first, last in map(minutes, written):
            begin, end = self._moment(day, first), self._moment(day, last)
            if begin < end:
                yield begin, end

    def _moment(self, day: date, minute: int) -> datetime:
        """That wall time in UTC. One that the clocks skip is the moment they jump; one that comes twice, the first."""
        wall = datetime.combine(day, time(), self.zone) + minute * _MINUTE
        while (moment := wall.astimezone(UTC)).astimezone(self.zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            wall += _MINUTE
        return moment


@cache
def always(zone: str) -> Calendar:
    """The calendar of what is open every hour of every day."""
    return Calendar(Hours(week=dict.fromkeys(DAYS, ("00:00-24:00",)), holidays=""), zone, lambda _: False)


@dataclass(frozen=True, slots=True)
class _Year:
    """A year's openings in order, and the working time before each of them; the last of `before` is all of it."""

    begins: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]

    @classmethod
    def of(cls, intervals: Sequence[Interval]) -> "_Year":
        begins, ends = tuple(begin for begin, _ in intervals), tuple(end for _, end in intervals)
        return cls(begins, ends, tuple(accumulate((end - begin for begin, end in intervals), initial=NOTHING)))

    @property
    def total(self) -> timedelta:
        return self.before[-1]

    def passed(self, at: datetime) -> timedelta:
        """The year's working time up to that moment."""
        index = bisect_right(self.begins, at) - 1
        return self.before[index] + min(at, self.ends[index]) - self.begins[index] if index >= 0 else NOTHING

    def moment(self, passed: timedelta) -> datetime:
        """The earliest moment by which so much of the year's working time has passed: more than none, at most all."""
        index = bisect_left(self.before, passed) - 1
        return self.begins[index] + (passed - self.before[index])


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)
