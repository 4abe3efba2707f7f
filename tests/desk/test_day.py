"""A day in a place with summer time, and its sum."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.day import balances, bounds, total

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    begin, end = bounds(day, BRUSSELS)
    assert end - begin == timedelta(hours=hours)
    assert begin.utcoffset() == timedelta(0)


def test_every_message_is_in_one_sum() -> None:
    each = balances([("b", "case", 2), ("a", "reply", 1), ("b", "pending", 1), ("b", "held", 1)])
    assert [(one.mailbox, one.received, one.pending) for one in each] == [("a", 1, 0), ("b", 4, 1)]
    assert total(each).received == 5
    assert (total(each)["case"], total(each)["spam"], total(each).unaccounted) == (2, 0, 0)


def test_a_message_without_a_known_fate_shows() -> None:
    assert balances([("a", "lost", 2)])[0].unaccounted == 2
