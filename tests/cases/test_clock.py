"""Opening hours and working time: tables for the days of 2026 that go wrong, properties for all the others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.holidays import is_holiday
from cases.clock import AFTERNOON, MORNING, NOTHING, Calendar, NeverOpenError
from cases.hours import DAYS, Hours, minutes

BRUSSELS = ZoneInfo("Europe/Brussels")
WORKING_DAYS = DAYS[:5]
LINE = Hours(
    week=dict.fromkeys(WORKING_DAYS, ("08:30-17:00",)),
    closed=("09-27", "11-15", "11-02", "12-26"),
    exceptions={"2026-12-05": ("10:00-12:00",), "2026-07-21": ("09:00-10:00",), "2026-06-10": ()},
)
COMMUNE = Hours(week=dict.fromkeys(WORKING_DAYS, ("09:30-11:30", "14:00-16:30")), holidays="")


def belgian(day: date) -> bool:
    return is_holiday("BE", day)


def never(_: date) -> bool:
    return False


line = Calendar(LINE, "Europe/Brussels", belgian)
commune = Calendar(COMMUNE, "Europe/Brussels", never)


def at(wall: str, fold: int = 0) -> datetime:
    """That wall time in Brussels, as UTC: `2026-03-27 08:30`."""
    return datetime.fromisoformat(wall).replace(tzinfo=BRUSSELS, fold=fold).astimezone(UTC)


def always(*spans: str) -> Calendar:
    return Calendar(Hours(week=dict.fromkeys(DAYS, spans), holidays=""), "Europe/Brussels", never)


@pytest.mark.parametrize(
    ("moment", "open_line", "open_commune"),
    [
        ("2026-03-24 08:29:59", False, False),
        ("2026-03-24 08:30:00", True, False),
        ("2026-03-24 09:30:00", True, True),
        ("2026-03-24 11:30:00", True, False),
        ("2026-03-24 14:00:00", True, True),
        ("2026-03-24 16:29:59.999999", True, True),
        ("2026-03-24 16:59:59", True, False),
        ("2026-03-24 17:00:00", False, False),
        ("2026-03-27 10:00", True, True),  # the Friday before summer time begins
        ("2026-03-29 02:30", False, False),  # the Sunday, at a time that the clocks skip
        ("2026-03-29 10:00", False, False),
        ("2026-03-30 08:29:59", False, False),  # the Monday after, an hour earlier in UTC
        ("2026-03-30 08:30", True, False),
        ("2026-10-25 02:30", False, False),  # the Sunday when summer time ends
        ("2026-10-26 08:29:59", False, False),
        ("2026-10-26 08:30", True, False),
        ("2026-10-26 16:59:59", True, False),
        ("2026-10-26 17:00", False, False),
        ("2026-04-06 10:00", False, True),  # Easter Monday; the commune keeps no public holidays
        ("2026-05-14 10:00", False, True),  # Ascension
        ("2026-05-15 10:00", True, True),
        ("2026-09-27 10:00", False, False),  # French Community, a Sunday in 2026
        ("2027-09-27 10:00", False, True),  # and a Monday in 2027
        ("2026-11-15 10:00", False, False),  # German-speaking Community, a Sunday in 2026
        ("2027-11-15 10:00", False, True),
        ("2026-11-02 10:00", False, True),
        ("2026-12-05 11:59:59", True, False),  # a Saturday, open by exception
        ("2026-12-05 12:00", False, False),
        ("2026-07-21 09:30", True, True),  # a holiday, open by exception
        ("2026-06-10 10:00", False, True),  # a Wednesday, closed by exception
    ],
)
def test_open_or_not(moment: str, open_line: bool, open_commune: bool) -> None:
    assert (line.is_open(at(moment)), commune.is_open(at(moment))) == (open_line, open_commune)


@pytest.mark.parametrize(
    ("calendar", "moment", "opening", "closing"),
    [
        (line, "2026-03-24 08:29:59", "2026-03-24 08:30", "2026-03-24 17:00"),
        (line, "2026-03-24 12:00", "2026-03-24 12:00", "2026-03-24 17:00"),
        (line, "2026-03-27 17:00", "2026-03-30 08:30", "2026-03-30 17:00"),
        (line, "2026-10-23 17:00", "2026-10-26 08:30", "2026-10-26 17:00"),
        (line, "2026-04-03 17:00", "2026-04-07 08:30", "2026-04-07 17:00"),
        (line, "2026-05-13 17:00", "2026-05-15 08:30", "2026-05-15 17:00"),
        (line, "2026-10-30 17:00", "2026-11-03 08:30", "2026-11-03 17:00"),
        (line, "2026-12-31 17:00", "2027-01-04 08:30", "2027-01-04 17:00"),
        (commune, "2026-03-24 11:30", "2026-03-24 14:00", "2026-03-24 16:30"),
        (commune, "2026-03-24 10:00", "2026-03-24 10:00", "2026-03-24 11:30"),
        (commune, "2026-05-13 16:30", "2026-05-14 09:30", "2026-05-14 11:30"),
    ],
)
def test_the_next_opening_and_closing(calendar: Calendar, moment: str, opening: str, closing: str) -> None:
    assert calendar.next_opening(at(moment)) == at(opening)
    assert calendar.next_closing(at(moment)) == at(closing)


@pytest.mark.parametrize(
    ("calendar", "moment", "morning", "afternoon"),
    [
        (line, "2026-03-24 10:00", "2026-03-24 10:00", "2026-03-24 12:00"),
        (line, "2026-03-24 12:00", "2026-03-25 08:30", "2026-03-24 12:00"),
        (line, "2026-03-27 16:59:59", "2026-03-30 08:30", "2026-03-27 16:59:59"),
        (commune, "2026-03-24 11:30", "2026-03-25 09:30", "2026-03-24 14:00"),
        (commune, "2026-03-24 16:30", "2026-03-25 09:30", "2026-03-25 14:00"),
    ],
)
def test_the_next_morning_and_afternoon(calendar: Calendar, moment: str, morning: str, afternoon: str) -> None:
    assert calendar.opens_in_window(at(moment), MORNING) == at(morning)
    assert calendar.opens_in_window(at(moment), AFTERNOON) == at(afternoon)


@pytest.mark.parametrize(
    ("calendar", "begin", "hours", "end"),
    [
        (line, "2026-03-24 10:00", 2, "2026-03-24 12:00"),
        (line, "2026-03-24 16:00", 1, "2026-03-24 17:00"),  # ends at closing time, not at the next opening
        (line, "2026-03-24 16:00", 2, "2026-03-25 09:30"),
        (line, "2026-03-27 16:00", 2, "2026-03-30 09:30"),  # over the night that has 23 hours
        (line, "2026-10-23 16:00", 2, "2026-10-26 09:30"),  # and the one that has 25
        (line, "2026-04-03 16:00", 17, "2026-04-08 16:00"),  # over Easter
        (line, "2026-03-29 12:00", 8.5, "2026-03-30 17:00"),
        (commune, "2026-03-24 11:00", 1, "2026-03-24 14:30"),  # over lunch
        (commune, "2026-03-24 11:00", 0, "2026-03-24 11:00"),
        (line, "2026-12-31 16:00", 1, "2026-12-31 17:00"),  # the year's last hour
        (line, "2026-12-31 16:00", 1.5, "2027-01-04 09:00"),  # over New Year
    ],
)
def test_working_time_later(calendar: Calendar, begin: str, hours: float, end: str) -> None:
    assert calendar.after(at(begin), timedelta(hours=hours)) == at(end)
    assert calendar.worked(at(begin), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "spans", "hours"),
    [
        ("2026-03-28", ("00:00-24:00",), 24),
        ("2026-03-29", ("00:00-24:00",), 23),
        ("2026-10-25", ("00:00-24:00",), 25),
        ("2026-03-29", ("00:00-02:30", "02:30-04:00"), 3),  # 02:00 to 03:00 does not exist
        ("2026-03-29", ("02:00-03:00",), 0),
        ("2026-03-29", ("02:30-03:15",), 0.25),
        ("2026-10-25", ("02:00-03:00",), 2),  # both of them
        ("2026-10-25", ("00:00-02:30", "02:30-04:00"), 5),
        ("2026-10-25", ("02:15-02:45",), 0.5),  # the first one: where a span ends inside, it ends once
    ],
)
def test_days_that_are_not_24_hours_long(day: str, spans: tuple[str, ...], hours: float) -> None:
    intervals = always(*spans).spans(date.fromisoformat(day))
    assert sum((end - begin for begin, end in intervals), NOTHING) == timedelta(hours=hours)


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    night = always("02:00-03:00")
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert night.is_open(first)
    assert night.is_open(second)
    assert night.next_closing(first) == at("2026-10-25 03:00")


def test_local_moments_are_taken_as_the_moments_that_they_are() -> None:
    """Two moments of one zone subtract as wall time in Python; here the hour between them counts."""
    begin, end = (datetime(2026, 10, 25, hour, tzinfo=BRUSSELS) for hour in (1, 4))
    assert always("00:00-24:00").worked(begin, end) == timedelta(hours=4)


def test_days_that_never_close() -> None:
    calendar = always("00:00-24:00")
    assert calendar.next_closing(at("2026-03-24 10:00")) is None
    assert calendar.after(at("2026-12-31 23:00"), timedelta(hours=2)) == at("2027-01-01 01:00")


def test_hours_that_are_never_open() -> None:
    calendar = Calendar(Hours(week={}), "Europe/Brussels", belgian)
    assert not calendar.is_open(at("2026-03-24 10:00"))
    assert calendar.next_opening(at("2026-03-24 10:00")) is None
    assert calendar.next_closing(at("2026-03-24 10:00")) is None
    assert calendar.opens_in_window(at("2026-03-24 10:00"), MORNING) is None
    with pytest.raises(NeverOpenError):
        calendar.after(at("2026-03-24 10:00"), timedelta(minutes=1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        line.is_open(datetime(2026, 3, 24, 10))  # noqa: DTZ001


def test_working_time_does_not_go_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        line.after(at("2026-03-24 10:00"), timedelta(seconds=-1))


def test_a_bad_span_is_refused() -> None:
    with pytest.raises(ValueError, match="17:00-08:30"):
        always("17:00-08:30").is_open(at("2026-03-24 10:00"))


SPANS = st.lists(st.integers(0, 24 * 12), min_size=0, max_size=6, unique=True).map(
    lambda marks: tuple(
        f"{a // 12:02}:{a % 12 * 5:02}-{b // 12:02}:{b % 12 * 5:02}"
        for a, b in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
    )
)
WEEKS = st.fixed_dictionaries(dict.fromkeys(DAYS, SPANS)).filter(lambda week: any(week.values()))
CALENDARS = st.sampled_from(
    [
        line,
        commune,
        always("00:00-24:00"),
        always("00:00-02:30", "02:30-04:00"),
        always("02:15-02:45", "22:00-24:00"),
        Calendar(Hours(week={"sun": ("02:00-03:00",), "mon": ("08:00-08:05",)}), "Europe/Brussels", belgian),
        Calendar(Hours(week=dict.fromkeys(DAYS, ("01:30-02:15", "09:00-17:00"))), "Australia/Lord_Howe", never),
        Calendar(Hours(week=dict.fromkeys(DAYS, ("00:00-01:45", "01:50-12:00"))), "America/New_York", never),
        Calendar(Hours(week=dict.fromkeys(DAYS, ("00:00-00:30", "23:30-24:00"))), "America/Santiago", never),
        Calendar(Hours(week=dict.fromkeys(WORKING_DAYS, ("08:00-12:00", "12:00-16:00"))), "Asia/Kathmandu", belgian),
    ]
)
"""Each keeps its years, so that a thousand moments cost what one does. Santiago's clocks change at midnight."""
CLOCK_CHANGES = st.sampled_from(
    ["2026-03-29", "2026-10-25", "2026-09-06", "2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04"]
)
NEAR_CHANGES = st.builds(
    lambda day, seconds: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(seconds=seconds),
    CLOCK_CHANGES,
    st.integers(-2 * 86400, 2 * 86400),
)
ANY_TIME = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001
MOMENTS = NEAR_CHANGES | ANY_TIME
WORK = st.timedeltas(NOTHING, timedelta(hours=20))


