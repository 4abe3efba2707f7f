"""Cases that are to be looked at: claimed by their time, locked while worked, written without a new version."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from store.tables import case, entry
from store.tx import Store
from tests.notify.sweeping import FIRST, new_case

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def add(store: Store, *alarms: timedelta | None, **columns: Any) -> list[int]:
    """Cases whose alarms are so long after now."""
    with store.transaction("test.add") as tx:
        known = len(tx.connection.execute(select(case.c.id)).all())
        rows = [new_case(FIRST + known + n, NOW) for n in range(len(alarms))]
        rows = [
            {**row, "alarm_at": None if alarm is None else NOW + alarm, **columns}
            for row, alarm in zip(rows, alarms, strict=True)
        ]
        tx.connection.execute(case.insert(), rows)
    return [row["id"] for row in rows]


def claimed(store: Store, limit: int = 10) -> list[int]:
    with store.transaction("test.claim") as tx:
        return [row.id for row in tx.alarms.claim(NOW, limit)]


def test_what_is_due_is_claimed_the_longest_due_first(store: Store) -> None:
    hour = timedelta(hours=1)
    _, due, first, now = add(store, hour, -hour, -2 * hour, timedelta())
    add(store, None)
    add(store, -hour, hidden=True)
    assert claimed(store) == [first, due, now]
    assert claimed(store, limit=2) == [first, due]


def test_a_case_that_is_hidden_has_no_alarm_any_more(store: Store) -> None:
    [one] = add(store, timedelta())
    with store.transaction("test.hide") as tx:
        assert tx.cases.hide(one, 1, NOW)
        found = tx.cases.find(one)
    assert found is not None
    assert (found.hidden, found.alarm_at) == (True, None)


@pytest.mark.parametrize(("alarm", "due"), [(timedelta(), True), (timedelta(seconds=1), False), (None, False)])
def test_whether_any_is_due(store: Store, alarm: timedelta | None, due: bool) -> None:
    add(store, alarm)
    with store.reading() as tx:
        assert tx.alarms.is_due(NOW) is due


@pytest.mark.servers("postgres")
def test_a_case_that_somebody_is_working_is_left_and_its_timeline_may_grow(postgres: Any) -> None:
    from store.engine import open_engine

    with postgres.database() as url:
        store = Store(open_engine(url))
        one, other = add(store, timedelta(), timedelta())
        with store.transaction("test.worker") as tx:
            assert [row.id for row in tx.alarms.claim(NOW, 1)] == [one]
            assert claimed(store) == [other]
            with store.transaction("test.intake") as beside:  # waits for nobody
                beside.connection.execute(entry.insert(), line(one))
        assert claimed(store) == [one, other]
        store.engine.dispose()


def test_timelines_are_read_at_once(store: Store) -> None:
    one, other, empty = add(store, *(timedelta(),) * 3)
    with store.transaction("test.lines") as tx:
        tx.connection.execute(entry.insert(), [line(other, kind="b"), line(one, kind="a"), line(other, kind="c")])
    with store.reading() as tx:
        found = tx.alarms.timelines([one, other, empty])
    assert {identity: [row.kind for row in rows] for identity, rows in found.items()} == {one: ["a"], other: ["b", "c"]}


def test_a_stay_at_a_second_level_is_found_until_it_ends(store: Store) -> None:
    one, other = add(store, timedelta(), timedelta())
    row = {"n2": "digital", "actor": "anna", "rule": "", "wording": "x", "details": {}, "opened_at": NOW}
    with store.transaction("test.escalate") as tx:
        stay, ended = tx.escalations.add([{"case_id": one, **row}, {"case_id": other, **row}])
        tx.escalations.end(ended, "solved", NOW)
        found = tx.alarms.escalations([one, other])
    assert {identity: (row.id, row.n2) for identity, row in found.items()} == {one: (stay, "digital")}


def test_timers_and_queue_are_written_and_the_version_is_a_person_s(store: Store) -> None:
    [one] = add(store, timedelta(), agent="anna")
    due = ("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at", "touched_at")
    with store.transaction("test.write") as tx:
        tx.alarms.set([{"id": one, **dict.fromkeys(due, NOW + timedelta(days=1))}])
        tx.alarms.climb([{"id": one, "queue": "line3", "routing": {"why": "overdue"}, "agent": None}])
        found = tx.cases.find(one)
    assert found is not None
    assert {getattr(found, name) for name in due} == {NOW + timedelta(days=1)}
    assert (found.queue, found.routing, found.agent, found.version) == ("line3", {"why": "overdue"}, None, 1)


def line(identity: int, kind: str = "note") -> dict[str, Any]:
    return {"case_id": identity, "kind": kind, "at": NOW, "actor": "anna", "text": "", "data": {}}
