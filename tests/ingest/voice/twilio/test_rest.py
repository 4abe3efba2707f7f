"""What we ask of the provider, against the telephone's own API and against servers that misbehave."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.demo.telephone.provider import Person, Provider
from app.demo.telephone.server import serving
from app.demo.telephone.web import Answer, Request
from cases.errors import PermanentError, TransientError
from ingest.voice.provider import Dial, Outcome, UnsureError
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses
from ingest.voice.twilio.rest import TwilioRest
from tests.ingest.voice.twilio.asking import CALLER, LINE, PUBLIC, SID, TOKEN

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
DIAL = Dial(number="+32470005678", line_number=LINE, leg_id=7, timeout=20)
RECORD = f'<Record action="{PUBLIC}/done" finishOnKey="#" recordingStatusCallback="{PUBLIC}/recording"/>'


class Service:
    """Answers every request of the provider with one document."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.document = f"<Response>{RECORD}</Response>"
        self.failures = 0

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        if "leg-status" in request.url and self.failures:
            self.failures -= 1
            return Answer(503)
        return Answer(200, "text/xml", b"<Response/>" if request.url.endswith("/done") else self.document.encode())


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def provider(service: Service) -> Provider:
    return Provider(PUBLIC, SID, TOKEN, fetch=service, start=NOW)


@pytest.fixture
def rest(provider: Provider) -> Iterator[TwilioRest]:
    with serving(provider) as url:
        yield rest_at(url)


def rest_at(url: str, token: str = TOKEN) -> TwilioRest:
    return TwilioRest(Account(sid=SID, tokens=(token,), api_url=url), Addresses(PUBLIC))


def test_a_call_is_placed_with_its_addresses(rest: TwilioRest, provider: Provider, service: Service) -> None:
    provider.people[DIAL.number] = Person(after=4)
    call_sid = rest.dial(DIAL)
    provider.wait(5)
    call = provider.calls[call_sid]
    assert (call.to, call.from_) == (DIAL.number, LINE)
    assert service.asked[0].url == f"{PUBLIC}/voice/twilio/leg/7"
    call.hang_up()
    assert service.asked[-1].url == f"{PUBLIC}/voice/twilio/leg-status/7"
    assert provider.alerts == []


def test_the_end_of_a_leg_is_told_again_where_it_could_not_be_kept(
    rest: TwilioRest, provider: Provider, service: Service
) -> None:
    provider.people[DIAL.number] = Person("refuses", after=4)
    service.failures = 2
    rest.dial(DIAL)
    provider.wait(5)
    assert [one.url for one in service.asked] == [f"{PUBLIC}/voice/twilio/leg-status/7"] * 3
    assert provider.alerts == []


def test_a_phone_that_nobody_answers_rings_for_so_long(rest: TwilioRest, provider: Provider) -> None:
    call_sid = rest.dial(DIAL)
    provider.wait(19)
    assert rest.call(call_sid).standing.outcome is None
    provider.wait(2)
    seen = rest.call(call_sid)
    assert (seen.standing.outcome, seen.outgoing, seen.called) == (Outcome.NO_ANSWER, True, DIAL.number)


def test_a_call_is_ended_and_may_be_over_already(rest: TwilioRest, provider: Provider) -> None:
    call_sid = rest.dial(DIAL)
    provider.wait(1)
    for _ in range(2):
        rest.hang_up(call_sid)
        provider.wait(0)
    assert provider.calls[call_sid].status == "canceled"
    rest.hang_up("CA-unknown")


def test_a_recording_is_fetched_once_it_is_there_and_forgotten_twice(rest: TwilioRest, provider: Provider) -> None:
    provider.media_delay = 60
    provider.dial(LINE, CALLER).leave_message(5)
    (recording,) = provider.recordings.values()
    with pytest.raises(TransientError):
        rest.recording(recording.sid)
    provider.wait(90)
    sound = rest.recording(recording.sid)
    assert (sound.body, sound.content_type) == (recording.wav, "audio/x-wav")
    for _ in range(2):
        rest.forget(recording.sid)
    assert provider.recordings == {}


