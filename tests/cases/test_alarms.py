"""Alarms: warnings before, overdue after, one reminder for each silence."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.alarms import Alarm, AlarmKind, alarms, next_at, to_say
from cases.due import ClockKind, Event, EventKind, Party, State, clocks
from cases.targets import TARGETS, Reminders
from tests.cases.test_due import CALENDAR, CALENDARS, EVENTS, NOW, E, at, history

REMINDERS = Reminders()


def ringing(events: list[Event], reminders: Reminders = REMINDERS) -> tuple[Alarm, ...]:
    return alarms(events, clocks(events, TARGETS[1], CALENDARS, reminders.warn_at), reminders, CALENDAR)


def said(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(f"{one.at.astimezone(CALENDAR.zone):%m-%d %H:%M}", one.kind, one.about) for one in ringing(events)]


def test_a_new_case_warns_then_is_overdue_then_silent() -> None:
    assert said(history(("23 09:00", E.OPENED))) == [
        ("03-23 12:00", "warning", "response"),
        ("03-23 13:00", "overdue", "response"),
        ("03-23 15:22", "warning", "resolution"),
        ("03-24 09:00", "overdue", "resolution"),
        ("04-07 09:00", "silence", "team"),
    ]


@pytest.mark.parametrize(
    ("events", "silence"),
    [
        ([("23 09:00", E.OPENED), ("24 10:00", E.WAITING)], ("04-08 10:00", "silence", "requester")),
        ([("23 09:00", E.OPENED), ("24 10:00", E.ESCALATED)], ("04-08 10:00", "silence", "n2")),
        ([("20 18:30", E.OPENED)], ("04-06 08:30", "silence", "team")),  # a Saturday evening: on Monday
        ([("23 09:00", E.OPENED), ("26 10:00", E.WROTE)], ("04-10 10:00", "silence", "team")),
        ([("23 09:00", E.OPENED), ("24 10:00", E.CLOSED)], None),
        ([], None),
    ],
)
def test_who_is_reminded_of_a_silence_and_when(
    events: list[tuple[str, EventKind]], silence: tuple[str, str, str] | None
) -> None:
    assert [one for one in said(history(*events)) if one[1] == "silence"] == [silence] * bool(silence)


def test_a_clock_that_stopped_rings_no_more() -> None:
    events = history(("23 09:00", E.OPENED), ("23 14:00", E.ANSWERED))
    assert {about for _, _, about in said(events)} == {"resolution", "team"}
    assert said([*events, Event(at("2026-03-26 10:00"), E.CLOSED)]) == []


def test_a_warning_at_the_end_is_not_said_beside_it() -> None:
    kinds = [one.kind for one in ringing(history(("23 09:00", E.OPENED)), Reminders(warn_at=1))]
    assert kinds == [AlarmKind.OVERDUE, AlarmKind.OVERDUE, AlarmKind.SILENCE]


def test_each_alarm_is_said_once_and_none_is_forgotten() -> None:
    """Whoever looks at the case when it says so, and keeps what was said, says everything in order."""
    rung = ringing(history(("23 09:00", E.OPENED)))
    said_keys, walked, now = set(), [], at("2026-03-23 09:00")
    while (now := next_at(rung, now)) is not None:
        walked += to_say(rung, said_keys, now)
        said_keys |= {one.key for one in walked}
        assert to_say(rung, said_keys, now) == []
    assert tuple(walked) == rung


def test_what_is_overdue_is_not_warned_of() -> None:
    rung = ringing(history(("23 09:00", E.OPENED)))
    late = to_say(rung, set(), at("2026-03-30 09:00"))
    assert [(one.kind, one.about) for one in late] == [("overdue", "response"), ("overdue", "resolution")]


def test_a_corrected_priority_says_what_is_overdue_now_and_nothing_twice() -> None:
    told, noon = history(("23 09:00", E.OPENED)), at("2026-03-23 12:30")
    before, after = (
        alarms(told, clocks(told, target, CALENDARS, REMINDERS.warn_at), REMINDERS, CALENDAR)
        for target in TARGETS[1::-1]
    )
    warned = to_say(before, set(), noon)
    assert [(one.kind, one.about) for one in warned] == [("warning", "response")]
    corrected = to_say(after, {one.key for one in warned}, noon)
    assert [(one.kind, one.about) for one in corrected] == [("overdue", "response"), ("warning", "resolution")]


def test_a_clock_that_begins_anew_rings_anew() -> None:
    once = history(("23 09:00", E.OPENED), ("23 14:00", E.CLOSED), ("25 09:00", E.REOPENED))
    said_before = {one.key for one in ringing(once[:1])}
    anew = {(one.kind, one.about) for one in ringing(once) if one.key not in said_before}
    assert anew == {("warning", "response"), ("overdue", "response"), ("silence", "team")}


def test_what_is_written_in_a_closed_case_begins_no_silence() -> None:
    assert ringing(history(("23 09:00", E.OPENED), ("23 14:00", E.CLOSED), ("24 09:00", E.WROTE))) == ()


@given(EVENTS)
def test_alarms_are_in_order_and_each_is_one_of_its_clock(events: list[Event]) -> None:
    running = clocks(events, TARGETS[1], CALENDARS, REMINDERS.warn_at)
    rung = alarms(events, running, REMINDERS, CALENDAR)
    assert list(rung) == sorted(rung, key=lambda alarm: alarm.at)
    assert len({one.key for one in rung}) == len(rung)
    stopped = {one.kind for one in running if one.state is State.STOPPED}
    assert stopped.isdisjoint(one.about for one in rung)


@given(EVENTS.filter(bool), st.integers(1, 40))
def test_a_silence_is_said_within_hours_and_not_too_soon(events: list[Event], days: int) -> None:
    for one in ringing(events, Reminders(silence_days=days)):
        if one.kind is AlarmKind.SILENCE:
            ended_by = set(EventKind) - ({EventKind.WROTE} if one.about is Party.REQUESTER else set())
            last = max(event.at for event in events if event.kind in ended_by)
            assert CALENDAR.is_open(one.at)
            assert one.at - last >= timedelta(days=days) - timedelta(hours=1)
            assert isinstance(one.about, Party)
        else:
            assert isinstance(one.about, ClockKind)
            assert one.at < NOW + timedelta(days=60)
