"""A caller's way through documents, and the order in which the service is told (docs/voice.md 1.3)."""

import io
import wave
from collections.abc import Mapping

import pytest

from app.demo.telephone.call import NotListeningError
from app.demo.telephone.provider import Provider
from app.demo.telephone.web import Answer
from tests.app.demo.telephone.conftest import CALLER, FALLBACK, INCOMING, LINE, STATUS, Service

MENU = (
    '<Response><Gather input="dtmf speech" numDigits="1" timeout="5" action="/chosen" language="fr-FR">'
    '<Say language="fr-BE" voice="Polly.Isabelle-Neural">Tapez un.</Say></Gather><Redirect>/again</Redirect></Response>'
)
GOODBYE = '<Response><Say language="fr-FR">Au revoir et merci de votre appel.</Say><Hangup/></Response>'
NUMBER = '<Response><Gather finishOnKey="#" numDigits="20" timeout="5" action="/number"/></Response>'
RECORD = (
    '<Response><Record action="/recorded" maxLength="120" timeout="4" finishOnKey="#" recordingStatusCallback="/tape"'
    ' recordingStatusCallbackEvent="completed absent"/><Say>Rien.</Say><Redirect>/nothing</Redirect></Response>'
)


def test_a_call_begins_ringing_and_hears_its_menu(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU)
    call = provider.dial(LINE, CALLER, ForwardedFrom="1718")
    fields = service.last(INCOMING)
    assert fields["CallStatus"] == "ringing"
    assert fields["Direction"] == "inbound"
    assert (fields["From"], fields["To"], fields["ForwardedFrom"]) == (CALLER, LINE, "1718")
    assert call.status == "in-progress"
    assert call.listen() == "Tapez un."
    assert (call.heard[0].lang, call.heard[0].voice) == ("fr-BE", "Polly.Isabelle-Neural")


