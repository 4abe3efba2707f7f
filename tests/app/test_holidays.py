"""Public holidays are the ones we know, and a profile's hours are refused where they cannot be kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.holidays import calendar, faults, is_holiday, public_holidays
from cases.hours import Hours
from cases.phone import Line
from cases.profile import Profile
from tests.cases.values import profile, with_mailbox
from tests.profiles import shipped

WEEK = {"mon": ("08:30-17:00",)}
EASTER = {
    2024: date(2024, 3, 31),
    2025: date(2025, 4, 20),
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2028: date(2028, 4, 16),
    2029: date(2029, 4, 1),
    2030: date(2030, 4, 21),
}
FIXED = ("01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25")
AFTER_EASTER = (0, 1, 39, 49, 50)


@pytest.mark.parametrize("year", EASTER)
def test_the_public_holidays_of_belgium(year: int) -> None:
    """Written out here: a new version of the package that changes one must not change a clock unseen."""
    fixed = {date.fromisoformat(f"{year}-{day}") for day in FIXED}
    assert public_holidays("BE", year) == fixed | {EASTER[year] + timedelta(days=days) for days in AFTER_EASTER}


def test_another_country_has_its_own() -> None:
    assert is_holiday("DE", date(2026, 10, 3))
    assert not is_holiday("BE", date(2026, 10, 3))


def with_hours(**hours: Hours) -> Profile:
    return profile(hours=hours)


def test_the_calendar_of_a_profile_keeps_its_holidays() -> None:
    ours = with_hours(line=Hours(week=WEEK), always=Hours(week=WEEK, holidays=""))
    easter_monday = datetime(2026, 4, 6, 8, 0, tzinfo=UTC)
    assert not calendar(ours, "line").is_open(easter_monday)
    assert calendar(ours, "always").is_open(easter_monday)


def test_the_calendar_is_made_once_and_follows_the_profile() -> None:
    ours = with_hours(line=Hours(week=WEEK))
    assert calendar(ours, "line") is calendar(replace(ours), "line")
    assert calendar(ours, "line") is not calendar(with_hours(line=Hours(week=WEEK, closed=("12-24",))), "line")
    assert calendar(replace(ours, timezone="Europe/London"), "line").zone.key == "Europe/London"
    with pytest.raises(KeyError):
        calendar(ours, "night")


LINE = Line(name="1718", number="+3281001718", shown="1718", menu="main", hours="line", mailbox="help")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (with_hours(line=Hours(week=WEEK, holidays="XX")), "hours.line.holidays"),
        (with_hours(line=Hours(week=WEEK, holidays="be")), "hours.line.holidays"),
        (with_hours(line=Hours(week={"mon": ("17:00-08:30",)})), "hours.line.week.mon.0"),
        (with_hours(line=Hours(week={})), "hours.line.week"),
        (profile(lines=(LINE,)), "lines.0.hours"),
        (with_mailbox(hours="line"), "mailboxes.0.hours"),
    ],
)
def test_hours_that_cannot_be_kept_are_named(wrong: Profile, key: str) -> None:
    assert [key for key, _, _ in faults(wrong)] == [key]


def test_good_hours_and_references_have_no_fault() -> None:
    hours = {"line": Hours(week=WEEK), "box": Hours(week=WEEK, holidays="")}
    assert list(faults(replace(with_mailbox(hours="box"), hours=hours, lines=(LINE,)))) == []


SHIPPED = shipped()


@pytest.mark.parametrize(
    ("wall", "is_open"),
    [
        ("2026-03-24 08:29:59", False),
        ("2026-03-24 08:30:00", True),
        ("2026-03-24 16:59:59", True),
        ("2026-03-24 17:00:00", False),
        ("2026-03-29 10:00:00", False),
        ("2026-03-30 08:29:59", False),  # the first morning of summer time
        ("2026-03-30 08:30:00", True),
        ("2026-10-25 10:00:00", False),
        ("2026-10-26 08:29:59", False),  # the first morning of winter time
        ("2026-10-26 08:30:00", True),
        ("2026-04-06 10:00:00", False),  # Easter Monday
        ("2026-05-14 10:00:00", False),  # Ascension
        ("2026-09-27 10:00:00", False),
        ("2027-09-27 10:00:00", False),  # the first that is a Monday
        ("2026-11-15 10:00:00", False),
        ("2027-11-15 10:00:00", False),
        ("2026-11-02 10:00:00", False),
    ],
)
@pytest.mark.parametrize("line", SHIPPED.lines, ids=lambda line: line.name)
def test_the_shipped_lines_are_open_when_they_say(line: Line, wall: str, is_open: bool) -> None:
    opening = calendar(SHIPPED, line.hours)
    assert opening.is_open(datetime.fromisoformat(wall).replace(tzinfo=opening.zone)) == is_open