@pytest.mark.parametrize("identity", ["", "../Calls", "RE1.wav?x=", "https://evil.example.org/", "RE 1", "R" * 65])
def test_an_id_that_leads_elsewhere_is_never_asked_for(identity: str) -> None:
    nobody = rest_at("http://127.0.0.1:1")
    for ask in (nobody.recording, nobody.forget, nobody.call):
        with pytest.raises(PermanentError):
            ask(identity)


def test_the_log_says_what_we_missed_oldest_first(rest: TwilioRest, provider: Provider) -> None:
    for _ in range(3):
        call = provider.dial(LINE, CALLER)
        call.leave_message(4, end="hangup")
        provider.wait(600)
    whole = rest.calls_since(NOW - timedelta(hours=1))
    assert [one.started_at for one in whole] == sorted(one.started_at for one in whole)
    assert {(one.called, one.caller_raw, one.outgoing, one.standing.outcome) for one in whole} == {
        (LINE, CALLER, False, Outcome.COMPLETED)
    }
    assert len(rest.calls_since(NOW + timedelta(minutes=9))) == 2
    recordings = rest.recordings_since(NOW - timedelta(hours=1))
    assert {one.call_sid for one in recordings} == {one.call_sid for one in whole}
    assert {(one.seconds, one.absent) for one in recordings} == {(4, False)}


def test_who_is_unknown_is_not_looked_for_again(rest: TwilioRest) -> None:
    with pytest.raises(PermanentError):
        rest.call("CA-unknown")


def test_a_number_that_cannot_be_called_is_a_fault_and_not_told(rest: TwilioRest) -> None:
    with pytest.raises(PermanentError) as refused:
        rest.dial(Dial(number="anonymous", line_number=LINE, leg_id=1, timeout=20))
    assert str(refused.value) == "the phone provider answered 400 (error 21211)"
    assert refused.value.__suppress_context__


def test_a_wrong_token_may_be_mended(provider: Provider) -> None:
    with serving(provider) as url:
        wrong = rest_at(url, "another")
        for ask in (lambda: wrong.dial(DIAL), lambda: wrong.recording("RE1"), lambda: wrong.calls_since(NOW)):
            with pytest.raises(TransientError) as refused:
                ask()
            assert not isinstance(refused.value, UnsureError)


@contextmanager
def answering(status: int, body: bytes = b"", *, cut: bool = False) -> Iterator[str]:
    """A server that says the same to everything, or hangs up in the middle."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            if cut:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 (the server's name)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "placing", "asking"),
    [
        (500, b"", UnsureError, TransientError),
        (503, b'{"code": 20503, "message": "+32470005678"}', UnsureError, TransientError),
        (429, b"{}", TransientError, TransientError),
        (400, b'{"code": 21210, "message": "+32470005678"}', PermanentError, PermanentError),
        (200, b"<html>", UnsureError, TransientError),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, placing: type[Exception], asking: type[Exception]) -> None:
    with answering(status, body) as url:
        rest = rest_at(url)
        raised = [error_of(lambda: rest.dial(DIAL)), error_of(lambda: rest.calls_since(NOW))]
    assert [type(raised[0]) is UnsureError, isinstance(raised[0], placing)] == [placing is UnsureError, True]
    assert isinstance(raised[1], asking)
    assert not any("3247" in str(error) for error in raised)


def test_no_answer_may_mean_that_the_call_was_placed_unless_it_never_left() -> None:
    with answering(200, cut=True) as url:
        assert type(error_of(lambda: rest_at(url).dial(DIAL))) is UnsureError
    assert type(error_of(lambda: rest_at("http://127.0.0.1:1").dial(DIAL))) is TransientError


def error_of(ask: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as error:  # noqa: PT011 (which one is what the test asks)
        ask()
    return error.value


def test_region_and_edge_choose_the_host() -> None:
    account = Account(sid=SID, tokens=(TOKEN,), region="ie1", edge="dublin")
    rest = TwilioRest(account, Addresses(PUBLIC))
    assert rest._media("RE1") == f"https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/{SID}/Recordings/RE1.wav"


def test_the_phone_s_answers_load_nothing_heavy() -> None:
    heavy = ("twilio.rest", "requests", "aiohttp", "spacy", "aiosmtplib", "smtplib", "dramatiq", "faster_whisper")
    code = f"import sys, ingest.voice.twilio.routes; print([one for one in {heavy!r} if one in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