def wall_says(calendar: Calendar, hours: Hours, holiday: Callable[[date], bool], moment: datetime) -> bool:
    """An independent reading of the hours: the clock on the wall, looked at once."""
    wall = moment.astimezone(calendar.zone)
    today = wall.hour * 60 + wall.minute + (wall.second + wall.microsecond / 1e6) / 60
    spans = [] if holiday(wall.date()) else hours.week[DAYS[wall.weekday()]]
    return any(first <= today < last for first, last in map(minutes, spans))


@given(WEEKS, MOMENTS, st.sampled_from([belgian, never]))
def test_open_is_what_the_clock_on_the_wall_says(
    week: dict[str, tuple[str, ...]], moment: datetime, holiday: Callable[[date], bool]
) -> None:
    hours = Hours(week=week)
    calendar = Calendar(hours, "Europe/Brussels", holiday)
    wall = moment.astimezone(BRUSSELS)
    twice = wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()
    assume(not twice)  # inside an hour that comes twice a span may begin or end once only
    assert calendar.is_open(moment) == wall_says(calendar, hours, holiday, moment)


@given(CALENDARS, MOMENTS, WORK)
def test_so_much_later_so_much_was_worked(calendar: Calendar, begin: datetime, working: timedelta) -> None:
    end = calendar.after(begin, working)
    assert end >= begin
    assert calendar.worked(begin, end) == working


