"""The timeline by days, and what machines did in a row in one line."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from desk.composer.groups import days
from desk.timeline import Decision

AT = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")


def decision(minutes: int, word: str = "routed", actor: str = "") -> Decision:
    return Decision(at=AT + timedelta(minutes=minutes), word=word, actor=actor, id=minutes)


@given(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(["routed", "note", "overdue"]))))
def test_no_line_is_lost_and_none_moves(some: list[tuple[int, str]]) -> None:
    lines = [decision(minutes, word) for minutes, word in sorted(some)]
    found = days(lines, ZONE)
    assert [line for day in found for run in day.runs for line in run.lines] == lines
    assert [day.on for day in found] == sorted({line.at.astimezone(ZONE).date() for line in lines})


def test_what_machines_did_in_a_row_is_one_line() -> None:
    [day] = days([decision(0), decision(1, "assessed"), decision(2, "note", "nora"), decision(3)], ZONE)
    assert [(len(run.lines), run.folded) for run in day.runs] == [(2, True), (1, False), (1, False)]


def test_what_a_person_did_or_has_to_see_is_never_folded() -> None:
    [day] = days([decision(0, "routed", "nora"), decision(1, "overdue"), decision(2, "overdue")], ZONE)
    assert not any(run.folded for run in day.runs)


def test_a_day_is_the_service_s() -> None:
    late = Decision(at=datetime(2026, 3, 24, 23, 30, tzinfo=UTC), word="note")
    assert [day.on.day for day in days([decision(0), late], ZONE)] == [24, 25]
