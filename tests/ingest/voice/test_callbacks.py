"""When callbacks are due, and what a request opens or amends. 2026-03-24 is a Tuesday."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.case import EntryKind
from cases.clock import Calendar
from cases.hours import Hours
from ingest.voice.callbacks import Now, Wanted, first_try, next_try, promised_by, request
from tests.ingest.voice.phone import Telephone

BRUSSELS = ZoneInfo("Europe/Brussels")
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Calendar(Hours(week=dict.fromkeys(DAYS, ("08:30-17:00",))), "Europe/Brussels", lambda day: False)
COMMUNE = Calendar(
    Hours(week=dict.fromkeys(DAYS, ("09:30-11:30", "14:00-16:30"))), "Europe/Brussels", lambda day: False
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("calendar", "slot", "now", "due"),
    [
        (OFFICE, "soon", "24T10:00", "24T10:00"),
        (OFFICE, "soon", "24T19:00", "25T08:30"),
        (OFFICE, "soon", "27T17:00", "30T08:30"),
        (OFFICE, "morning", "24T07:00", "24T08:30"),
        (OFFICE, "morning", "24T13:00", "25T08:30"),
        (OFFICE, "afternoon", "24T09:00", "24T12:00"),
        (OFFICE, "afternoon", "24T18:00", "25T12:00"),
        (COMMUNE, "soon", "24T12:00", "24T14:00"),
        (COMMUNE, "afternoon", "24T10:00", "24T14:00"),
        (COMMUNE, "morning", "27T15:00", "30T09:30"),
        (OFFICE, "whenever", "24T10:00", "24T10:00"),
    ],
)
def test_a_callback_is_due_in_the_slot_that_was_wished(calendar: Calendar, slot: str, now: str, due: str) -> None:
    assert first_try(calendar, slot, at(now)) == at(due)


@pytest.mark.parametrize(
    ("calendar", "now", "promised"),
    [
        (OFFICE, "24T10:00", "25T17:00"),
        (OFFICE, "24T23:30", "25T17:00"),
        (OFFICE, "27T10:00", "30T17:00"),
        (OFFICE, "28T10:00", "30T17:00"),
        (COMMUNE, "24T08:00", "25T16:30"),
    ],
)
def test_the_promise_is_the_end_of_the_next_working_day(calendar: Calendar, now: str, promised: str) -> None:
    assert promised_by(calendar, at(now)) == at(promised)


@pytest.mark.parametrize(
    ("tries", "now", "again"),
    [
        (1, "24T10:00", "24T12:00"),
        (1, "24T16:00", "25T08:30"),
        (2, "24T12:00", "25T08:30"),
        (2, "27T12:00", "30T08:30"),
    ],
)
def test_the_second_try_comes_two_hours_later_the_third_next_morning(tries: int, now: str, again: str) -> None:
    assert next_try(OFFICE, tries, at(now)) == at(again)


def test_after_three_tries_nobody_is_called_again() -> None:
    assert next_try(OFFICE, 3, at("24T10:00")) is None


@pytest.mark.parametrize("calendar", [Calendar(Hours(week={}), "Europe/Brussels", lambda day: False)])
def test_a_line_that_never_opens_still_gives_a_moment(calendar: Calendar) -> None:
    now = at("24T10:00")
    assert first_try(calendar, "morning", now) == now
    assert promised_by(calendar, now) > now


def ask(telephone: Telephone, sid: str, slot: str = "soon", **changed: str) -> int:
    telephone.ring(sid=sid)
    telephone.keys("1", sid)  # French
    call = telephone.call(sid)
    with telephone.store.transaction("test") as tx:
        [case_id] = tx.cases.reserve(2026, 1)
        tx.cases.add([case_row(case_id)])
        wanted = {"number": "+32470001234", "tool": "notice", "line": "1718", "lang": "fr", "slot": slot} | changed
        now = Now(datetime(2026, 3, 24, 9, 5, tzinfo=UTC), at("24T10:05"))
        return request(tx, Wanted(call_id=call.id, case_id=case_id, arrived_at=call.started_at, **wanted), OFFICE, now)


def case_row(identity: int) -> dict[str, object]:
    words = ("source", "subject", "category", "motif", "tool", "scope", "requester", "submitter", "requester_name")
    return dict.fromkeys(words, "") | {
        "id": identity,
        "number": f"MPA-26-{identity % 1000:05d}",
        "status": "new",
        "channel": "phone",
        "lang": "fr",
        "review": True,
        "tags": {},
        "flags": [],
        "opened_at": at("24T10:05"),
        "touched_at": at("24T10:05"),
    }


def test_asked_again_it_is_the_same_callback_with_the_new_hour_and_the_old_place(telephone: Telephone) -> None:
    first = ask(telephone, "CA1")
    telephone.later(minutes=30)
    assert ask(telephone, "CA2", slot="afternoon") == first
    row = telephone.callback("CA1")
    assert (row.slot, row.call_at, row.arrived_at) == ("afternoon", at("24T12:00"), telephone.call("CA1").started_at)
    assert telephone.callback("CA2") is None


def test_each_case_says_that_it_was_asked_for(telephone: Telephone) -> None:
    ask(telephone, "CA1")
    identity = telephone.callback("CA1").case_id
    ask(telephone, "CA2", slot="morning")
    entries = telephone.read(lambda tx: tx.cases.entries(identity))
    told = [(entry.kind, entry.data["step"], entry.data["slot"]) for entry in entries]
    assert told == [(EntryKind.CALLBACK, "asked", "soon"), (EntryKind.CALLBACK, "asked_again", "morning")]


def test_another_tool_or_number_is_another_callback(telephone: Telephone) -> None:
    ids = {
        ask(telephone, "CA1"),
        ask(telephone, "CA2", tool="twice"),
        ask(telephone, "CA3", number="+32470001235"),
    }
    assert len(ids) == 3
