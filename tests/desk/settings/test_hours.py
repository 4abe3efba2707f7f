"""A year of hours: what differs from the week, and why."""

from datetime import date

from cases.clock import Calendar
from cases.hours import Hours
from desk.settings.hours import Special, Why, months, specials

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:30-17:00",))
HOURS = Hours(week=WEEK, closed=("12-24", "2026-03-02"), exceptions={"2026-12-05": ("10:00-12:00",), "2026-05-15": ()})
CALENDAR = Calendar(HOURS, "Europe/Brussels", lambda day: day == date(2026, 7, 21))


def test_every_day_that_differs_is_there_once_with_its_reason() -> None:
    assert specials(HOURS, CALENDAR, 2026) == [
        Special(date(2026, 3, 2), Why.CLOSED, ()),
        Special(date(2026, 5, 15), Why.EXCEPTION, ()),
        Special(date(2026, 7, 21), Why.HOLIDAY, ()),
        Special(date(2026, 12, 5), Why.EXCEPTION, ("10:00-12:00",)),
        Special(date(2026, 12, 24), Why.CLOSED, ()),
    ]


def test_a_holiday_on_a_day_that_is_closed_anyway_takes_nothing() -> None:
    sunday = Calendar(HOURS, "Europe/Brussels", lambda day: day == date(2026, 3, 1))
    assert date(2026, 3, 1) not in {one.day for one in specials(HOURS, sunday, 2026)}


def test_the_months_add_up_to_what_is_open() -> None:
    found = months(CALENDAR, 2026)
    assert [one.first.month for one in found] == list(range(1, 13))
    assert (found[2].days, found[2].hours) == (21, 21 * 8.5)
    assert (found[11].days, found[11].hours) == (23, 22 * 8.5 + 2)