def test_a_key_interrupts_and_chooses(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU, chosen=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.press("1")
    assert service.last("/chosen")["Digits"] == "1"
    call.listen()
    assert call.ended
    assert service.paths == ["/incoming", "/chosen", "/status"]
    final = service.last(STATUS)
    assert (final["CallStatus"], final["SequenceNumber"]) == ("completed", "0")
    assert int(final["CallDuration"]) == call.seconds


def test_speech_chooses_too(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU, chosen=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.say("NOTICe", confidence=None)
    call.wait(2)
    fields = service.last("/chosen")
    assert fields["SpeechResult"] == "NOTICe"
    assert "Confidence" not in fields
    assert "Digits" not in fields


def test_silence_falls_through_to_the_next_verb(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU, again=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.listen()
    call.wait(4.9)
    assert service.paths == ["/incoming"]
    call.wait(0.2)
    assert service.paths == ["/incoming", "/again"]


def test_silence_is_told_where_that_is_wished(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU.replace("timeout", 'actionOnEmptyResult="true" timeout'), chosen=GOODBYE)
    provider.dial(LINE, CALLER).stay_silent()
    assert service.last("/chosen")["Digits"] == ""


def test_a_number_ends_with_its_key(provider: Provider, service: Service) -> None:
    service.answer(incoming=NUMBER, number=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.press("0470001234#")
    fields = service.last("/number")
    assert (fields["Digits"], fields["FinishedOnKey"]) == ("0470001234", "#")


def test_a_number_ends_by_silence(provider: Provider, service: Service) -> None:
    service.answer(incoming=NUMBER, number=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.press("12")
    call.wait(6)
    assert service.last("/number")["Digits"] == "12"


def test_the_ending_key_alone_is_no_input(provider: Provider, service: Service) -> None:
    service.answer(incoming=NUMBER, number=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.press("#")
    assert service.paths == ["/incoming", "/status"]


@pytest.mark.parametrize("key", "#*0")
def test_without_ending_key_every_key_is_a_choice(provider: Provider, service: Service, key: str) -> None:
    service.answer(incoming=MENU.replace("numDigits", 'finishOnKey="" numDigits'), chosen=GOODBYE)
    provider.dial(LINE, CALLER).press(key)
    assert service.last("/chosen")["Digits"] == key


def test_who_hangs_up_in_a_menu_is_told_of_by_the_status_alone(provider: Provider, service: Service) -> None:
    service.answer(incoming=MENU)
    call = provider.dial(LINE, CALLER)
    call.wait(3)
    call.hang_up()
    call.wait(60)
    assert service.paths == ["/incoming", "/status"]
    assert service.last(STATUS)["CallDuration"] == "3"


def test_a_message_is_told_first_by_the_action_then_by_its_own_request(provider: Provider, service: Service) -> None:
    service.answer(incoming=RECORD, recorded=GOODBYE, tape="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.leave_message(seconds=8, end="#")
    call.wait(10)
    assert service.paths == ["/incoming", "/recorded", "/tape", "/status"]
    fields = service.last("/recorded")
    assert (fields["RecordingDuration"], fields["Digits"]) == ("8", "#")
    tape = service.last("/tape")
    assert (tape["RecordingStatus"], tape["RecordingDuration"]) == ("completed", "8")
    assert fields["RecordingUrl"].endswith(tape["RecordingSid"])
    assert "From" not in tape


@pytest.mark.parametrize(("end", "digits", "seconds"), [("", "", 8), ("hangup", "hangup", 8), ("1", "", 8)])
def test_how_a_message_ends(provider: Provider, service: Service, end: str, digits: str, seconds: int) -> None:
    service.answer(incoming=RECORD, recorded=GOODBYE, tape="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.leave_message(seconds=8, end=end)
    call.wait(10)
    fields = service.last("/recorded")
    assert (fields["RecordingDuration"], fields["Digits"]) == (str(seconds), digits)
    assert service.last("/recorded")["CallStatus"] == ("completed" if end == "hangup" else "in-progress")


def test_a_message_is_cut_at_its_longest(provider: Provider, service: Service) -> None:
    service.answer(incoming=RECORD, recorded=GOODBYE, tape="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.leave_message(seconds=130)
    call.wait(10)
    assert service.last("/recorded")["RecordingDuration"] == "120"
    [recording] = provider.recordings.values()
    with wave.open(io.BytesIO(recording.wav)) as file:
        assert file.getnframes() / file.getframerate() == 120


def test_an_empty_message_falls_through(provider: Provider, service: Service) -> None:
    service.answer(incoming=RECORD, nothing=GOODBYE, tape="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.stay_silent()
    call.wait(10)
    assert service.paths == ["/incoming", "/nothing", "/tape", "/status"]
    assert service.last("/tape")["RecordingStatus"] == "absent"


def test_an_empty_message_may_be_told_instead(provider: Provider, service: Service) -> None:
    provider.empty_falls_through = False
    service.answer(incoming=RECORD, recorded=GOODBYE, tape="<Response/>")
    call = provider.dial(LINE, CALLER)
    call.stay_silent()
    call.wait(10)
    assert service.paths == ["/incoming", "/recorded", "/tape", "/status"]
    assert service.last("/recorded")["RecordingDuration"] == "0"


def test_a_rejected_call_was_never_answered(provider: Provider, service: Service) -> None:
    service.answer(incoming='<Response><Reject reason="busy"/></Response>')
    call = provider.dial(LINE, CALLER)
    assert (call.status, call.seconds) == ("busy", 0)
    assert service.last(STATUS)["CallStatus"] == "busy"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(500, "text/html", b"<html>"), "11200"),
        (Answer(0, failure="rt"), "11205"),
        (Answer(200, "application/json", b"{}"), "12300"),
        (Answer(200, "text/xml", b"<Response><Talk/></Response>"), "12200"),
        (Answer(307, "text/xml", b""), "11200"),
    ],
)
def test_what_cannot_be_carried_out_goes_to_the_fallback(
    provider: Provider, service: Service, answer: Answer, code: str
) -> None:
    service.answer(incoming=answer)
    service.documents[FALLBACK] = GOODBYE
    call = provider.dial(LINE, CALLER)
    assert service.last(FALLBACK)["ErrorCode"] == code
    assert service.last(FALLBACK)["ErrorUrl"].endswith(INCOMING)
    assert call.listen() == "Au revoir et merci de votre appel."
    assert str(provider.alerts[0].code) == code


def test_without_a_fallback_the_provider_apologises(provider: Provider, service: Service) -> None:
    call = provider.dial(LINE, CALLER)
    assert "application error" in call.listen()
    assert service.paths == ["/incoming", "/fallback", "/status"]


def test_documents_that_run_in_a_circle_are_stopped(provider: Provider, service: Service) -> None:
    service.answer(incoming="<Response><Redirect>/again</Redirect></Response>")
    service.answer(again="<Response><Redirect>/again</Redirect></Response>")
    service.documents[FALLBACK] = GOODBYE
    provider.dial(LINE, CALLER)
    assert [alert.code for alert in provider.alerts] == [11215]
    assert service.paths.count("/again") < 20


def test_a_menu_without_action_asks_its_own_document_again(provider: Provider, service: Service) -> None:
    service.answer(incoming='<Response><Gather numDigits="1"/></Response>')
    call = provider.dial(LINE, CALLER)
    call.press("1")
    assert service.paths == ["/incoming", "/incoming"]


def test_a_call_ends_after_four_hours(provider: Provider, service: Service) -> None:
    service.answer(incoming='<Response><Say loop="0">Bonjour</Say></Response>')
    call = provider.dial(LINE, CALLER)
    call.wait(4 * 3600)
    assert call.ended


def test_who_is_not_asked_cannot_answer(provider: Provider, service: Service) -> None:
    service.answer(incoming='<Response><Say loop="0">Bonjour</Say></Response>')
    call = provider.dial(LINE, CALLER)
    with pytest.raises(NotListeningError):
        call.press("1")


def test_a_sound_takes_its_time(provider: Provider, service: Service) -> None:
    from app.demo.telephone.sound import tone

    service.answer(
        incoming="<Response><Play>/hello.wav</Play></Response>", **{"hello.wav": Answer(200, "audio/wav", tone(3))}
    )
    call = provider.dial(LINE, CALLER)
    call.wait(2.9)
    assert not call.ended
    call.wait(0.2)
    assert call.ended
    assert not provider.alerts


def test_more_patience_makes_silence_longer(provider: Provider, service: Service) -> None:
    provider.patience = 10
    service.answer(incoming=MENU, again=GOODBYE)
    call = provider.dial(LINE, CALLER)
    call.listen()
    call.wait(49)
    assert service.paths == ["/incoming"]
    call.wait(2)
    assert service.paths == ["/incoming", "/again"]


def test_every_request_is_signed(provider: Provider, service: Service) -> None:
    from app.demo.telephone import signer

    service.answer(incoming=MENU, chosen=GOODBYE)
    provider.dial(LINE, CALLER).press("1")
    for request, _ in provider.web.sent:
        assert request.headers["X-Twilio-Signature"] == signer.signature("invented", request.url, request.fields)


def test_a_request_is_repeated_where_its_address_says_so(provider: Provider, service: Service) -> None:
    answers = iter([Answer(503), Answer(200, "text/xml", GOODBYE.encode())])

    def flaky(fields: Mapping[str, str]) -> Answer:
        return next(answers)

    service.answer(incoming="<Response><Redirect>/flaky#rc=2&amp;rp=5xx</Redirect></Response>", flaky=flaky)
    call = provider.dial(LINE, CALLER)
    assert call.listen() == "Au revoir et merci de votre appel."
    [first, second] = [request for request, _ in provider.web.sent if "flaky" in request.url]
    assert first is second
    assert not first.url.endswith("5xx")


def test_a_message_is_asked_for_by_a_tone(provider: Provider, service: Service) -> None:
    service.answer(incoming=RECORD)
    assert [one.sign for one in provider.dial(LINE, CALLER).heard] == ["tone"]
