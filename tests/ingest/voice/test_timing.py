"""The clocks of a call's case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.case import Status
from cases.routing import Queue, Rule
from ingest.voice.event import Keyed
from ingest.voice.timing import moves
from store.tables import case as table
from tests.ingest.voice.phone import Telephone

DUE = ("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at")


def kinds(telephone: Telephone) -> list[str]:
    return [row.kind for row in telephone.entries()]


def due(telephone: Telephone) -> list[bool]:
    """Which clocks of the case run, and whether the sweep is to look at it."""
    return [getattr(telephone.case(), name) is not None for name in DUE]


def set_status(telephone: Telephone, case: Any, status: str, lines: tuple[str, ...]) -> None:
    """As a person would: the status, and the lines that the clocks read."""
    line = {"case_id": case.id, "at": telephone.now, "actor": "nora", "text": "", "data": {}}
    with telephone.store.transaction("test.status") as tx:
        tx.connection.execute(table.update().where(table.c.id == case.id).values(status=status))
        tx.cases.add_entries([{**line, "kind": kind} for kind in lines])


def test_a_call_s_case_begins_with_its_queue_and_its_clocks(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    case, [routed, _] = telephone.case(), telephone.entries()
    assert (case.priority, case.queue, due(telephone)) == ("P4", routed.data["queue"], [True, True, False, True])
    assert (routed.kind, routed.data["rule"]) == ("routed", case.routing["rule"])
    assert telephone.now < case.response_due_at


def test_nothing_is_passed_on_while_somebody_is_on_the_phone(telephone: Telephone) -> None:
    rule = Rule(name="all", queue=Queue.N2)
    telephone.profile = replace(telephone.profile, routing=replace(telephone.profile.routing, rules=(rule,)))
    telephone.ring()
    telephone.keys("1 2")
    assert (telephone.case().queue, telephone.case().routing["why"]) == ("supervisor", "no_second_level")
    assert telephone.case().status == "new"


def test_who_was_spoken_to_has_been_answered(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.answered()
    telephone.ended()
    assert (telephone.case().status, due(telephone)) == ("open", [False, True, False, True])


def test_who_was_missed_waits_for_an_answer(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.ended()
    assert (telephone.case().status, due(telephone)) == ("new", [True, True, False, True])


def test_who_hung_up_at_once_waits_for_nothing(telephone: Telephone) -> None:
    telephone.ring()
    telephone.ended()
    assert (telephone.case().status, due(telephone)) == ("closed", [False] * 4)
    assert kinds(telephone) == ["routed", "call", "closed"]


def test_a_message_that_comes_after_the_end_opens_the_case_again(telephone: Telephone) -> None:
    telephone.ring()
    telephone.ended()
    telephone.recording()
    assert (telephone.case().status, due(telephone)) == ("new", [True, True, False, True])
    assert [kind for kind in kinds(telephone) if kind != "call"][-1] == "reopened"


@pytest.mark.parametrize(
    ("status", "lines", "expected"),
    [("waiting", ("answered", "waiting"), "resumed"), ("closed", ("answered", "closed"), "reopened")],
)
def test_a_caller_who_keys_the_number_is_a_reply(
    telephone: Telephone, status: str, lines: tuple[str, ...], expected: str
) -> None:
    telephone.ring(sid="CA0")
    telephone.keys("1 2", "CA0")
    telephone.ended("CA0")
    case = telephone.case("CA0")
    set_status(telephone, case, status, lines)
    telephone.later(hours=1)
    telephone.ring()
    telephone.keys("1 #")
    telephone.does(Keyed(case.number.removeprefix("MPA-").replace("-", "")))
    telephone.keys("2")
    assert (telephone.case().id, telephone.case().status) == (case.id, "open")
    assert expected in kinds(telephone)
    assert telephone.case().resolution_due_at == case.resolution_due_at + timedelta(hours=1)
    telephone.answered()
    telephone.later(minutes=1)
    telephone.ended()
    assert due(telephone) == [False, True, False, True]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("new", Status.OPEN, []),
        ("new", Status.CLOSED, ["closed"]),
        ("closed", Status.CLOSED, []),
        ("closed", Status.NEW, ["reopened"]),
        ("waiting", Status.OPEN, ["resumed"]),
        ("escalated", Status.ESCALATED, []),
    ],
)
def test_the_line_that_says_a_change(before: str, after: Status, expected: list[str]) -> None:
    assert list(moves(before, after)) == expected
