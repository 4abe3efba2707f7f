"""What nobody told us is found out: ends, legs, whole calls and recordings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.errors import PermanentError, TransientError
from ingest.voice.aftermath import EVERY, OVERDUE, SETTLED, Aftermath
from ingest.voice.provider import Outcome, RecordingSeen, Standing
from tests.ingest.voice.exchange import seen
from tests.ingest.voice.phone import CALLER, CLOSED, OPEN, SID, Telephone
from tests.ingest.voice.test_dialling import Desk, wait


@pytest.fixture
def desk(telephone: Telephone) -> Desk:
    return Desk(telephone)


@pytest.fixture
def aftermath(desk: Desk) -> Aftermath:
    return again(desk)


def again(desk: Desk) -> Aftermath:
    """As a new process would have it."""
    return Aftermath(
        calls=desk.telephone.calls, legs=desk.legs, provider=desk.exchange, clock=lambda: desk.telephone.now
    )


def finished(sid: str = SID, outcome: Outcome = Outcome.COMPLETED, seconds: int = 40, **changed: object):
    return seen(sid, **({"standing": Standing(outcome=outcome, seconds=seconds)} | changed))


def test_a_call_whose_end_never_came_is_ended_as_the_provider_knows_it(desk: Desk, aftermath: Aftermath) -> None:
    wait(desk.telephone)
    desk.exchange.calls[SID] = finished()
    aftermath.process()
    assert desk.telephone.call().ended_at is None
    desk.telephone.later(seconds=OVERDUE.total_seconds() + 1)
    aftermath.process()
    assert (desk.telephone.call().result, desk.telephone.call().seconds) == ("missed", 40)


def test_a_call_that_goes_on_is_left_alone(desk: Desk, aftermath: Aftermath) -> None:
    wait(desk.telephone)
    desk.exchange.calls[SID] = seen(SID)
    desk.telephone.later(hours=1)
    aftermath.process()
    assert desk.telephone.call().ended_at is None


def test_a_call_that_the_provider_does_not_know_is_over_after_a_day(desk: Desk, aftermath: Aftermath) -> None:
    wait(desk.telephone)
    desk.telephone.later(hours=23)
    aftermath.process()
    assert desk.telephone.call().ended_at is None
    desk.telephone.later(hours=2)
    aftermath.process()
    assert desk.telephone.call().result == "missed"


def test_the_provider_is_asked_once_a_minute(desk: Desk, aftermath: Aftermath) -> None:
    aftermath.process()
    desk.exchange.faults["calls_since"] = [TransientError("asked too often")]
    aftermath.process()
    assert desk.exchange.faults["calls_since"]
    desk.telephone.later(seconds=EVERY.total_seconds())
    aftermath.process()
    assert not desk.exchange.faults["calls_since"]


def test_a_leg_of_which_nothing_is_heard_is_ended_as_the_provider_knows_it(desk: Desk, aftermath: Aftermath) -> None:
    wait(desk.telephone)
    desk.works()
    desk.exchange.ends("LEG1", Outcome.NO_ANSWER)
    desk.telephone.later(minutes=2)
    aftermath.process()
    assert (desk.row().outcome, desk.row().ended_at) == (Outcome.NO_ANSWER, desk.telephone.now)
    desk.works()
    assert len(desk.rung()) == 2


def test_a_leg_that_talks_is_left_alone(desk: Desk, aftermath: Aftermath) -> None:
    wait(desk.telephone)
    desk.works()
    desk.telephone.later(minutes=2)
    aftermath.process()
    assert desk.row().ended_at is None


def test_a_call_that_came_while_we_were_out_is_taken_in_at_its_own_time(desk: Desk, aftermath: Aftermath) -> None:
    desk.exchange.calls["CA9"] = finished("CA9", started_at=OPEN - timedelta(hours=20))
    aftermath.process()
    call = desk.telephone.call("CA9")
    assert (call.caller, call.started_at, call.line) == (CALLER, OPEN - timedelta(hours=20), "1718")
    assert call.ended_at == call.started_at + timedelta(seconds=40)
    assert desk.telephone.case("CA9").phone == CALLER


def test_it_is_taken_in_once_however_often_the_log_is_read(desk: Desk, aftermath: Aftermath) -> None:
    desk.exchange.calls["CA9"] = finished("CA9", started_at=OPEN - timedelta(hours=1))
    aftermath.process()
    again(desk).process()
    assert len(desk.telephone.cases()) == 1


def test_calls_that_have_just_begun_still_run_or_are_none_of_ours_are_left_alone(desk: Desk) -> None:
    long_ago = OPEN - timedelta(hours=1)
    desk.exchange.calls = {
        "A": finished("A", started_at=OPEN - SETTLED / 2),
        "B": seen("B", started_at=long_ago),
        "C": finished("C", started_at=long_ago, called="+3225551234"),
        "D": finished("D", started_at=long_ago, outgoing=True),
    }
    again(desk).process()
    assert [desk.telephone.call(sid) for sid in "ABCD"] == [None] * 4


def test_a_message_on_the_fallback_becomes_a_case(desk: Desk, aftermath: Aftermath) -> None:
    """The number's fallback address was asked: no call was seen, and the recording is told of, or is not."""
    start = CLOSED - timedelta(minutes=10)
    desk.telephone.now = CLOSED
    desk.exchange.calls[SID] = finished(started_at=start)
    desk.exchange.recordings = [RecordingSeen(recording_sid="RE1", call_sid=SID, seconds=12, recorded_at=start)]
    aftermath.process()
    assert desk.telephone.call().result == "voicemail"
    [row] = desk.telephone.read(lambda tx: tx.recordings.of_case(desk.telephone.case().id))
    assert (row.recording_sid, row.call_id) == ("RE1", desk.telephone.call().id)


