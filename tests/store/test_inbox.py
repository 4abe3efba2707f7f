"""The lists of the inbox, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from store.inbound import Delivery
from store.inbox import MOST, Place, View, place
from store.tables import call, callback
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.store.test_views import add_case, add_mail, add_message

HOUR = timedelta(hours=1)


def listed(store: Store, view: View, after: Place | None = None, limit: int = 50) -> list[Any]:
    with store.reading() as tx:
        return tx.inbox.cases(view, "anna", NOW, after, limit)


def test_a_case_comes_with_its_messages_first_words_and_receipt(store: Store) -> None:
    identity = add_case(store)
    add_message(store, "1:1", identity)
    add_message(store, "1:2", identity, disposition="reply")
    add_mail(store, identity)
    add_mail(store, identity, kind="notice")
    [row] = listed(store, View.OPEN)
    assert (row.id, row.messages, row.snippet, row.receipt) == (identity, 2, "texte 1:1", "pending")


def test_a_case_without_message_or_receipt_is_listed_too(store: Store) -> None:
    add_case(store)
    [row] = listed(store, View.OPEN)
    assert (row.messages, row.snippet, row.receipt) == (0, None, None)


def test_a_view_has_its_own_cases_and_counts_them(store: Store) -> None:
    kinds = {
        View.OPEN: add_case(store, status="open"),
        View.REVIEW: add_case(store, review=True),
        View.MINE: add_case(store, agent="anna"),
        View.OVERDUE: add_case(store, resolution_due_at=NOW - HOUR, response_due_at=NOW + HOUR),
        View.WAITING: add_case(store, status="waiting"),
        View.N2: add_case(store, status="escalated", agent="paul"),
        View.CLOSED: add_case(store, status="closed", closed_at=NOW, agent="anna", review=True),
    }
    add_case(store, hidden=True, agent="anna", review=True, response_due_at=NOW - HOUR)
    for view, identity in kinds.items():
        if view is not View.OPEN:
            assert [row.id for row in listed(store, view)] == [identity], view
    assert {row.id for row in listed(store, View.OPEN)} == set(kinds.values()) - {kinds[View.CLOSED]}
    with store.reading() as tx:
        counts = tx.inbox.counts("anna", NOW)
    assert counts == dict.fromkeys(kinds, 1) | {View.OPEN: 6, View.HELD: 0, View.CALLBACKS: 0}


def test_the_next_due_comes_first_and_what_has_no_clock_last(store: Store) -> None:
    calm = add_case(store)
    later = add_case(store, n2_due_at=NOW + 3 * HOUR, resolution_due_at=NOW + 9 * HOUR)
    sooner = add_case(store, resolution_due_at=NOW + 2 * HOUR, response_due_at=NOW + 8 * HOUR)
    assert [row.id for row in listed(store, View.OPEN)] == [sooner, later, calm]


@pytest.mark.parametrize("view", [View.OPEN, View.CLOSED])
def test_pages_follow_each_other_without_gap_or_repeat(store: Store, view: View) -> None:
    status = {"status": "closed"} if view is View.CLOSED else {}
    moments = [NOW, NOW, NOW + HOUR, NOW + HOUR, None if view is View.OPEN else NOW]
    ids = {add_case(store, response_due_at=at, closed_at=at, **status) for at in moments}
    found: list[int] = []
    after = None
    while rows := listed(store, view, after, limit=2):
        found += [row.id for row in rows]
        after = place(view, rows[-1])
    assert len(found) == len(ids)
    assert set(found) == ids


def test_counting_stops_at_a_hundred(store: Store) -> None:
    for _ in range(MOST + 5):
        add_case(store)
    with store.reading() as tx:
        assert tx.inbox.counts("anna", NOW)[View.OPEN] == MOST


def test_messages_held_and_calls_promised_are_listed(store: Store) -> None:
    case = add_case(store)
    with store.transaction("test.hold") as tx:
        [identity] = tx.inbound.add_once([Delivery(source="a", external_id="1:1", raw=b"x", received_at=NOW)], NOW)
        tx.inbound.claim("lease", 1, NOW)
        tx.inbound.give_up("lease", identity, "too odd")
        words = dict.fromkeys(("called", "caller_raw", "provider", "call_sid", "line"), "x")
        tx.connection.execute(
            call.insert(), {"id": 1, "lang": "fr", "tools": [], "state": {}, "started_at": NOW} | words
        )
        asked = dict.fromkeys(("arrived_at", "promised_by", "call_at"), NOW)
        row = {"call_id": 1, "case_id": case, "number": "+32470001234", "tool": "", "line": "x", "lang": "fr"}
        tx.connection.execute(callback.insert(), row | asked | {"slot": "soon"})
    with store.reading() as tx:
        [held], [asking] = tx.inbox.held(None, 50), tx.inbox.callbacks(None, 50)
        assert (held.id, held.last_error, asking.case_number) == (identity, "too odd", "MPA-26-00001")
        assert tx.inbox.held(place(View.HELD, held), 50) == tx.inbox.callbacks(place(View.CALLBACKS, asking), 50) == []
        assert tx.inbox.counts("anna", NOW)[View.HELD] == 1
