"""Targets: the category's own or the general one; those that cannot be met are named."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from cases.clock import Calendar
from cases.hours import Hours
from cases.priority import Priority
from cases.targets import TARGETS, Reminders, Target, faults, target_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


REMINDERS = Reminders()


def never(_: date) -> bool:
    return False


def calendar(span: str) -> Calendar:
    return Calendar(Hours(week={"mon": (span,)}, holidays=""), "Europe/Brussels", never)


INCIDENTS = replace(TARGETS[0], category="incident", response_hours=0.5)
LATE = replace(TARGETS[0], category="incident", response_hours=5)


@pytest.mark.parametrize(
    ("priority", "category", "target"),
    [
        (Priority.P1, "incident", INCIDENTS),
        (Priority.P1, "requete", TARGETS[0]),
        (Priority.P1, "", TARGETS[0]),
        (Priority.P4, "incident", TARGETS[3]),
    ],
)
def test_a_categorys_own_target_goes_first(priority: Priority, category: str, target: Target) -> None:
    assert target_for((*TARGETS, INCIDENTS), priority, category) is target


def keys(*targets: Target, reminders: Reminders = REMINDERS, span: str = "08:30-17:00") -> list[str]:
    return [key for key, _, _ in faults(targets, reminders, {"incident"}, {"line": calendar(span)}, NOW)]


@pytest.mark.parametrize(
    ("targets", "key"),
    [
        ((*TARGETS, TARGETS[0]), "targets.4"),
        ((*TARGETS, replace(INCIDENTS, category="panne")), "targets.4.category"),
        ((*TARGETS, replace(INCIDENTS, n2_hours=0)), "targets.4.n2_hours"),
        ((*TARGETS, replace(INCIDENTS, n2_hours=-1)), "targets.4.n2_hours"),
        ((*TARGETS, replace(INCIDENTS, n2_hours=float("nan"))), "targets.4.n2_hours"),
        ((*TARGETS, replace(INCIDENTS, resolution_hours=float("inf"))), "targets.4.resolution_hours"),
        ((*TARGETS, LATE), "targets.4.response_hours"),
        (TARGETS[1:], "targets"),
    ],
)
def test_what_cannot_hold_is_named(targets: tuple[Target, ...], key: str) -> None:
    assert keys(*targets) == [key]


def test_a_target_that_the_hours_never_reach_is_named() -> None:
    """One minute a week is under nine hours in ten years."""
    found = keys(*TARGETS, span="08:30-08:31")
    assert found == ["targets.2.resolution_hours", "targets.3.response_hours"] + [
        f"targets.3.{field}" for field in ("resolution_hours", "n2_hours")
    ]


@pytest.mark.parametrize(
    ("reminders", "key"),
    [
        (Reminders(warn_at=0), "reminders.warn_at"),
        (Reminders(warn_at=75), "reminders.warn_at"),
        (Reminders(silence_days=0), "reminders.silence_days"),
    ],
)
def test_reminders_that_cannot_be_kept_are_named(reminders: Reminders, key: str) -> None:
    assert keys(*TARGETS, reminders=reminders) == [key]


def test_the_defaults_have_no_fault() -> None:
    assert keys(*TARGETS) == []


def test_a_profile_is_read_strictly() -> None:
    read = TypeAdapter(Target).validate_json
    assert read('{"priority": "P1", "response_hours": 1, "resolution_hours": 4, "n2_hours": 2}') == TARGETS[0]
    for wrong in (
        '{"priority": "P1"}',
        '{"priority": "P1", "response_hours": "1", "resolution_hours": 4, "n2_hours": 2}',
    ):
        with pytest.raises(ValidationError):
            read(wrong)
