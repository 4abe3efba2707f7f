"""What a case counts for on its day: solved in time or not, looked at or not, and what was known when."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.case import EntryKind
from cases.clock import Calendar
from cases.daily import SETTLES_AFTER, CaseFacts, Measured, counted, known_at, topic, working_day
from cases.hours import DAYS, Hours

BRUSSELS = ZoneInfo("Europe/Brussels")
MORNING = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
HOURS = Hours(week=dict.fromkeys(DAYS[:5], ("08:30-17:00",)))
LINE = Calendar(HOURS, "Europe/Brussels", lambda _: False)
LATER = MORNING + timedelta(days=9)
TAGS = {"tool": "notice", "motif": "acces", "scope": "in"}


@dataclass(frozen=True)
class Line:
    kind: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def line(kind: EntryKind, hours: float, **data: Any) -> Line:
    return Line(kind, MORNING + timedelta(hours=hours), data)


def facts(*lines: Line, channel: str = "email", priority: str = "P3", **tags: str) -> CaseFacts:
    named = {**TAGS, **tags}
    return CaseFacts(opened_at=MORNING, channel=channel, priority=priority, lines=lines, **named)


def names(*lines: Line, now: datetime = LATER, channel: str = "email") -> Counter[str]:
    return Counter(counted(facts(*lines, channel=channel), Measured(LINE, working_day(HOURS), now), BRUSSELS))


def electronic(*lines: Line, now: datetime = LATER) -> set[str]:
    return {name.removeprefix("electronic/") for name in names(*lines, now=now) if name.startswith("electronic/")}


ANSWERED, CLOSED = line(EntryKind.ANSWERED, 1), line(EntryKind.CLOSED, 1)


def test_a_case_counts_by_its_channel_hour_and_topic() -> None:
    found = names()
    expected = {"cases", "channel/email", "hour/10/email", "topic/notice/acces", "scope/in", "priority/P3"}
    assert found.keys() >= expected
    assert set(found.values()) == {1}


def test_a_request_is_solved_in_time_late_or_open() -> None:
    assert electronic(ANSWERED, CLOSED) == {"in_time", "solved", "one_answer"}
    assert electronic(line(EntryKind.CLOSED, 25)) == {"late", "solved", "one_answer"}
    assert electronic() == {"late"}
    assert electronic(now=MORNING + timedelta(hours=2)) == {"open"}


def test_the_very_end_of_the_working_day_is_in_time() -> None:
    assert "in_time" in electronic(line(EntryKind.CLOSED, 24))


def test_a_wait_for_the_requester_and_the_time_while_closed_are_left_out() -> None:
    waited = (line(EntryKind.WAITING, 1), line(EntryKind.RESUMED, 72), line(EntryKind.CLOSED, 73))
    assert "in_time" in electronic(*waited)
    again = (CLOSED, line(EntryKind.REOPENED, 72), line(EntryKind.CLOSED, 73))
    assert electronic(*again) == {"in_time", "solved"}


def test_what_took_more_than_one_answer_is_known_before_its_end() -> None:
    second = line(EntryKind.ANSWERED, 2)
    assert electronic(ANSWERED) == {"late"}
    assert electronic(ANSWERED, second) == {"late", "not_at_once"}
    assert electronic(line(EntryKind.ESCALATED, 1)) == {"late", "not_at_once"}
    assert electronic(ANSWERED, second, line(EntryKind.CLOSED, 3)) == {"in_time", "solved"}


def test_an_answer_that_was_taken_back_or_a_machine_gave_is_none() -> None:
    taken_back = line(EntryKind.RECALLED, 1.5, sent_at=ANSWERED.at.isoformat())
    once = (line(EntryKind.ANSWERED, 2), line(EntryKind.CLOSED, 2))
    assert "one_answer" in electronic(ANSWERED, taken_back, *once)
    assert "one_answer" in electronic(line(EntryKind.ANSWERED, 1, automatic=True), *once)
    assert "one_answer" not in electronic(ANSWERED, *once)


def test_what_was_read_in_as_history_is_no_request_of_that_day() -> None:
    history = line(EntryKind.ROUTED, 0, history=True)
    assert names(history, ANSWERED, CLOSED) == {"history": 1}
    assert topic(facts(history), LATER) == ""


def test_what_was_escalated_was_not_solved_by_the_first_answer() -> None:
    assert "one_answer" not in electronic(line(EntryKind.ESCALATED, 0.5), ANSWERED, CLOSED)


def test_history_merged_cases_and_calls_are_no_electronic_requests() -> None:
    assert not electronic(line(EntryKind.ROUTED, 0, history=True), CLOSED)
    assert not electronic(line(EntryKind.MERGED, 1))
    assert electronic(line(EntryKind.MERGED, 1), line(EntryKind.UNMERGED, 2)) == {"late"}
    assert "electronic" not in names(CLOSED, channel="phone")


def test_what_happens_after_the_counts_are_known_changes_nothing() -> None:
    end = MORNING + timedelta(days=1)
    assert known_at(end, LATER + SETTLES_AFTER) == end + SETTLES_AFTER
    known = end + SETTLES_AFTER
    late = [
        Line(EntryKind.REOPENED, known),
        Line(EntryKind.OVERDUE, known, {"about": "response"}),
        Line(EntryKind.TAGGED, known, {"shown": TAGS, "chosen": TAGS | {"motif": "incident"}, "undone": False}),
        Line(EntryKind.ASSESSED, known, {"before": "P3"}),
    ]
    before = names(ANSWERED, CLOSED, now=known)
    row = facts(ANSWERED, CLOSED, *late, motif="incident", priority="P1")
    assert Counter(counted(row, Measured(LINE, working_day(HOURS), known), BRUSSELS)) == before
    assert topic(row, known) == "topic/notice/acces"
    assert topic(row, known + timedelta(seconds=1)) == "topic/notice/incident"


def test_a_missed_target_counts_once_for_each_clock() -> None:
    found = names(*(line(EntryKind.OVERDUE, hour, about="response") for hour in (1, 2)))
    assert found["breach/response/P3"] == 1


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([], set()),
        ([("acces", False)], {"tagged/looked_at", "tagged/agreed"}),
        ([("incident", False)], {"tagged/looked_at", "tagged/changed", "tagged/changed/motif"}),
        ([("incident", False), ("acces", True)], set()),
    ],
)
def test_a_look_at_the_tags_confirms_or_corrects_until_it_is_taken_back(
    chosen: list[tuple[str, bool]], expected: set[str]
) -> None:
    lines = [
        line(EntryKind.TAGGED, 1, shown=TAGS, chosen=TAGS | {"motif": motif}, undone=undone) for motif, undone in chosen
    ]
    assert {name for name in names(*lines) if name.startswith("tagged/")} == expected


def test_a_working_day_is_as_long_as_the_week_has_it() -> None:
    assert working_day(HOURS) == timedelta(hours=8.5)
    assert working_day(Hours(week={"mon": ("09:30-11:30", "14:00-16:30"), "tue": ()})) == timedelta(hours=4.5)
    assert working_day(None) == working_day(Hours(week={})) == timedelta(days=1)