def test_a_recording_that_came_by_itself_finds_its_call_at_once(desk: Desk, aftermath: Aftermath) -> None:
    aftermath.process()
    desk.telephone.recording()
    desk.exchange.calls[SID] = finished(started_at=OPEN - timedelta(minutes=1))
    aftermath.process()
    assert desk.telephone.call().result == "voicemail"


def test_whose_call_still_runs_is_asked_for_again_a_minute_later(desk: Desk, aftermath: Aftermath) -> None:
    desk.telephone.recording()
    desk.exchange.calls[SID] = seen(SID)
    aftermath.process()
    desk.exchange.faults["call"] = [PermanentError("asked too often")]
    aftermath.process()
    assert desk.exchange.faults["call"]
    desk.exchange.faults.clear()
    desk.exchange.calls[SID] = replace(finished(), started_at=OPEN)
    desk.telephone.later(seconds=EVERY.total_seconds())
    aftermath.process()
    assert desk.telephone.call().result == "voicemail"


def test_one_that_fails_does_not_hold_up_the_others(desk: Desk, aftermath: Aftermath) -> None:
    for sid in ("CA1", "CA2"):
        wait(desk.telephone, sid, CALLER if sid == "CA1" else "+32470001235")
        desk.exchange.calls[sid] = finished(sid)
    desk.telephone.later(seconds=OVERDUE.total_seconds() + 1)
    desk.exchange.faults["call"] = [TransientError("busy")]
    aftermath.process()
    assert sorted(desk.telephone.call(sid).ended_at is None for sid in ("CA1", "CA2")) == [False, True]


def test_while_the_log_cannot_be_read_nothing_is_lost(desk: Desk, aftermath: Aftermath) -> None:
    desk.exchange.calls["CA9"] = finished("CA9", started_at=OPEN - timedelta(hours=50))
    desk.exchange.faults["recordings_since"] = [TransientError("busy")]
    aftermath.process()
    assert desk.telephone.call("CA9") is None
    desk.telephone.later(seconds=EVERY.total_seconds())
    aftermath.process()
    assert desk.telephone.call("CA9") is not None


def test_the_end_of_a_call_that_was_told_first_is_kept_with_the_call(desk: Desk) -> None:
    desk.telephone.ended("CA9")
    desk.exchange.calls["CA9"] = finished("CA9", started_at=OPEN - timedelta(minutes=5))
    again(desk).process()
    assert desk.telephone.call("CA9").ended_at
    assert len(desk.telephone.cases()) == 1


def test_a_message_of_a_long_wait_is_found_though_its_call_is_older_than_what_is_read(
    desk: Desk, aftermath: Aftermath
) -> None:
    wait(desk.telephone)
    desk.exchange.calls[SID] = seen(SID)
    for _ in range(20):  # the line's own music, and a look each minute
        desk.telephone.later(minutes=1)
        aftermath.process()
    desk.exchange.recordings.append(
        RecordingSeen(recording_sid="RE1", call_sid=SID, seconds=9, recorded_at=desk.telephone.now)
    )
    desk.telephone.later(minutes=1)
    aftermath.process()
    assert desk.telephone.call().state["recorded"]
    assert desk.telephone.read(lambda tx: tx.recordings.known_sids("test", ["RE1"])) == {"RE1"}
