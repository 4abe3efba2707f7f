"""Figures out of real calls' events: they agree with the calls' rows, whatever the order in which they were told."""

from datetime import timedelta

import pytest

from app import holidays
from cases.figures import CallRecord, Try, Window
from ingest.voice.attempts import Attempts
from ingest.voice.event import LeftQueue, Waits
from ingest.voice.legs import Heard, Legs
from ingest.voice.provider import Outcome
from ingest.voice.records import records
from ingest.voice.reporting import ALL, Reporting
from tests.ingest.voice.phone import CALLER, GERMAN_LINE, OPEN, Telephone
from tests.ingest.voice.test_calls import ROADS, call


def reporting(telephone: Telephone) -> Reporting:
    calendars = {name: holidays.calendar(telephone.profile, name) for name in telephone.profile.hours}
    return Reporting(telephone.store, telephone.profile, calendars)


def told(telephone: Telephone) -> list[CallRecord]:
    """The records of everything that was told."""
    with telephone.store.reading() as tx:
        rows = list(tx.call_events.between(OPEN - timedelta(days=9), OPEN + timedelta(days=9)))
    return records(rows, lambda line, at: at + timedelta(days=1))


def window(telephone: Telephone) -> Window:
    return Window(OPEN - timedelta(hours=9), OPEN + timedelta(hours=14), telephone.now)


def figures(telephone: Telephone, line: str = ALL) -> dict[str, float | None]:
    return {one.name: one.value for one in reporting(telephone).figures(window(telephone))[line]}


@pytest.mark.parametrize("road", ROADS)
def test_the_events_tell_the_same_end_as_the_row(telephone: Telephone, road: str) -> None:
    call(telephone, road)
    row = telephone.call()
    [record] = told(telephone)
    assert (record.line, record.fate, record.started_at) == (row.line, row.result, row.started_at)
    assert (record.offered_at, record.answered_at, record.ended_at) == (
        row.chosen_at or row.queued_at,
        row.answered_at,
        row.ended_at,
    )
    assert (record.callback, record.person) == (row.state["callback"], row.person_key)


@pytest.mark.parametrize("road", ROADS)
def test_the_end_may_be_told_first(telephone: Telephone, road: str) -> None:
    telephone.ended(seconds=0)
    call(telephone, road)
    [record] = told(telephone)
    assert record.fate == telephone.call().result


def test_what_comes_after_the_end_counts(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.later(seconds=30)
    telephone.ended(seconds=30)
    assert told(telephone)[0].fate == "missed"
    telephone.recording(seconds=0, status="absent")
    assert told(telephone)[0].fate == "missed"
    telephone.later(seconds=5)
    telephone.answered()
    [record], row = told(telephone), telephone.call()
    assert record.fate == row.result == "answered"
    assert (record.answered_at, record.ended_at) == (row.answered_at, row.ended_at)


def test_the_wait_is_from_the_queue_to_the_joining(telephone: Telephone) -> None:
    telephone.ring()
    telephone.later(seconds=20)
    telephone.keys("1 2")
    telephone.later(seconds=12)
    telephone.does(Waits())
    telephone.later(seconds=12)
    telephone.answered()
    telephone.later(minutes=3)
    telephone.does(LeftQueue(answered=True))
    telephone.ended(seconds=224)
    found = figures(telephone)
    assert (found["offered"], found["answered"], found["mean_wait"], found["p90_wait"]) == (1, 1, 24.0, 24.0)
    assert figures(telephone, "1719")["offered"] == 0


def test_a_line_of_its_own_has_its_own_figures(telephone: Telephone) -> None:
    telephone.ring()
    telephone.ended()
    telephone.ring(called=GERMAN_LINE, sid="CA2")
    telephone.keys("2", sid="CA2")
    telephone.later(seconds=60)
    telephone.ended("CA2")
    assert figures(telephone, "1718")["offered"] == 0
    assert figures(telephone, "1719")["missed"] == figures(telephone)["missed"] == 1
    balance = reporting(telephone).balance(OPEN - timedelta(hours=1), OPEN + timedelta(hours=1))
    assert balance == {"1718": {"abandoned": 1}, "1719": {"missed": 1}}


def test_a_callback_is_told_by_the_legs_to_the_person(telephone: Telephone) -> None:
    call(telephone, "callback")
    [leg] = made_leg(telephone)
    ringing = legs(telephone)
    ringing.leg_for(Heard(leg_id=leg, call_sid="CA9"))
    telephone.later(hours=14)
    ringing.reached(Heard(leg_id=leg, call_sid="CA9"), Outcome.COMPLETED)
    [record] = told(telephone)
    assert record.callback == CALLER
    assert record.tries == (Try(telephone.now, reached=True),)
    found = figures(telephone)
    assert (found["callbacks"], found["callbacks_kept"], found["callbacks_reached"]) == (1, 1, 1)
    assert found["outside_hours"] == 1


def test_a_seat_that_hangs_up_first_tries_nobody(telephone: Telephone) -> None:
    call(telephone, "callback")
    [leg] = made_leg(telephone)
    legs(telephone).reached(Heard(leg_id=leg, call_sid="CA9"), Outcome.CANCELED)
    assert told(telephone)[0].tries == ()


def made_leg(telephone: Telephone) -> list[int]:
    """A leg for the call's callback, as the routing makes them."""
    row = telephone.callback()
    leg = {
        "key": "callback:1:1",
        "call_id": None,
        "callback_id": row.id,
        "number": "+3281001200",
        "label": "Anne",
        "line": "1718",
        "created_at": telephone.now,
        "due_at": telephone.now,
    }
    with telephone.store.transaction("test.leg") as tx:
        tx.legs.add_once([leg])
        return [one.id for one in tx.legs.running()]


def legs(telephone: Telephone) -> Legs:
    calls = telephone.calls
    attempts = Attempts(
        profile=calls.profile,
        signer=calls.signer,
        calendars=calls.calendars,
        clock=calls.clock,
        office_clock=calls.office_clock,
    )
    return Legs(provider=calls.provider, store=calls.store, profile=calls.profile, attempts=attempts, clock=calls.clock)


def test_a_call_that_goes_on_has_no_fate_yet(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    assert told(telephone)[0].fate == ""
    found = figures(telephone)
    assert (found["received"], found["offered"]) == (1, 0)
    balance = reporting(telephone).balance(OPEN - timedelta(hours=1), OPEN + timedelta(hours=1))
    assert balance == {"1718": {"": 1}}


def test_a_call_whose_beginning_is_lost_belongs_to_no_line(telephone: Telephone) -> None:
    telephone.ended()
    [record] = told(telephone)
    assert (record.line, record.fate) == ("", "")


def test_the_end_of_a_call_that_began_before_the_rows_is_no_call(telephone: Telephone) -> None:
    call(telephone, "missed")
    with telephone.store.reading() as tx:
        rows = [row for row in tx.call_events.between(OPEN, OPEN + timedelta(hours=1)) if row.kind == "status"]
    assert rows
    assert records(rows, lambda line, at: at) == []
