"""A case's stays at a second level, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from store.tables import case, escalation
from store.tx import Store

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
CASE = 202600000001


def a_case(number: int) -> dict[str, Any]:
    words = dict.fromkeys(("source", "subject", "category", "motif", "tool", "scope", "requester", "submitter"), "x")
    times = {"opened_at": NOW, "touched_at": NOW}
    what = {"status": "escalated", "channel": "email", "lang": "fr", "review": False, "tags": {}, "flags": []}
    return {**words, **times, **what, "id": CASE + number, "number": f"MPA-26-{number:05}", "requester_name": ""}


def begun(number: int) -> dict[str, Any]:
    told = {"actor": "rule", "rule": "faults", "wording": "x", "details": {}}
    return {"case_id": CASE + number, "n2": "digital", "opened_at": NOW, **told}


@pytest.fixture
def cases(store: Store) -> Store:
    with store.transaction("test.cases") as tx:
        tx.connection.execute(case.insert(), [a_case(number) for number in range(60)])
    return store


def test_ids_come_in_the_order_of_the_rows(cases: Store) -> None:
    with cases.transaction("test.add") as tx:
        assert tx.escalations.add([]) == []
        found = tx.escalations.add([begun(number) for number in reversed(range(60))])
        assert [tx.escalations.of_case(CASE + number)[0].id for number in reversed(range(60))] == found


def test_one_is_open_at_a_time(cases: Store) -> None:
    with pytest.raises(IntegrityError), cases.transaction("test.add") as tx:
        tx.escalations.add([begun(0)])
        tx.escalations.add([begun(0)])


def test_the_oldest_of_a_case_comes_first(cases: Store) -> None:
    with cases.transaction("test.add") as tx:
        tx.escalations.add([begun(0) | {"ended_at": NOW, "outcome": "refused"}])
        tx.escalations.add([begun(0) | {"n2": "supplier"}])
        assert [row.n2 for row in tx.escalations.of_case(CASE)] == ["digital", "supplier"]


def test_the_first_answer_and_the_first_key_stay(cases: Store) -> None:
    with cases.transaction("test.add") as tx:
        [identity] = tx.escalations.add([begun(0)])
        later = NOW + timedelta(hours=1)
        tx.escalations.heard([(identity, None, "DIG-1"), (identity, NOW, ""), (identity, later, "DIG-2")])
        row = tx.connection.execute(escalation.select()).one()
    assert (row.answered_at, row.ticket) == (NOW, "DIG-1")
