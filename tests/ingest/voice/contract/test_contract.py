"""What every driver does, whatever its provider speaks. The menu is the profile's own."""

import pytest

from tests.ingest.voice.contract.conftest import Service
from tests.ingest.voice.trouble import locked
from tests.promptly import promptly

LINE, GERMAN_LINE = "+3281001718", "+3287001719"
CALLER, OTHER = "+32470001234", "+32470005678"
EVENING = 9 * 3600


def test_a_caller_hears_the_menu_and_has_a_row(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    assert "bonjour" in caller.listen()
    row = service.call(caller.sid)
    assert (row.line, row.caller, row.ended_at) == ("1718", CALLER, None)


def test_lines_are_told_apart_by_the_number_that_was_called(service: Service) -> None:
    caller = service.driver.call(GERMAN_LINE, CALLER)
    row = service.call(caller.sid)
    assert (row.line, row.lang) == ("1719", "de")


def test_hidden_callers_have_no_number(service: Service) -> None:
    for written in service.driver.hidden:
        caller = service.driver.call(LINE, written)
        assert service.call(caller.sid).caller is None, written
        caller.hang_up()


def test_keys_choose_and_interrupt(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    row = service.call(caller.sid)
    assert (row.lang, row.tools, row.queued_at is not None) == ("fr", ["notice"], True)


def test_speech_chooses(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.say("néerlandais")
    service.driver.wait(3)
    assert service.call(caller.sid).lang == "nl"


def test_the_star_the_hash_and_nought_are_keys_like_others(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.listen()
    caller.press("1")
    first = caller.listen()
    caller.press("*")
    assert caller.listen() == first
    caller.press("#")
    caller.press("2600412#")
    assert service.call(caller.sid).state["keyed_case"] == "26-00412"
    caller.press("0")
    assert service.call(caller.sid).queued_at is not None


def test_silence_is_an_answer_and_leads_to_a_person(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    for _ in range(6):
        if service.call(caller.sid).queued_at:
            break
        caller.stay_silent()
    assert service.call(caller.sid).queued_at is not None


def test_who_waits_is_told_the_place_again_and_again(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    caller.listen()
    for _ in range(2):
        service.driver.wait(30)
        assert "position 1" in caller.listen()


def test_who_waits_may_ask_for_a_callback_by_key(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.driver.wait(5)
    caller.press("1")
    assert "4 7 0" in caller.listen()
    caller.press("11")
    callback = service.read(lambda tx: tx.callbacks.of_sid(service.name, caller.sid))
    assert (callback.number, callback.open) == (CALLER, True)


def test_who_waits_too_long_is_offered_one(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.driver.wait(150 + 40)
    caller.stay_silent()
    assert service.call(caller.sid).state["stage"] in ("offer", "patient")


def test_a_seat_gets_the_caller_who_came_first_and_the_moment_is_exact(service: Service) -> None:
    callers = [service.driver.call(LINE, number) for number in (CALLER, OTHER)]
    for caller in callers:
        caller.press("12")
        service.driver.wait(3)
    service.ring_seats()
    seat = service.driver.ringing()[0]
    service.driver.wait(2)
    seat.answer()
    began = service.driver.now()
    assert (callers[0].talks_with, callers[1].talks_with) == (seat.sid, "")
    row = service.call(callers[0].sid)
    assert (row.answered_at, row.answered_by) == (began, "Opérateur")
    service.driver.wait(60)
    seat.hang_up()
    caller = callers[0]
    caller.listen()
    service.driver.wait(30)
    assert (caller.ended, service.call(caller.sid).result) == (True, "answered")
    leg = service.read(lambda tx: tx.legs.of([row.id], []))[0]
    assert leg.outcome == "completed"


def test_a_seat_that_does_not_answer_is_told_of(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.ring_seats()
    service.driver.wait(25)
    legs = service.read(lambda tx: tx.legs.of([service.call(caller.sid).id], []))
    assert [leg.outcome for leg in legs] == ["no-answer"]


def test_a_promised_call_rings_the_seat_first_and_then_the_person(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.driver.wait(5)
    caller.press("111")
    caller.listen()
    caller.hang_up()
    service.driver.wait(30)
    service.ring_seats()
    seat = service.driver.ringing()[0]
    seat.answer()
    service.driver.wait(1)
    person = service.driver.ringing()[0]
    person.answer()
    assert person.talks_with == seat.sid
    service.driver.wait(30)
    person.hang_up()
    service.driver.wait(5)
    callback = service.read(lambda tx: tx.callbacks.of_sid(service.name, caller.sid))
    assert (callback.open, callback.outcome, callback.tries) == (False, "reached", 1)


@pytest.mark.parametrize("end", ["#", "hangup"])
def test_a_message_is_kept_however_it_ends(service: Service, end: str) -> None:
    service.driver.wait(EVENING)
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    caller.press("2")
    caller.leave_message(7, end)
    service.driver.wait(30)
    (recording,) = service.read(lambda tx: tx.recordings.of_case(service.call(caller.sid).case_id))
    assert (recording.seconds, service.call(caller.sid).result) == (7, "voicemail")
    [seen] = service.driver.provider.recordings_since(service.driver.now().replace(hour=0))
    assert (seen.recording_sid, seen.call_sid) == (recording.recording_sid, caller.sid)
    assert service.driver.provider.recording(seen.recording_sid).body.startswith(b"RIFF")
    service.driver.provider.forget(seen.recording_sid)
    assert not service.driver.provider.recordings_since(service.driver.now().replace(hour=0))


def test_a_message_without_a_word_does_not_end_the_call_in_nothing(service: Service) -> None:
    service.driver.wait(EVENING)
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    caller.press("2")
    for _ in range(2):
        caller.listen()
        caller.stay_silent()
    caller.listen()
    service.driver.wait(60)
    assert caller.ended
    assert service.call(caller.sid).result != "voicemail"


@pytest.mark.parametrize(("keys", "result"), [("", "abandoned"), ("1", "abandoned"), ("12", "missed")])
def test_the_end_is_told_wherever_the_caller_leaves(service: Service, keys: str, result: str) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press(keys)
    service.driver.wait(20)
    caller.hang_up()
    row = service.call(caller.sid)
    assert (row.result, row.ended_at) == (result, service.driver.now())
    seen = service.driver.provider.call(caller.sid)
    assert (seen.called, seen.caller_raw, str(seen.standing.outcome)) == (LINE, CALLER, "completed")


def test_every_request_may_come_again_and_at_once(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.ring_seats()
    service.driver.ringing()[0].answer()
    assert service.driver.repeat() == 0
    caller.hang_up()
    service.driver.wait(30)
    before = service.call(caller.sid), len(service.events(caller.sid))
    service.driver.repeat()
    assert (service.call(caller.sid), len(service.events(caller.sid))) == before


def test_nobody_else_is_believed(service: Service) -> None:
    caller = service.driver.call(LINE, CALLER)
    caller.press("12")
    service.driver.wait(10)
    before = service.call(caller.sid), len(service.events(caller.sid))
    assert service.driver.forge() == 0
    assert (service.call(caller.sid), len(service.events(caller.sid))) == before


@pytest.mark.complains
def test_while_the_database_is_locked_a_message_can_be_left_and_is_found_later(service: Service) -> None:
    with locked(service.store):
        with promptly(2):
            caller = service.driver.call(LINE, CALLER)
        assert len(caller.listen()) > 40
        caller.leave_message(6)
        service.driver.wait(30)
    assert caller.ended
    since = service.driver.now().replace(hour=0)
    assert [one.call_sid for one in service.driver.provider.calls_since(since)] == [caller.sid]
    assert [one.seconds for one in service.driver.provider.recordings_since(since)] == [6]
