"""Tags over time and beside each other, on both databases."""

from datetime import timedelta

from store.tx import Store
from tests.app.review_cases import doubted
from tests.ingest.conftest import NOW

DAY = timedelta(days=1)
LABELS = {"motif": "acces", "tool": "notice", "scope": "in"}


def test_cases_come_with_how_sure_the_model_was(store: Store) -> None:
    doubted(store, 0.4, opened_at=NOW - DAY)
    doubted(store, 0.8, review=False)
    doubted(store, opened_at=NOW - 9 * DAY)
    doubted(store, hidden=True)
    with store.reading() as tx:
        found = [(row.confidence, row.review) for row in tx.tagged.cases(NOW - 2 * DAY)]
    assert found == [(0.4, True), (0.8, False)]


def test_a_message_is_compared_once_with_each_model(store: Store) -> None:
    for _ in range(2):
        doubted(store)
    with store.transaction("test") as tx:
        [one] = tx.tagged.not_compared("light-1", NOW - DAY, 1)
        row = {
            "inbound_id": one.id,
            "shown_model": "light-0",
            "shown": LABELS,
            "said": LABELS,
            "differs": False,
            "at": NOW,
        }
        tx.tagged.add_comparisons([row | {"model": "light-1"}])
        [other] = tx.tagged.not_compared("light-1", NOW - DAY, 9)
        assert other.id != one.id
        assert len(tx.tagged.not_compared("light-2", NOW - DAY, 9)) == 2
        assert tx.tagged.not_compared("light-2", NOW + DAY, 9) == []
        assert [row.said for row in tx.tagged.comparisons("light-1")] == [LABELS]