@given(CALENDARS, MOMENTS, WORK.filter(bool))
def test_it_is_the_earliest_such_moment(calendar: Calendar, begin: datetime, working: timedelta) -> None:
    end = calendar.after(begin, working)
    assert calendar.worked(begin, end - timedelta(microseconds=1)) < working


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_whatever_the_order(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.worked(a, b) + calendar.worked(b, c) == calendar.worked(a, c)
    assert calendar.worked(a, b) == -calendar.worked(b, a)


@given(CALENDARS, MOMENTS, MOMENTS)
def test_no_more_is_worked_than_passes(calendar: Calendar, a: datetime, b: datetime) -> None:
    begin, end = min(a, b), max(a, b)
    assert NOTHING <= calendar.worked(begin, end) <= end - begin


@given(CALENDARS, MOMENTS, WORK, WORK)
def test_more_work_never_ends_earlier(calendar: Calendar, begin: datetime, a: timedelta, b: timedelta) -> None:
    assert calendar.after(begin, min(a, b)) <= calendar.after(begin, max(a, b))
    assert calendar.after(calendar.after(begin, a), b) == calendar.after(begin, a + b) or not b


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, moment: datetime) -> None:
    opening = calendar.next_opening(moment)
    assert opening is not None
    assert opening >= moment
    assert calendar.is_open(opening)
    assert calendar.worked(moment, opening) == NOTHING
    assert (opening == moment) == calendar.is_open(moment)


