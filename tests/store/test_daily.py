"""What days count is read by index, and kept days are rows like any other."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from store.daily import Kept
from store.state import standing
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.store.test_plans import Full, full, read_whole

__all__ = ["full"]
DAY = date(2026, 3, 24)


def test_days_are_counted_and_kept_by_index(full: Full) -> None:
    def counted(tx: Any) -> None:
        since, until = NOW - timedelta(days=1), NOW
        assert list(tx.days.cases(since, until)) is not None
        tx.days.answers(since)
        tx.days.logged(since, until)
        tx.days.first()
        tx.days.changed_since(until)
        tx.days.kept(DAY, DAY)
        tx.days.unsettled()
        tx.inbound.undecided(since, until)

    assert read_whole(full, counted) == set()


def test_how_the_service_stands_is_read_by_index(full: Full) -> None:
    assert read_whole(full, lambda tx: standing(tx.connection, NOW)) == set()


def test_a_day_is_kept_in_place_of_what_was_kept_before(store: Store) -> None:
    with store.transaction("test.days") as tx:
        tx.days.keep({DAY: Kept(Counter(cases=1), NOW, False)})
        tx.days.keep({DAY: Kept(Counter(cases=2), NOW, True)})
        assert tx.days.kept(DAY, DAY) == {DAY: Kept(Counter(cases=2), NOW, True)}
        assert tx.days.known() == {DAY}
        assert tx.days.unsettled() == {}
        tx.days.forget()
        assert tx.days.kept(DAY, DAY) == {}
