"""What pages read, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.event import Channel
from store.inbound import Delivery
from store.tx import Store
from tests.ingest.conftest import NOW


def add_case(store: Store, at: datetime = NOW, **columns: Any) -> int:
    words = ("status", "source", "subject", "category", "motif", "tool", "scope", "requester", "submitter")
    with store.transaction("test.case") as tx:
        [identity] = tx.cases.reserve(2026, 1)
        row = dict.fromkeys(words, "x") | {
            "id": identity,
            "number": f"MPA-26-{identity % 100_000:05d}",
            "channel": Channel.EMAIL,
            "lang": "fr",
            "review": False,
            "tags": {},
            "flags": [],
            "requester_name": "",
            "opened_at": at,
            "touched_at": at,
        }
        tx.cases.add([row | columns])
    return identity


def add_message(store: Store, key: str, case_id: int | None, at: datetime = NOW, **result: Any) -> int:
    with store.transaction("test.message") as tx:
        [identity] = tx.inbound.add_once(
            [Delivery(source="assistance", external_id=key, raw=key.encode(), received_at=at)], NOW
        )
        tx.inbound.claim("lease", 1, NOW, [identity])
        done = {"disposition": "case", "reason": "new_case", "content": {"reply_text": f"texte {key}"}} | result
        tx.inbound.finish("lease", [{"id": identity, "case_id": case_id, **done}])
    return identity


def add_mail(store: Store, case_id: int, kind: str = "acknowledgement") -> None:
    with store.transaction("test.mail") as tx:
        row = {"key": f"{kind}:{case_id}", "kind": kind, "case_id": case_id, "mailbox": "assistance", "lang": "fr"}
        row |= {"recipient": "a@example.org", "message_id": "<m@example.org>", "automatic": True, "context": {}}
        tx.outbound.add_once([row | {"created_at": NOW, "due_at": NOW}])


def read(store: Store, question: Any) -> Any:
    with store.reading() as tx:
        return question(tx.views)


@pytest.mark.parametrize("change", ["case", "message", "mail", "touch", "finished"])
def test_every_change_is_another_revision(store: Store, change: str) -> None:
    identity = add_case(store)
    with store.transaction("test.waiting") as tx:
        tx.inbound.add_once([Delivery(source="a", external_id="1:9", raw=b"x", received_at=NOW)], NOW)
    before = read(store, lambda views: views.revision())
    assert read(store, lambda views: views.revision()) == before
    with store.transaction("test.change") as tx:
        if change == "touch":
            tx.cases.touch(
                [{"case_id": identity, "read": "new", "status": "open", "touched_at": NOW + timedelta(seconds=1)}]
            )
        if change == "finished":
            [row] = tx.inbound.claim("lease", 1, NOW)
            tx.inbound.finish("lease", [{"id": row.id, "disposition": "case"}])
    if change == "case":
        add_case(store)
    if change == "message":
        add_message(store, "1:1", None)
    if change == "mail":
        add_mail(store, identity)
    assert read(store, lambda views: views.revision()) != before


def test_the_day_lists_what_opened_no_case(store: Store) -> None:
    identity = add_case(store)
    add_message(store, "1:1", identity)
    add_message(store, "1:2", identity, disposition="reply")
    bounce = add_message(store, "1:3", identity, disposition="bounce", reason="delivery_report")
    add_message(store, "1:4", None, at=NOW - timedelta(days=2), disposition="automatic")
    found = read(store, lambda views: views.without_case(NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
    assert [(row.id, row.number) for row in found] == [(bounce, "MPA-26-00001")]


def test_what_is_held_is_listed_whatever_its_day(store: Store) -> None:
    with store.transaction("test.hold") as tx:
        [identity] = tx.inbound.add_once([Delivery(source="a", external_id="1:1", raw=b"x", received_at=NOW)], NOW)
        tx.inbound.claim("lease", 1, NOW)
        tx.inbound.give_up("lease", identity, "too odd")
    [row] = read(store, lambda views: views.held())
    assert (row.id, row.last_error) == (identity, "too odd")


def test_one_message_and_the_numbers_of_cases(store: Store) -> None:
    case_id = add_case(store)
    identity = add_message(store, "1:1", case_id)
    row = read(store, lambda views: views.message(identity))
    assert (row.number, row.content["reply_text"]) == ("MPA-26-00001", "texte 1:1")
    assert read(store, lambda views: views.message(identity + 1)) is None
    assert read(store, lambda views: views.numbers([case_id])) == {case_id: "MPA-26-00001"}
    assert read(store, lambda views: views.numbers([])) == {}


def test_a_mail_that_was_not_composed_has_no_body(store: Store) -> None:
    add_mail(store, add_case(store))
    with store.reading() as tx:
        assert tx.bodies.sent(1) is None
