"""Clocks from events: every move of every clock as a table, pauses, and what holds for any history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clock import NOTHING, Calendar
from cases.due import (
    MOVES,
    Clock,
    ClockKind,
    Event,
    EventKind,
    Party,
    State,
    clock,
    clocks,
    reopens_until,
    whose_turn,
)
from cases.hours import DAYS, Hours
from cases.targets import TARGETS

E = EventKind
RESPONSE, RESOLUTION, N2 = ClockKind


def never(_: date) -> bool:
    return False


CALENDAR = Calendar(Hours(week=dict.fromkeys(DAYS[:5], ("08:30-17:00",)), holidays=""), "Europe/Brussels", never)
CALENDARS = dict.fromkeys(ClockKind, CALENDAR)


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=CALENDAR.zone).astimezone(UTC)


def history(*events: tuple[str, EventKind]) -> list[Event]:
    """Events of March 2026, by day and hour: `23 09:00` is Monday."""
    return [Event(at(f"2026-03-{when}"), kind) for when, kind in events]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def due(kind: ClockKind, allowed: float, *events: tuple[str, EventKind]) -> tuple[State, datetime | None]:
    found = clock(kind, history(*events), hours(allowed), CALENDAR)
    return found.state, found.due_at


@pytest.mark.parametrize("kind", ClockKind)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", EventKind)
def test_every_move_is_in_the_table_or_changes_nothing(kind: ClockKind, state: State, event: EventKind) -> None:
    """Each state is reached by its own events; one more leads where the table says."""
    ways = {
        RESPONSE: {State.IDLE: (), State.RUNNING: (E.OPENED,), State.STOPPED: (E.OPENED, E.ANSWERED)},
        RESOLUTION: {
            State.IDLE: (),
            State.RUNNING: (E.OPENED,),
            State.PAUSED: (E.OPENED, E.WAITING),
            State.STOPPED: (E.OPENED, E.CLOSED),
        },
        N2: {State.IDLE: (), State.RUNNING: (E.ESCALATED,), State.STOPPED: (E.ESCALATED, E.RETURNED)},
    }
    if state not in ways[kind]:
        assert not any(state in (before, after) for (before, _), after in MOVES[kind].items())
        return
    steps = [Event(at(f"2026-03-23 {9 + n:02}:00"), step) for n, step in enumerate((*ways[kind][state], event))]
    assert clock(kind, steps, hours(1), CALENDAR).state is MOVES[kind].get((state, event), state)


@pytest.mark.parametrize(
    ("kind", "allowed", "events", "state", "due_at"),
    [
        (RESPONSE, 4, [("23 09:00", E.OPENED)], State.RUNNING, "23 13:00"),
        (RESPONSE, 4, [("23 16:00", E.OPENED)], State.RUNNING, "24 11:30"),
        (RESPONSE, 4, [("27 16:00", E.OPENED)], State.RUNNING, "30 11:30"),  # summer time begins in between
        (RESPONSE, 4, [("23 09:00", E.OPENED), ("23 12:00", E.ANSWERED)], State.STOPPED, None),
        (RESPONSE, 4, [("23 09:00", E.OPENED), ("23 13:00", E.ANSWERED)], State.STOPPED, None),  # just in time
        (RESPONSE, 4, [("23 09:00", E.OPENED), ("23 13:01", E.ANSWERED)], State.STOPPED, "23 13:00"),
        (RESPONSE, 4, [("23 09:00", E.OPENED), ("23 10:00", E.WAITING)], State.STOPPED, None),  # a question is one
        (
            RESPONSE,
            4,
            [("23 09:00", E.OPENED), ("23 12:00", E.CLOSED), ("25 16:00", E.REOPENED)],
            State.RUNNING,
            "26 11:30",  # an answer is owed anew, in full
        ),
        (RESOLUTION, 8.5, [("23 09:00", E.OPENED), ("23 12:00", E.ANSWERED)], State.RUNNING, "24 09:00"),
        (RESOLUTION, 8.5, [("23 09:00", E.OPENED), ("23 12:00", E.WAITING)], State.PAUSED, None),
        (
            RESOLUTION,
            8.5,
            [("26 09:00", E.OPENED), ("27 09:00", E.WAITING), ("30 08:30", E.RESUMED)],
            State.RUNNING,
            "30 08:30",  # all but nothing is used before the weekend: due as soon as it runs again
        ),
        (
            RESOLUTION,
            8.5,
            [("26 09:00", E.OPENED), ("26 16:00", E.WAITING), ("29 12:00", E.RESUMED)],
            State.RUNNING,
            "30 10:00",  # 7 hours before the pause, resumed on a Sunday
        ),
        (
            RESOLUTION,
            8.5,
            [("23 09:00", E.OPENED), ("23 12:00", E.WAITING), ("24 10:00", E.ESCALATED)],
            State.RUNNING,
            "24 15:30",  # what goes to the second level no longer waits for the requester
        ),
        (
            RESOLUTION,
            8.5,
            [("23 09:00", E.OPENED), ("23 12:00", E.CLOSED), ("25 09:00", E.REOPENED)],
            State.RUNNING,
            "25 14:30",  # goes on where it stopped
        ),
        (N2, 2, [("23 09:00", E.OPENED)], State.IDLE, None),
        (N2, 2, [("23 09:00", E.OPENED), ("23 16:00", E.ESCALATED)], State.RUNNING, "24 09:30"),
        (N2, 2, [("23 16:00", E.ESCALATED), ("23 16:30", E.RETURNED)], State.STOPPED, None),
        (
            N2,
            2,
            [("23 16:00", E.ESCALATED), ("23 16:30", E.RETURNED), ("24 09:00", E.ESCALATED)],
            State.RUNNING,
            "24 11:00",  # refused and sent again: anew
        ),
    ],
)
def test_when_a_clock_runs_out(
    kind: ClockKind, allowed: float, events: list[tuple[str, EventKind]], state: State, due_at: str | None
) -> None:
    assert due(kind, allowed, *events) == (state, at(f"2026-03-{due_at}") if due_at else None)


def test_used_and_remaining_and_overdue() -> None:
    found = clock(RESPONSE, history(("23 16:00", E.OPENED)), hours(4), CALENDAR, warn_at=0.5)
    assert found.warn_at == at("2026-03-24 09:30")
    for now, used, overdue in [
        ("23 15:00", 0, False),
        ("23 20:00", 1, False),
        ("24 11:30", 4, False),
        ("24 12:00", 4.5, True),
    ]:
        moment = at(f"2026-03-{now}")
        assert found.used(CALENDAR, moment) == hours(used)
        assert found.remaining(CALENDAR, moment) == hours(4 - used)
        assert found.is_overdue(moment) == overdue


def test_what_runs_out_at_closing_time_is_late_in_the_evening() -> None:
    """No working time passes after 17:00, but the hour that was promised does."""
    answered_late = clock(RESPONSE, history(("23 16:00", E.OPENED), ("23 20:00", E.ANSWERED)), hours(1), CALENDAR)
    assert answered_late.due_at == at("2026-03-23 17:00")
    assert answered_late.is_overdue(at("2026-03-23 20:00"))


def test_each_kind_has_its_hours_and_its_calendar() -> None:
    night = Calendar(Hours(week=dict.fromkeys(DAYS, ("00:00-24:00",)), holidays=""), "Europe/Brussels", never)
    events = history(("23 09:00", E.OPENED), ("23 16:00", E.ESCALATED))
    found = clocks(events, TARGETS[1], CALENDARS | {N2: night}, warn_at=0.75)
    assert [(one.kind, one.due_at) for one in found] == [
        (RESPONSE, at("2026-03-23 13:00")),
        (RESOLUTION, at("2026-03-24 09:00")),
        (N2, at("2026-03-23 20:00")),
    ]
    assert [one.kind for one in clocks(events[:1], TARGETS[1], CALENDARS, warn_at=0.75)] == [RESPONSE, RESOLUTION]


@pytest.mark.parametrize(
    ("kinds", "party"),
    [
        ((E.OPENED,), Party.TEAM),
        ((E.OPENED, E.WAITING), Party.REQUESTER),
        ((E.OPENED, E.WAITING, E.RESUMED), Party.TEAM),
        ((E.OPENED, E.ESCALATED), Party.N2),
        ((E.OPENED, E.WAITING, E.ESCALATED), Party.N2),
        ((E.OPENED, E.ESCALATED, E.WAITING), Party.REQUESTER),
        ((E.OPENED, E.ESCALATED, E.RETURNED), Party.TEAM),
    ],
)
def test_who_has_the_case(kinds: Sequence[EventKind], party: Party) -> None:
    assert whose_turn([Event(at(f"2026-03-23 {9 + n:02}:00"), kind) for n, kind in enumerate(kinds)]) is party


def test_until_when_a_reply_re_opens() -> None:
    opened, closed, again = history(("23 09:00", E.OPENED), ("24 09:00", E.CLOSED), ("25 09:00", E.REOPENED))
    assert reopens_until([opened], 30) is None
    assert reopens_until([opened, closed], 30) == closed.at + timedelta(days=30)
    assert reopens_until([opened, closed, again], 30) is None
    assert reopens_until([opened, closed, again, Event(again.at + hours(2), E.CLOSED)], 1) == again.at + hours(26)


EVENTS = st.lists(
    st.builds(
        Event,
        st.datetimes(datetime(2026, 3, 23), datetime(2026, 4, 20), timezones=st.just(UTC)),  # noqa: DTZ001
        st.sampled_from(EventKind),
    ),
    max_size=12,
    unique_by=lambda event: event.at,
)
ALLOWED = st.timedeltas(timedelta(minutes=1), timedelta(hours=60))
KIND = st.sampled_from(ClockKind)
NOW = at("2026-04-25 12:00")


def of(kind: ClockKind, events: Sequence[Event], allowed: timedelta) -> Clock:
    return clock(kind, events, allowed, CALENDAR, warn_at=0.75)


@given(KIND, EVENTS, ALLOWED, st.randoms())
def test_the_order_in_which_events_are_told_does_not_matter(kind, events, allowed, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(events)
    random.shuffle(shuffled)
    assert of(kind, events, allowed) == of(kind, shuffled, allowed)


@given(KIND, EVENTS, ALLOWED)
def test_an_event_told_twice_changes_nothing(kind: ClockKind, events: list[Event], allowed: timedelta) -> None:
    assert of(kind, events + events[:1], allowed) == of(kind, events, allowed)


@given(KIND, EVENTS, ALLOWED)
def test_runs_are_apart_and_only_the_last_is_open(kind: ClockKind, events: list[Event], allowed: timedelta) -> None:
    found = of(kind, events, allowed)
    assert all(first.end is not None and first.end <= second.begin for first, second in pairwise(found.runs))
    assert (found.state is State.RUNNING) == any(run.end is None for run in found.runs)
    assert (found.state is State.IDLE) == (not found.runs)


@given(KIND, EVENTS, ALLOWED)
def test_used_is_exactly_what_was_allowed_when_it_runs_out(
    kind: ClockKind, events: list[Event], allowed: timedelta
) -> None:
    found = of(kind, events, allowed)
    if found.due_at:
        told = [event for event in events if event.at <= found.due_at]
        assert of(kind, told, allowed).remaining(CALENDAR, found.due_at) == NOTHING
        assert found.warn_at is not None
        assert found.warn_at <= found.due_at
    else:
        assert found.remaining(CALENDAR, NOW) >= NOTHING


@given(EVENTS, ALLOWED)
def test_pauses_never_bring_the_solution_nearer(events: list[Event], allowed: timedelta) -> None:
    kept = [event for event in events if event.kind not in (E.WAITING, E.CLOSED, E.REOPENED)]
    without, with_pauses = of(RESOLUTION, kept, allowed), of(RESOLUTION, events, allowed)
    if with_pauses.due_at:
        assert without.due_at is not None
        assert without.due_at <= with_pauses.due_at


@given(KIND, EVENTS, ALLOWED, ALLOWED)
def test_more_time_is_never_due_earlier(kind: ClockKind, events: list[Event], a: timedelta, b: timedelta) -> None:
    short, long = of(kind, events, min(a, b)), of(kind, events, max(a, b))
    if long.due_at:
        assert short.due_at is not None
        assert short.due_at <= long.due_at


@given(st.datetimes(datetime(2026, 3, 27, 8), datetime(2026, 3, 30, 16), timezones=st.just(UTC)), ALLOWED)  # noqa: DTZ001
def test_a_pause_over_the_weekend_costs_nothing(waiting_since: datetime, allowed: timedelta) -> None:
    """Whoever asks on Friday evening and hears on Sunday is due when it had been without the question."""
    friday, sunday = at("2026-03-27 17:00"), at("2026-03-29 12:00")
    opened = Event(at("2026-03-26 09:00"), E.OPENED)
    pause = [Event(max(friday, min(waiting_since, sunday)), E.WAITING), Event(sunday, E.RESUMED)]
    plain, paused = of(RESOLUTION, [opened], allowed), of(RESOLUTION, [opened, *pause], allowed)
    assert plain.used(CALENDAR, NOW) == paused.used(CALENDAR, NOW)
    if plain.due_at != friday:
        assert plain.due_at == paused.due_at


@pytest.mark.parametrize(
    ("allowed", "more", "expected"),
    [
        (4, (), "23 11:00"),
        (1, (), "23 10:00"),
        (4, (("23 10:30", E.ANSWERED),), None),
        (4, (("23 11:30", E.ANSWERED),), "23 11:00"),
        (4, (("23 10:30", E.CLOSED), ("24 09:00", E.REOPENED)), "24 13:00"),
    ],
)
def test_what_a_receipt_promised_is_no_later_for_a_target_that_was_corrected(
    allowed: float, more: tuple[tuple[str, EventKind], ...], expected: str | None
) -> None:
    """The receipt of nine o'clock said eleven. An earlier target moves it, an answer ends it, a re-opening too."""
    opened = Event(at("2026-03-23 09:00"), E.OPENED, promised_at=at("2026-03-23 11:00"))
    found = clock(RESPONSE, [opened, *history(*more)], hours(allowed), CALENDAR, 0.75)
    assert found.due_at == (at(f"2026-03-{expected}") if expected else None)
    assert found.warn_at is None or found.due_at is None or found.warn_at <= found.due_at


def test_a_promise_is_about_the_first_answer_alone() -> None:
    opened = Event(at("2026-03-23 09:00"), E.OPENED, promised_at=at("2026-03-23 11:00"))
    assert clock(RESOLUTION, [opened], hours(17), CALENDAR).due_at == at("2026-03-25 09:00")
