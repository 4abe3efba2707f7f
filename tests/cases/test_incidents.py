"""The major incidents of a period, as its review tells of them."""

from datetime import UTC, datetime, timedelta

from cases.incidents import Announced, incidents

NINE = datetime(2026, 3, 24, 9, tzinfo=UTC)


def test_minutes_are_counted_from_the_first_case() -> None:
    over = Announced(
        id=7,
        tool="mon_espace",
        cases=40,
        since=NINE,
        told_at=NINE + timedelta(minutes=25, seconds=59),
        ended_at=NINE + timedelta(hours=3),
    )
    runs = Announced(id=8, tool="", cases=5, since=NINE, told_at=NINE, ended_at=None)
    table = incidents([over, runs])
    assert [row.id for row in table.rows] == [f"7/mon_espace/{NINE.isoformat()}", f"8//{NINE.isoformat()}"]
    assert [row.values for row in table.rows] == [(40, 25, 180), (5, 0, None)]
    assert incidents([]).rows == ()
