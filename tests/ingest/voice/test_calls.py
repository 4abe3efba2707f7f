"""What becomes of calls, whatever the order and the number of the provider's requests."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest
import structlog

from cases.case import EntryKind
from ingest.voice.calls import CallFailedError
from ingest.voice.event import Event, HangUp, LeaveQueue, LeftQueue, Listen, Recorded, Silence, Speak, Wait, Waits
from store.seats import By
from tests.ingest.voice.phone import CALLER, CLOSED, GERMAN_LINE, SID, Telephone

HUNG_UP = (HangUp(),)
ROADS = ("missed", "answered", "voicemail", "callback", "abandoned", "deflected", "fallback")


def call(telephone: Telephone, road: str) -> None:
    """One whole call that ends so."""
    telephone.now = CLOSED if road in ("voicemail", "callback") else telephone.now
    telephone.ring()
    if road == "deflected":
        telephone.says("français")
        telephone.says("ma déclaration fiscale")
    elif road == "fallback":
        telephone.recording()
    elif road != "abandoned":
        telephone.keys("1 2")
    if road == "answered":
        telephone.does(Waits())
        telephone.answered()
        telephone.does(LeftQueue(answered=True))
    elif road == "voicemail":
        telephone.keys("2")
        telephone.leaves_message()
        telephone.recording()
    elif road == "callback":
        telephone.keys("1 1 2")
    telephone.ended()


@pytest.mark.parametrize("road", ROADS)
def test_every_request_twice_and_all_of_them_again_is_one_call(telephone: Telephone, road: str) -> None:
    call(telephone, road)
    first = [request() for request in telephone.requests]
    seen = everything(telephone)
    assert [request() for request in reversed(telephone.requests)] == first[::-1]
    assert everything(telephone) == seen
    assert len(telephone.cases()) == 1
    assert telephone.call().result == {"fallback": "voicemail"}.get(road, road)


@pytest.mark.parametrize("road", ROADS)
def test_every_request_four_times_at_once_is_one_call(telephone: Telephone, road: str) -> None:
    def at_once(request: object) -> object:
        with ThreadPoolExecutor(4) as pool:
            answers = [one.result() for one in [pool.submit(request) for _ in range(4)]]  # type: ignore[arg-type]
        assert answers == answers[:1] * 4
        return answers[0]

    telephone.through = at_once
    call(telephone, road)
    assert len(telephone.cases()) == 1
    assert len(telephone.events()) == len(telephone.requests)
    assert telephone.call().result == {"fallback": "voicemail"}.get(road, road)


def everything(telephone: Telephone) -> object:
    """What is stored about the one call."""
    return (
        tuple(telephone.call()),
        tuple(telephone.case()),
        [tuple(row) for rows in (telephone.entries(), telephone.outbound(), telephone.events()) for row in rows],
        tuple(telephone.callback() or ()),
    )


@pytest.mark.parametrize("road", ROADS)
def test_the_end_may_be_told_before_anything_else(telephone: Telephone, road: str) -> None:
    telephone.ended()
    assert [row.kind for row in telephone.events()] == ["status"]
    call(telephone, "abandoned")
    assert telephone.reply is not None
    assert telephone.reply.actions == HUNG_UP
    assert (telephone.call().result, telephone.case().status) == ("abandoned", "closed")


def test_a_recording_may_come_before_the_step_that_tells_of_it(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.recording()
    telephone.leaves_message(hung_up=True)
    telephone.ended()
    kinds = [row.kind for row in telephone.entries()]
    assert (telephone.call().result, kinds.count(EntryKind.VOICEMAIL)) == ("voicemail", 1)


def test_a_recording_and_its_step_may_come_after_the_end(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.ended()
    assert (telephone.call().result, telephone.case().flags) == ("missed", ["missed_call"])
    assert telephone.leaves_message(hung_up=True).actions == HUNG_UP
    telephone.recording()
    assert (telephone.call().result, telephone.case().flags) == ("voicemail", ["voicemail"])
    assert len(telephone.outbound()) == 1


def test_a_recording_may_come_before_its_call_and_finds_its_case(telephone: Telephone) -> None:
    telephone.recording()
    telephone.ring()
    telephone.ended()
    [sound] = telephone.read(lambda tx: tx.recordings.of_case(telephone.case().id))
    assert (sound.recording_sid, telephone.call().result) == (f"RE{SID}", "voicemail")


def test_an_empty_recording_is_no_message(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 2")
    telephone.does(Recorded(0, hung_up=True))
    telephone.recording(0, status="absent")
    telephone.ended()
    assert telephone.call().result == "missed"


def test_the_answer_may_be_told_after_the_end(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.ended()
    telephone.later(seconds=3)
    telephone.answered()
    row = telephone.call()
    assert (row.result, row.answered_at, telephone.case().status) == ("answered", row.ended_at, "open")
    assert telephone.case().flags == []


def test_a_stale_step_is_answered_with_where_the_call_is_now(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1")
    now = telephone.keys("2")
    stale = telephone.calls.step(SID, 0, Silence(), {}, "another key")
    assert stale == now
    assert telephone.call().step == now.step


def test_a_step_of_a_call_that_has_ended_hangs_up(telephone: Telephone) -> None:
    telephone.ring()
    telephone.ended()
    assert telephone.keys("1").actions == HUNG_UP
    assert telephone.call().result == "abandoned"


def test_what_is_told_of_calls_that_nobody_has_seen_is_kept(telephone: Telephone) -> None:
    with pytest.raises(CallFailedError):
        telephone.keys("1")
    telephone.answered()
    telephone.recording()
    telephone.ended()
    assert [row.kind for row in telephone.events()] == ["step", "answered", "recording", "status"]
    assert telephone.cases() == []


def test_a_case_is_open_as_soon_as_the_caller_has_chosen(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1")
    assert telephone.call().case_id is None
    telephone.keys("3")
    case = telephone.case()
    assert (case.channel, case.source, case.status, case.phone) == ("phone", "1718", "new", CALLER)
    assert (case.lang, case.tool, case.review) == ("fr", "aucun", True)
    assert case.tags["candidates"] == ["twice", "gesper"]
    assert [(row.kind, row.data.get("result")) for row in telephone.entries()] == [("routed", None), ("call", "")]


def test_the_language_of_a_line_and_a_tool_that_is_said(telephone: Telephone) -> None:
    telephone.ring(called=GERMAN_LINE)
    telephone.says("TWICE")
    case = telephone.case()
    assert (case.source, case.lang, case.tool) == ("1719", "de", "twice")


def test_a_number_that_is_none_of_ours_is_the_first_line(telephone: Telephone) -> None:
    telephone.ring(called="+3280000000")
    assert telephone.call().line == "1718"


@pytest.mark.parametrize("caller", ["anonymous", "Restricted", "", "+266696687", "sip:a@example.org", "\x00" * 300])
def test_a_hidden_caller_is_nobody(telephone: Telephone, caller: str) -> None:
    telephone.ring(caller)
    telephone.keys("1 2")
    telephone.ended()
    assert (telephone.call().caller, telephone.case().phone, telephone.case().person_key) == (None, None, None)


def test_who_hangs_up_before_a_choice_leaves_a_closed_case(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1")
    telephone.ended()
    row, case = telephone.call(), telephone.case()
    assert (row.result, row.left_at_node, case.status) == ("abandoned", "tool", "closed")
    assert case.closed_at == row.ended_at
    assert telephone.outbound() == []


def test_who_hangs_up_on_the_banner_is_deflected(telephone: Telephone) -> None:
    with telephone.store.transaction("test.banner") as tx:
        texts = {"fr": "Mon Espace est en panne."}
        told = {"starts_at": telephone.now, "ends_at": None, "made_at": telephone.now, "made_by": "x"}
        tx.banners.start({"line": "", "texts": texts, **told})
    telephone.ring()
    telephone.keys("1")
    telephone.ended()
    assert (telephone.call().result, telephone.case().status) == ("deflected", "closed")


def test_who_asked_for_a_person_in_spite_of_the_banner_was_missed(telephone: Telephone) -> None:
    with telephone.store.transaction("test.banner") as tx:
        told = {"starts_at": telephone.now, "ends_at": None, "made_at": telephone.now, "made_by": "x"}
        tx.banners.start({"line": "1718", "texts": {"fr": "En panne."}, **told})
    telephone.ring()
    telephone.keys("1 0")
    telephone.ended()
    assert telephone.call().result == "missed"


def test_an_answered_call_leaves_its_case_with_who_answered(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.later(seconds=9)
    telephone.answered()
    assert telephone.case().status == "open"
    telephone.later(seconds=30)
    telephone.does(LeftQueue(answered=False))
    telephone.ended(seconds=45)
    assert (telephone.call().result, telephone.case().status) == ("answered", "open")
    assert telephone.outbound() == []


def test_who_calls_again_and_is_answered_is_not_called_back(telephone: Telephone) -> None:
    call(telephone, "callback")
    assert telephone.callback().open
    telephone.later(hours=14)
    telephone.ring(sid="CA2")
    telephone.keys("1 2", sid="CA2")
    telephone.answered(sid="CA2")
    found = telephone.callback()
    assert (found.open, found.outcome) == (False, "settled")
    assert telephone.entries()[-1].data["step"] == "settled"
    answer = next(row.answer for row in telephone.events(sid="CA2") if row.kind == "answered")
    assert answer["settles"] == CALLER


def test_an_answer_about_another_tool_leaves_the_callback_open(telephone: Telephone) -> None:
    call(telephone, "callback")
    telephone.later(hours=14)
    telephone.ring(sid="CA2")
    telephone.keys("1 1", sid="CA2")
    telephone.answered(sid="CA2")
    assert telephone.callback().open


def test_a_callback_is_promised_once_with_its_hour(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 1 1")
    assert telephone.callback() is None
    telephone.keys("3")
    found = telephone.callback()
    assert (found.number, found.tool, found.slot, found.arrived_at) == (CALLER, "notice", "afternoon", CLOSED)
    telephone.ended()
    assert (telephone.call().result, telephone.case().flags) == ("callback", ["callback"])
    assert [row.kind for row in telephone.entries()].count(EntryKind.CALLBACK) == 1


def test_who_hangs_up_while_the_number_is_read_back_is_called_back(telephone: Telephone) -> None:
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 1")
    telephone.ended()
    assert (telephone.callback().number, telephone.callback().slot) == (CALLER, "soon")
    assert telephone.call().result == "callback"


def test_who_keys_1_as_somebody_picks_up_is_not_called_back(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    telephone.does(Waits())
    telephone.answered()
    telephone.keys("1")
    telephone.later(seconds=60)
    telephone.ended()
    assert (telephone.call().result, telephone.callback()) == ("answered", None)


@pytest.mark.parametrize("after", [(), (Silence(), Silence())])
def test_a_number_that_the_caller_refused_is_never_called(telephone: Telephone, after: tuple[Event, ...]) -> None:
    telephone.ring(caller="anonymous")
    telephone.keys("1 2 1")
    telephone.does(LeftQueue(answered=False))
    telephone.keys("0470001235 2")
    for event in after:
        telephone.does(event)
    telephone.ended()
    assert (telephone.call().result, telephone.callback()) == ("missed", None)


def test_leaving_the_queue_keeps_the_place_in_line(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    arrived = telephone.call().queued_at
    telephone.later(seconds=20)
    assert telephone.keys("1").actions == (LeaveQueue(),)
    telephone.does(LeftQueue(answered=False))
    row = telephone.call()
    assert (row.arrived_at, row.queued_at) == (arrived, None)
    assert telephone.read(lambda tx: tx.calls.waiting()) == []
    telephone.keys("1 1")
    assert telephone.callback().arrived_at == arrived


def test_who_goes_on_waiting_is_back_at_their_place(telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    arrived = telephone.call().queued_at
    telephone.later(seconds=151)
    assert telephone.does(Waits()).actions == (LeaveQueue(),)
    telephone.does(LeftQueue(answered=False))
    assert Wait() in telephone.does(Silence()).actions
    assert telephone.call().queued_at == arrived


def test_a_waiting_caller_is_told_place_and_wait(telephone: Telephone) -> None:
    for sid in ("CA8", "CA9", SID):
        telephone.ring(sid=sid)
        telephone.keys("1 2", sid)
        telephone.later(seconds=1)
    [action] = telephone.does(Waits()).actions
    assert isinstance(action, Listen)
    told = next(one for one in action.prompts if isinstance(one, Speak) and "position" in one.values)
    assert told.values == {"position": "3", "wait": "environ 3 minutes"}
    assert telephone.reply is not None
    assert telephone.reply.step == telephone.call().step == 3


def test_what_waits_is_woken_for(telephone: Telephone) -> None:
    woken: list[str] = []
    telephone.store.wake = woken.append  # type: ignore[assignment]
    telephone.ring()
    telephone.keys("1")
    assert woken == []
    telephone.keys("2")
    assert woken == ["leg"]


def test_what_fails_is_kept_and_may_be_tried_again(telephone: Telephone, monkeypatch: pytest.MonkeyPatch) -> None:
    telephone.ring()
    with monkeypatch.context() as broken, pytest.raises(CallFailedError):
        broken.setattr("ingest.voice.menu.step", lambda *_: 1 / 0)
        telephone.keys("1")
    assert [(row.key, row.answer is None) for row in telephone.events()] == [("started", False), ("step:1", True)]
    assert "ZeroDivisionError" in telephone.events()[-1].error
    telephone.keys("1")
    assert (telephone.call().state["lang"], telephone.events()[-1].error) == ("fr", None)


def test_a_fault_is_kept_without_the_values_that_a_database_names(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    telephone.ring()
    told = ValueError(f"Key (number)=({CALLER}) already exists.")
    with monkeypatch.context() as broken, pytest.raises(CallFailedError):
        broken.setattr("ingest.voice.menu.step", Mock(side_effect=told))
        telephone.keys("1")
    assert telephone.events()[-1].error == "ValueError: Key (number)=([phone]) already exists."


def test_no_log_names_the_caller(telephone: Telephone, monkeypatch: pytest.MonkeyPatch) -> None:
    with structlog.testing.capture_logs() as logs:
        telephone.ring(called="+3280000000")
        monkeypatch.setattr("ingest.voice.menu.step", lambda *_: int(CALLER.replace("+", "no ")))
        with pytest.raises(CallFailedError):
            telephone.keys("1")
    assert {one["event"] for one in logs} == {"line_unknown", "voice_request_failed"}
    assert CALLER[4:] not in str(logs)


def test_nobody_is_called_back_at_a_seat_of_the_directory_or_at_a_line(telephone: Telephone) -> None:
    with telephone.store.transaction("test") as tx:
        new = {"number": "+3281001899", "label": "New", "areas": [], "ring_order": 300, "active": True}
        tx.seats.add([new], By("lea", telephone.now))
    telephone.now = CLOSED
    telephone.ring()
    telephone.keys("1 2 1 2")
    for ours in ("081001899", "087001719"):
        [question] = telephone.keys(ours).actions
        assert isinstance(question, Listen)
        assert "callback_own_number" in [one.prompt for one in question.prompts if isinstance(one, Speak)]
        telephone.keys("081001234 2")
