"""What the lines of a timeline are to the clocks, and what ends a silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.alarms import AlarmKind
from cases.case import EntryKind
from cases.clock import always
from cases.due import ClockKind, EventKind
from cases.priority import Priority
from cases.targets import Target
from cases.timers import Timers, events, timers
from ingest.voice.callbacks import Step
from tests.cases.values import PROFILE

OPENED = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
TARGET = Target(priority=Priority.P3, response_hours=8, resolution_hours=4000, n2_hours=4000)
CALENDARS = dict.fromkeys(ClockKind, always("Europe/Brussels"))


@dataclass(frozen=True)
class Line:
    kind: str
    at: datetime = OPENED + timedelta(hours=1)
    data: Mapping[str, Any] = field(default_factory=dict)


def computed(*lines: Line) -> Timers:
    return timers(events(OPENED, lines), TARGET, CALENDARS, PROFILE, (OPENED, ()))


def silence(*lines: Line) -> datetime | None:
    """When the silence is broken that begins with the last of these lines."""
    found = timers(events(OPENED, lines), TARGET, CALENDARS, PROFILE, (OPENED + timedelta(days=40), ()))
    return next((one.at for one in found.to_say if one.kind is AlarmKind.SILENCE), None)


@pytest.mark.parametrize(
    ("line", "answered"),
    [
        (Line(EntryKind.ANSWERED), True),
        (Line(EntryKind.CALL, data={"result": "answered"}), True),
        (Line(EntryKind.CALL, data={"result": "missed"}), False),
        (Line(EntryKind.LOGGED, data={"outcome": "open"}), True),
        (Line(EntryKind.NOTE), False),
        *((Line(EntryKind.CALLBACK, data={"step": one}), one in (Step.REACHED, Step.SETTLED)) for one in Step),
    ],
)
def test_who_was_spoken_to_has_been_answered(line: Line, answered: bool) -> None:
    assert (computed(line).due_at(ClockKind.RESPONSE) is None) is answered


def test_a_call_that_solved_it_has_closed_the_case() -> None:
    kinds = [one.kind for one in events(OPENED, [Line(EntryKind.LOGGED, data={"outcome": "solved"})])]
    assert kinds == [EventKind.OPENED, EventKind.ANSWERED, EventKind.CLOSED]


@pytest.mark.parametrize("automatic", [True, False])
def test_a_late_mail_of_the_second_level_does_not_end_the_requester_s_silence(automatic: bool) -> None:
    waiting = Line(EntryKind.WAITING, data={"days": 3})
    late = Line(EntryKind.N2_WROTE, OPENED + timedelta(days=2), {"automatic": automatic})
    assert silence(waiting, late) == waiting.at + timedelta(days=3)


@pytest.mark.parametrize(("automatic", "since"), [(True, timedelta(hours=1)), (False, timedelta(days=2))])
def test_a_person_of_the_second_level_ends_its_silence_and_a_machine_does_not(
    automatic: bool, since: timedelta
) -> None:
    wrote = Line(EntryKind.N2_WROTE, OPENED + timedelta(days=2), {"automatic": automatic})
    assert silence(Line(EntryKind.ESCALATED), wrote) == OPENED + since + timedelta(days=15)


HISTORY = Line(EntryKind.ROUTED, OPENED, {"history": True})


@pytest.mark.parametrize("kind", [EntryKind.NOTE, EntryKind.ASSIGNED, EntryKind.ANSWERED])
def test_what_is_history_has_no_clocks(kind: EntryKind) -> None:
    assert computed(HISTORY, Line(kind)).clocks == ()


def test_history_begins_with_the_first_that_is_asked() -> None:
    wrote = Line(EntryKind.WROTE, OPENED + timedelta(days=200))
    found = computed(HISTORY, wrote)
    assert found.due_at(ClockKind.RESPONSE) == wrote.at + timedelta(hours=8)