@given(CALENDARS, MOMENTS)
def test_until_the_next_closing_all_is_open(calendar: Calendar, moment: datetime) -> None:
    opening, closing = calendar.next_opening(moment), calendar.next_closing(moment)
    assume(closing is not None)
    assert opening is not None
    assert closing is not None
    assert not calendar.is_open(closing)
    assert calendar.worked(opening, closing) == closing - opening


@given(CALENDARS, MOMENTS, st.sampled_from([MORNING, AFTERNOON]))
def test_a_window_opens_inside_itself(calendar: Calendar, moment: datetime, window: str) -> None:
    opening = calendar.opens_in_window(moment, window)
    assume(opening is not None)
    assert opening is not None
    assert opening >= moment
    assert calendar.is_open(opening)
    assert (opening.astimezone(calendar.zone).hour < 12) == (window == MORNING)


@given(CALENDARS, st.dates(date(2025, 12, 25), date(2027, 1, 7)))
def test_a_days_spans_are_in_order_and_its_own(calendar: Calendar, day: date) -> None:
    ends = [moment for interval in calendar.spans(day) for moment in interval]
    assert ends == sorted(ends)
    assert all(begin.astimezone(calendar.zone).date() == day for begin, _ in calendar.spans(day))


def test_an_exception_beats_a_closed_day() -> None:
    both = replace(LINE, closed=("2026-12-05",))
    assert Calendar(both, "Europe/Brussels", belgian).is_open(at("2026-12-05 10:30"))
