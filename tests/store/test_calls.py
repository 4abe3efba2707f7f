"""Rows of calls and of what providers said about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.calls import Request
from store.tx import Store

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
STEP = Request(provider="x", call_sid="CA1", key="step:1", kind="step", at=NOW, raw={"Digits": "1"})


def row(sid: str = "CA1", **columns: Any) -> dict[str, Any]:
    plain = {"provider": "x", "line": "1718", "called": "", "caller_raw": "", "lang": "fr", "started_at": NOW}
    return plain | {"call_sid": sid, "tools": [], "state": {}} | columns


def banner(store: Store, line: str, text: str, begin: int = -1, end: int | None = None) -> None:
    hours = {"starts_at": NOW + timedelta(hours=begin), "ends_at": end and NOW + timedelta(hours=end)}
    with store.transaction("test.banner") as tx:
        tx.banners.start({"line": line, "texts": {"fr": text}, "made_at": NOW, "made_by": "x", **hours})


def heard(store: Store, line: str = "1718") -> Any:
    with store.reading() as tx:
        return tx.calls.known(STEP, line, NOW).banner


def test_a_call_comes_in_once(store: Store) -> None:
    with store.transaction("test.add") as tx:
        assert tx.calls.add_once(row()) is not None
        assert tx.calls.add_once(row()) is None
        assert tx.calls.add_once(row(provider="y")) is not None


def test_a_request_is_kept_once_and_the_first_answer_stands(store: Store) -> None:
    with store.transaction("test.keep") as tx:
        tx.calls.keep(STEP, {"step": 2})
        tx.calls.keep(STEP, {"step": 3})
        tx.calls.keep(STEP, None, error="late")
        [event] = tx.calls.events("x", "CA1")
    assert (event.answer, event.error, event.raw) == ({"step": 2}, None, {"Digits": "1"})


def test_a_request_that_failed_is_completed(store: Store) -> None:
    with store.transaction("test.keep") as tx:
        tx.calls.keep(STEP, None, error="ZeroDivisionError")
        tx.calls.keep(replace(STEP, at=NOW + timedelta(seconds=1)), {"step": 2})
        [event] = tx.calls.events("x", "CA1")
    assert (event.answer, event.error, event.at) == ({"step": 2}, None, NOW)


def test_what_is_known_of_another_call_is_not_known_of_this_one(store: Store) -> None:
    with store.transaction("test.keep") as tx:
        tx.calls.keep(replace(STEP, call_sid="CA2"), {"step": 2})
        tx.calls.keep(replace(STEP, provider="y"), {"step": 2})
        tx.calls.keep(replace(STEP, call_sid="CA2", key="status", kind="status"), {"seconds": 3})
        assert tuple(tx.calls.known(STEP, "1718", NOW)) == (None, None, None, None)
        assert tx.calls.known(replace(STEP, call_sid="CA2"), "1718", NOW).final == {"seconds": 3}


def test_the_last_answer_is_the_menu_s(store: Store) -> None:
    with store.transaction("test.keep") as tx:
        for number, kind in enumerate(("started", "step", "answered", "leg", "status")):
            tx.calls.keep(replace(STEP, key=kind, kind=kind), {"step": number})
        assert tx.calls.last_answer("x", "CA1") == {"step": 1}
        assert tx.calls.last_answer("x", "CA9") is None


@pytest.mark.parametrize(
    ("begin", "end", "runs"), [(-1, None, True), (-1, 1, True), (0, 1, True), (1, None, False), (-2, -1, False)]
)
def test_a_banner_is_heard_while_it_runs(store: Store, begin: int, end: int | None, runs: bool) -> None:
    banner(store, "", "panne", begin, end)
    assert (heard(store) == {"fr": "panne"}) is runs


def test_a_line_s_own_banner_comes_first_and_the_newest_of_two(store: Store) -> None:
    banner(store, "1718", "old")
    banner(store, "1718", "own")
    banner(store, "", "all")
    assert (heard(store), heard(store, "1719")) == ({"fr": "own"}, {"fr": "all"})


def test_who_waits_is_listed_by_arrival(store: Store) -> None:
    with store.transaction("test.add") as tx:
        for sid, minutes, columns in [
            ("late", 1, {}),
            ("early", 2, {}),
            ("answered", 3, {"answered_at": NOW}),
            ("gone", 4, {"ended_at": NOW}),
        ]:
            tx.calls.add_once(row(sid, queued_at=NOW - timedelta(minutes=minutes), **columns))
        tx.calls.add_once(row("in the menu"))
        assert [one.call_sid for one in tx.calls.waiting()] == ["early", "late"]


def test_calls_without_an_end_are_asked_for(store: Store) -> None:
    with store.transaction("test.add") as tx:
        tx.calls.add_once(row("running", started_at=NOW - timedelta(hours=1)))
        tx.calls.add_once(row("ended", started_at=NOW - timedelta(hours=1), ended_at=NOW))
        tx.calls.add_once(row("new"))
        assert [one.call_sid for one in tx.calls.running(NOW)] == ["running"]


def test_talks_are_those_of_the_line_that_are_over(store: Store) -> None:
    with store.transaction("test.add") as tx:
        tx.calls.add_once(row("talked", answered_at=NOW, ended_at=NOW + timedelta(minutes=3)))
        tx.calls.add_once(row("talks", answered_at=NOW))
        tx.calls.add_once(row("missed", ended_at=NOW))
        tx.calls.add_once(row("other", line="1719", answered_at=NOW, ended_at=NOW))
        assert tx.calls.talks("1718") == [timedelta(minutes=3)]
