"""A caller waits, somebody comes, they talk: who is told what, and when."""

import pytest

from app.demo.telephone.call import Call, Webhooks
from app.demo.telephone.provider import Person, Provider
from tests.app.demo.telephone.conftest import BASE, CALLER, LINE, STATUS, Service

SEAT = "+3281004321"
ENQUEUE = '<Response><Enqueue waitUrl="/wait" action="/left">call-1</Enqueue><Say>Plus loin.</Say></Response>'
WAIT = '<Response><Say>Vous êtes le prochain.</Say><Pause length="10"/></Response>'
OFFER = '<Response><Gather numDigits="1" timeout="10" action="/keyed"><Say>Un : un rappel.</Say></Gather></Response>'
DIAL = '<Response><Dial action="/dialled" timeout="5"><Queue url="/meet">call-1</Queue></Dial></Response>'
MEET = "<Response><Say>On vous répond.</Say></Response>"
HOOKS = Webhooks(
    f"{BASE}/leg", status=f"{BASE}/progress", events=frozenset({"initiated", "ringing", "answered", "completed"})
)
PROGRESS = "/progress"


@pytest.fixture
def waiting(provider: Provider, service: Service) -> Call:
    service.answer(incoming=ENQUEUE, wait=WAIT, left="<Response/>", leg=DIAL, meet=MEET)
    service.answer(dialled="<Response/>", progress="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.wait(1)
    return call


def leg(provider: Provider) -> Call:
    """A call to a seat, as the API asks for it."""
    call = provider.create(SEAT, LINE, HOOKS, timeout=20)
    provider.wait(0)
    return call


def test_the_waiting_document_is_asked_for_again_and_again(waiting: Call, service: Service) -> None:
    waiting.wait(40)
    assert service.paths.count("/wait") == 4
    fields = service.last("/wait")
    assert (fields["QueuePosition"], fields["CurrentQueueSize"]) == ("1", "1")
    assert 30 <= int(fields["QueueTime"]) <= 40


def test_who_hangs_up_while_waiting(waiting: Call, service: Service) -> None:
    waiting.wait(20)
    waiting.hang_up()
    assert service.paths[-2:] == ["/left", "/status"]
    fields = service.last("/left")
    assert (fields["QueueResult"], fields["QueueTime"], fields["CallStatus"]) == ("hangup", "21", "completed")


def test_hanging_up_may_be_called_an_error(waiting: Call, provider: Provider, service: Service) -> None:
    provider.queue_hangup = "system-error"
    other = provider.dial(LINE, "+32470005678")
    other.hang_up()
    assert service.last("/left")["QueueResult"] == "system-error"


def test_a_key_while_waiting_leaves_the_queue(provider: Provider, service: Service) -> None:
    keyed = "<Response><Leave/></Response>"
    service.answer(incoming=ENQUEUE, wait=OFFER, keyed=keyed, left="<Response><Say>Un rappel.</Say></Response>")
    call = provider.dial(LINE, CALLER)
    call.press("1")
    assert service.paths == ["/incoming", "/wait", "/keyed", "/left"]
    assert service.last("/left")["QueueResult"] == "leave"
    assert "Un rappel." in call.listen()


def test_without_action_what_follows_is_carried_out(provider: Provider, service: Service) -> None:
    service.answer(incoming=ENQUEUE.replace(' action="/left"', ""), wait="<Response><Leave/></Response>")
    call = provider.dial(LINE, CALLER)
    assert call.listen() == "Plus loin."


def test_a_queue_may_be_full(provider: Provider, service: Service) -> None:
    service.answer(incoming=ENQUEUE.replace("waitUrl", 'maxQueueSize="1" waitUrl'), wait=WAIT, left="<Response/>")
    provider.dial(LINE, CALLER)
    provider.dial(LINE, "+32470005678")
    assert service.last("/left")["QueueResult"] == "queue-full"


def test_a_waiting_document_in_a_tight_circle_is_an_error(provider: Provider, service: Service) -> None:
    service.answer(incoming=ENQUEUE, wait="<Response/>", left="<Response/>")
    provider.dial(LINE, CALLER)
    assert service.last("/left")["QueueResult"] == "error"
    assert [alert.code for alert in provider.alerts] == [11215]


def test_a_seat_that_answers_talks_with_the_caller(waiting: Call, provider: Provider, service: Service) -> None:
    waiting.wait(29)
    seat = leg(provider)
    assert provider.ringing() == [seat]
    seat.wait(4)
    seat.answer()
    meet = service.last("/meet")
    assert (meet["CallSid"], meet["DequeingCallSid"], meet["QueueTime"]) == (waiting.sid, seat.sid, "34")
    waiting.wait(5)
    assert (waiting.talks_with, seat.talks_with) == (seat.sid, waiting.sid)
    assert "/left" not in service.paths
    seat.wait(60)
    seat.hang_up()
    assert service.last("/dialled")["DialCallStatus"] == "completed"
    assert service.last("/left")["QueueResult"] == "bridged"
    assert waiting.ended
    assert not provider.alerts


def test_the_progress_of_an_outgoing_call(waiting: Call, provider: Provider, service: Service) -> None:
    seat = leg(provider)
    seat.answer()
    seat.wait(10)
    waiting.hang_up()
    told = [fields for path, fields in service.asked if path == PROGRESS]
    assert [fields["CallStatus"] for fields in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [fields["SequenceNumber"] for fields in told] == ["0", "1", "2", "3"]
    assert told[-1]["Direction"] == "outbound-api"


def test_a_caller_who_hangs_up_in_the_talk(waiting: Call, provider: Provider, service: Service) -> None:
    seat = leg(provider)
    seat.answer()
    seat.wait(30)
    waiting.hang_up()
    assert service.last("/left")["QueueResult"] == "bridged"
    assert service.last("/dialled")["DialCallStatus"] == "completed"
    assert service.last("/dialled")["CallStatus"] == "in-progress"
    assert (waiting.ended, seat.ended) == (True, True)


def test_a_caller_who_has_gone_before_the_seat_answers(waiting: Call, provider: Provider, service: Service) -> None:
    seat = leg(provider)
    waiting.hang_up()
    seat.answer()
    seat.wait(6)
    assert "/meet" not in service.paths
    assert service.last("/dialled")["DialCallStatus"] == "no-answer"


def test_a_queue_that_never_was_fails(provider: Provider, service: Service) -> None:
    service.answer(leg=DIAL, dialled="<Response/>", progress="<Response/>")
    leg(provider).answer()
    assert service.last("/dialled")["DialCallStatus"] == "failed"


def test_a_seat_may_wait_for_a_caller(provider: Provider, service: Service) -> None:
    service.answer(incoming=ENQUEUE, wait=WAIT, leg=DIAL, meet=MEET, progress="<Response/>", left="<Response/>")
    provider.queue("call-1")
    seat = leg(provider)
    seat.answer()
    caller = provider.dial(LINE, CALLER)
    caller.wait(3)
    assert seat.talks_with == caller.sid


@pytest.mark.parametrize(
    ("person", "status"),
    [(Person("refuses"), "busy"), (Person("fails"), "failed"), (Person(after=90), "no-answer")],
)
def test_a_seat_that_does_not_answer(provider: Provider, service: Service, person: Person, status: str) -> None:
    service.answer(progress="<Response/>")
    provider.people[SEAT] = person
    seat = leg(provider)
    seat.wait(30)
    assert (seat.status, service.last(PROGRESS)["CallStatus"]) == (status, status)
    assert "/leg" not in service.paths


def test_people_may_answer_by_themselves(waiting: Call, provider: Provider) -> None:
    provider.people[SEAT] = Person(after=2)
    leg(provider)
    provider.wait(5)
    assert waiting.talks_with


TRANSFER = (
    '<Response><Dial action="/transferred" timeout="20" callerId="+3281001718" answerOnBridge="true">'
    '<Number statusCallback="/progress" statusCallbackEvent="answered completed">+3281009999</Number></Dial></Response>'
)


@pytest.mark.parametrize(
    ("habit", "status"), [("answers", "completed"), ("refuses", "busy"), ("fails", "failed"), ("", "no-answer")]
)
def test_a_transfer(provider: Provider, service: Service, habit: str, status: str) -> None:
    service.answer(incoming=TRANSFER, transferred="<Response/>", progress="<Response/>")
    if habit:
        provider.people["+3281009999"] = Person(habit)  # type: ignore[arg-type]
    call = provider.dial(LINE, CALLER)
    call.wait(15)
    if habit == "answers":
        [other] = [one for one in provider.calls.values() if one.parent]
        other.hang_up()
    call.wait(15)
    fields = service.last("/transferred")
    assert fields["DialCallStatus"] == status
    assert fields["DialBridged"] == str(status == "completed").lower()


def test_a_caller_who_hangs_up_in_a_transfer(provider: Provider, service: Service) -> None:
    service.answer(incoming=TRANSFER, transferred="<Response/>", progress="<Response/>")
    provider.people["+3281009999"] = Person()
    call = provider.dial(LINE, CALLER)
    call.wait(10)
    call.hang_up()
    assert service.last("/transferred")["CallStatus"] == "completed"
    assert service.last(PROGRESS)["CallStatus"] == "completed"
    assert service.last(PROGRESS)["ParentCallSid"] == call.sid
    assert service.last(STATUS)["CallDuration"] == "10"


def test_a_number_of_somebody_else_may_not_be_shown(provider: Provider, service: Service) -> None:
    provider.owned = frozenset({LINE})
    service.answer(incoming=TRANSFER.replace('callerId="+3281001718"', 'callerId="+3281005555"'))
    provider.dial(LINE, CALLER)
    assert provider.alerts[0].code == 13214


def test_who_picks_up_may_first_be_told_something(provider: Provider, service: Service) -> None:
    told = TRANSFER.replace("<Number ", '<Number url="/whisper" ')
    service.answer(incoming=told, whisper="<Response><Say>Un appel de la ligne.</Say></Response>")
    service.answer(transferred="<Response/>", progress="<Response/>")
    provider.people["+3281009999"] = Person(after=1)
    call = provider.dial(LINE, CALLER)
    call.wait(10)
    [other] = [one for one in provider.calls.values() if one.parent]
    assert other.news() == "Un appel de la ligne."
    assert call.talks_with == other.sid
