"""Days, weeks and months where the service is."""

from datetime import date, timedelta

import pytest

from cases.figures import CallRecord
from desk.period import Bar, Kind, Period, bars
from tests.desk.test_words import BRUSSELS
from tests.ingest.voice.phone import OPEN


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Kind.DAY, date(2026, 12, 31), date(2026, 12, 31)),
        (Kind.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (Kind.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_begins_and_ends_where_the_calendar_says(kind: Kind, first: date, last: date) -> None:
    period = Period.around(kind, date(2026, 12, 31))
    assert (period.first, period.last) == (first, last)
    assert Period.around(kind, period.following).first == last + timedelta(days=1)
    assert Period.around(kind, period.previous).last == first - timedelta(days=1)


def test_volumes_are_by_hour_of_the_place_or_by_day() -> None:
    early = CallRecord(line="1718", started_at=OPEN.replace(hour=5), fate="answered")
    late = CallRecord(line="1718", started_at=OPEN.replace(hour=23))
    by_hour = bars(Period.around(Kind.DAY, OPEN.date()), [early], BRUSSELS)
    assert by_hour[0] == Bar("6", 1, 1)
    assert [bar.label for bar in by_hour[-2:]] == ["16", "17"]
    by_day = bars(Period.around(Kind.WEEK, OPEN.date()), [early, late], BRUSSELS)
    assert [(bar.label, bar.received) for bar in by_day if bar.received] == [("24", 1), ("25", 1)]
