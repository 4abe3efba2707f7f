"""The fixtures themselves: each test starts on a migrated store with empty tables."""

from datetime import UTC, datetime

import pytest

from store.inbound import Delivery
from store.schema import require_head
from store.tx import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_empty(store: Store, turn: int) -> None:
    require_head(store.engine)
    with store.transaction("test") as tx:
        added = tx.inbound.add_once(
            [Delivery(source="support", external_id="1:1", raw=b"Subject: x\r\n\r\n", received_at=NOW)], NOW
        )
    assert len(added) == 1, f"turn {turn} found the rows of another test"
