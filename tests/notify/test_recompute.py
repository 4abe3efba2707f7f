"""A changed profile moves every clock, and says nothing twice, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from app.holidays import calendar
from cases.hours import Hours
from cases.profile import Profile
from cases.targets import TARGETS, Reminders
from notify import recompute
from notify.recompute import Recompute, promises
from store.tables import case
from store.tx import Store
from tests.notify.sweeping import SERVICE, Floor, wall

SLOWER = replace(SERVICE, targets=tuple(replace(one, response_hours=8, resolution_hours=17) for one in TARGETS))


@pytest.fixture
def floor(store: Store) -> Floor:
    return Floor(store)


def recomputed(floor: Floor, profile: Profile) -> int:
    """How many cases are looked at again after a start with that profile."""
    floor.profile = profile
    return Recompute(store=floor.store, profile=profile, holidays="1", clock=lambda: floor.now).process()


def test_a_longer_target_moves_what_runs_and_repeats_nothing(floor: Floor) -> None:
    recomputed(floor, SERVICE)
    one = floor.open("03-23 09:00")
    floor.sweep("03-23 12:00")
    assert floor.said(one) == [("03-23 12:00", "warning", "response")]
    assert recomputed(floor, SLOWER) == 1
    floor.sweep()
    found = floor.case(one)
    assert (wall(found.response_due_at), wall(found.resolution_due_at)) == ("03-23 17:00", "03-25 09:00")
    floor.walk("03-23 17:00")
    assert floor.said(one)[1:] == [("03-23 17:00", "overdue", "response")]


def test_a_changed_calendar_says_what_is_due_by_it(floor: Floor) -> None:
    recomputed(floor, SERVICE)
    one = floor.open("03-21 09:00")  # a Saturday
    assert wall(floor.case(one).response_due_at) == "03-23 12:30"
    weekend = replace(SERVICE, hours={"line": Hours(week={"sat": ("08:30-17:00",)})})
    floor.sweep("03-21 14:00")
    assert recomputed(floor, weekend) == 1
    floor.sweep()
    assert floor.said(one) == [("03-21 14:00", "overdue", "response")]
    assert calendar(weekend, "line").is_open(floor.now)


def test_the_same_promises_are_computed_by_once(floor: Floor) -> None:
    floor.open("03-23 09:00")
    assert [recomputed(floor, SERVICE), recomputed(floor, SERVICE)] == [1, 0]
    assert [recomputed(floor, SLOWER), recomputed(floor, SLOWER), recomputed(floor, SERVICE)] == [1, 0, 1]


def test_every_open_case_with_a_clock_is_looked_at_and_no_other(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "BATCH", 2)
    running = [floor.open("03-23 09:00") for _ in range(5)]
    floor.open("03-23 09:00", status="closed")
    floor.open("03-23 09:00", hidden=True)
    history = floor.open("03-23 09:00")
    timers = dict.fromkeys(("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at"))
    with floor.store.transaction("test.history") as tx:
        tx.connection.execute(update(case).where(case.c.id == history).values(timers))
    assert recomputed(floor, SERVICE) == len(running)
    assert floor.case(history).alarm_at is None
    assert {floor.case(one).alarm_at for one in running} == {floor.now}


def test_a_crash_half_way_is_begun_anew(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "BATCH", 2)
    for _ in range(5):
        floor.open("03-23 09:00")
    moments = iter([floor.now])
    half = Recompute(store=floor.store, profile=SERVICE, holidays="1", clock=lambda: next(moments))
    with pytest.raises(StopIteration):
        half.process()
    assert recomputed(floor, SERVICE) == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"reminders": Reminders(silence_days=10)},
        {"targets": SLOWER.targets},
        {"timezone": "Europe/Lisbon"},
        {"hours": {"line": Hours(week={"mon": ("09:00-10:00",)})}},
        {"mailboxes": (replace(SERVICE.mailboxes[0], hours=""),)},
        {"second_level": (replace(SERVICE.second_level[0], hours=""),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_a_clock_depends_on_changes_the_promises(changed: dict[str, Any]) -> None:
    assert promises(replace(SERVICE, **changed), "1") != promises(SERVICE, "1")


def test_what_no_clock_depends_on_does_not_and_other_holidays_do() -> None:
    assert promises(replace(SERVICE, website="https://example.org", articles=()), "1") == promises(SERVICE, "1")
    assert promises(SERVICE, "2") != promises(SERVICE, "1")
