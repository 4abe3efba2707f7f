from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from classify.drift import Tagged, weeks

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)


def tagged(at: datetime, motif: str = "acces", confidence: float | None = 0.8, **said: bool) -> Tagged:
    return Tagged(at, motif, confidence, said.get("review", False), said.get("changed", False))


def test_each_week_is_told_apart_in_the_service_s_time_zone() -> None:
    sunday_night = datetime(2026, 3, 22, 23, 30, tzinfo=UTC)  # half past midnight on Monday in Brussels
    found = weeks([tagged(MONDAY), tagged(sunday_night), tagged(sunday_night - timedelta(hours=1))], BRUSSELS)
    assert [(week.name, week.cases) for week in found] == [("2026-W12", 1), ("2026-W13", 2)]


def test_shares_confidence_and_corrections_are_means() -> None:
    rows = [tagged(MONDAY, changed=True), tagged(MONDAY, "incident", None), tagged(MONDAY, confidence=0.4, review=True)]
    [week] = weeks(rows, BRUSSELS)
    assert week.shares == pytest.approx({"acces": 2 / 3, "incident": 1 / 3})
    assert week.confidence == pytest.approx(0.6)
    assert (week.corrected, week.reviewed, week.moved) == (pytest.approx(1 / 3), pytest.approx(2 / 3), None)


def test_a_week_unlike_those_before_stands_out() -> None:
    before = [
        tagged(MONDAY + timedelta(weeks=week), motif) for week in (0, 1) for motif in ("acces", "acces", "incident")
    ]
    same, other = MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=3)
    now = [tagged(same, motif) for motif in ("acces", "acces", "incident")] + [tagged(other, "incident")] * 3
    assert [week.moved for week in weeks(before + now, BRUSSELS)] == [None, 0.0, 0.0, pytest.approx(2 / 3)]


def test_nothing_is_nothing() -> None:
    assert weeks([], BRUSSELS) == []
