"""A rehearsal from outside: the real command, the provider over HTTP, the office's clock, what became of each call."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Person, Provider
from app.demo.telephone.server import serving
from tests.roads.house import ROOT
from tests.servers.process import answers, free_port, running, wait_until

ACCOUNT, TOKEN = "AC" + "0" * 32, "invented"
LINE, GERMAN = "+3281001718", "+3287001719"
SEAT, CHIEF = "+3281001801", "+3281001802"
STARTING, WORKING = 60.0, 30.0
"""Seconds of real time within which the process is there, and has done what follows from a request."""
STEP = 0.1
"""Seconds of the provider's time that pass with each look."""
OPEN, CLOSED = "2026-03-24T10:05", "2026-03-24T20:05"


@dataclass
class Rehearsed:
    """The running service as whoever rehearses has it."""

    provider: Provider
    client: httpx2.Client

    def put(self, what: str, value: str | None) -> None:
        name = {"clock": "now", "incident": "text"}[what]
        self.client.put(f"/rehearsal/{what}", json={name: value}).raise_for_status()

    def call(self, to: str, keys: str = "", caller: str = "+32470001234") -> Call:
        """Dial, and press keys, one at each question."""
        call = self.provider.dial(to, caller)
        for key in keys:
            call.press(key)
        return call

    def told(self, call: Call) -> dict[str, Any]:
        """The one case of that call."""
        [case] = self.client.get(f"/rehearsal/calls/{call.sid}").raise_for_status().json()
        return dict(case)

    def told_once(self, call: Call, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        self.until(lambda: is_so(self.told(call)), "it is told so")
        return self.told(call)

    def ring_back(self, call: Call) -> httpx2.Response:
        return self.client.post("/rehearsal/callbacks/dial", json={"sid": call.sid})

    def phones(self, number: str) -> list[Call]:
        """The calls to that number, the oldest first."""
        return [one for one in list(self.provider.calls.values()) if one.to == number]

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the provider's time pass, some times faster than ours, until the service has done its part."""

        def passed() -> bool:
            self.provider.wait(STEP)
            return bool(condition())

        wait_until(passed, what, WORKING)


@contextmanager
def _running(log: Path, environment: dict[str, str], port: int) -> Iterator[None]:
    """`aiguillage run`, as soon as it answers."""
    command = [sys.executable, "-m", "app.cli", "run"]
    with running(command, log, signal.SIGINT, env=environment, cwd=ROOT):
        wait_until(lambda: answers(port) and b"answers at" in log.read_bytes(), "it answers", STARTING)
        yield


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    folder = tmp_path_factory.mktemp("rehearsal")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    provider = Provider(base, ACCOUNT, TOKEN)
    with serving(provider) as api:
        settings = {
            "DATABASE_URL": f"sqlite:///{folder / 'aiguillage.db'}",
            "HTTP_BIND": f"127.0.0.1:{port}",
            "PROFILE": str(ROOT / "profiles/mon-permis"),
            "REHEARSAL": "1",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": api,
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        ours = {f"AIGUILLAGE_{name}": value for name, value in settings.items()}
        with _running(folder / "log", others | ours, port), httpx2.Client(base_url=base) as client:
            yield Rehearsed(provider, client)
    assert not provider.alerts


@pytest.fixture
def rehearsed(service: Rehearsed) -> Iterator[Rehearsed]:
    """The service at real time, without an incident, with nobody at any phone, and no seat that rests."""
    yield service
    service.provider.people.clear()
    for call in list(service.provider.calls.values()):
        if not call.ended:
            call.hang_up()
    service.put("incident", None)
    service.put("clock", None)


def test_the_office_opens_at_half_past_eight_of_the_rehearsed_clock(rehearsed: Rehearsed) -> None:
    rehearsed.put("clock", "2026-03-24T08:29:59")
    early = rehearsed.call(LINE, "12")
    assert "fermé" in early.listen()
    assert not early.ended
    rehearsed.put("clock", "2026-03-24T08:30")
    assert "fermé" not in rehearsed.call(LINE, "12").listen()


@pytest.mark.parametrize(
    ("method", "address", "mend"),
    [("PUT", "clock", '{"now": '), ("PUT", "incident", '{"text": '), ("POST", "callbacks/dial", '{"sid": ')],
)
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"now"', b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused_with_one_that_is(
    rehearsed: Rehearsed, method: str, address: str, mend: str, body: bytes
) -> None:
    answer = rehearsed.client.request(method, f"/rehearsal/{address}", content=body)
    assert answer.status_code == 400
    assert mend in answer.json()["detail"]


def test_an_incident_is_heard_before_the_menu_until_it_is_removed(rehearsed: Rehearsed) -> None:
    rehearsed.put("clock", OPEN)
    rehearsed.put("incident", "Mon Espace ist heute gestört.")
    heard = rehearsed.call(GERMAN).listen()
    assert heard.index("Mon Espace ist heute gestört.") < heard.index("drücken Sie")
    call = rehearsed.call(GERMAN)
    call.hang_up()
    assert rehearsed.told_once(call, lambda case: case["kind"])["kind"] == "abandoned"
    rehearsed.put("incident", None)
    assert "gestört" not in rehearsed.call(GERMAN).listen()


def test_an_answered_call(rehearsed: Rehearsed) -> None:
    rehearsed.put("clock", OPEN)
    rehearsed.provider.people |= {SEAT: Person(after=2), CHIEF: Person(after=2)}
    call = rehearsed.call(LINE, "12", caller="+32470001235")
    rehearsed.until(lambda: call.talks_with, "somebody has picked up")
    assert rehearsed.told(call)["kind"] is None
    rehearsed.provider.wait(30)
    call.hang_up()
    case = rehearsed.told_once(call, lambda case: case["kind"])
    assert (case["kind"], case["lang"], case["tool"]) == ("answered", "fr", "NOTICe")
    assert case["number"] == "+32470001235"


def test_a_missed_and_an_abandoned_call(rehearsed: Rehearsed) -> None:
    rehearsed.put("clock", OPEN)
    missed, abandoned = rehearsed.call(LINE, "23", caller="anonymous"), rehearsed.call(LINE, "1")
    missed.listen()
    missed.hang_up()
    abandoned.hang_up()
    case = rehearsed.told_once(missed, lambda case: case["kind"])
    assert (case["kind"], case["lang"], case["tool"], case["number"]) == ("missed", "de", "TWICE oder GesPer", "")
    assert rehearsed.told_once(abandoned, lambda case: case["kind"])["kind"] == "abandoned"


def test_a_voicemail_is_fetched_and_forgotten_by_the_provider(rehearsed: Rehearsed) -> None:
    rehearsed.put("clock", CLOSED)
    call = rehearsed.call(LINE, "322")
    call.leave_message(seconds=6)
    call.listen()
    assert rehearsed.told_once(call, lambda case: case["kind"])["kind"] == "voicemail"
    rehearsed.until(lambda: not rehearsed.provider.recordings, "the message is ours alone")


def tried(times: int) -> Callable[[dict[str, Any]], bool]:
    return lambda case: case["tries"] == times


def test_a_callback_rings_the_seat_then_the_citizen_until_they_have_talked(rehearsed: Rehearsed) -> None:
    citizen = "+32470005678"
    rehearsed.put("clock", CLOSED)
    call = rehearsed.call(LINE, "12111", caller=citizen)
    call.listen()
    case = rehearsed.told_once(call, lambda case: case["kind"])
    assert (case["kind"], case["number"], case["outcome"], case["tries"]) == ("callback", citizen, "", 0)
    rehearsed.provider.people |= {SEAT: Person(after=2), CHIEF: Person(after=2), citizen: Person("refuses", after=2)}
    for tries in (1, 2):
        rehearsed.ring_back(call).raise_for_status()
        case = rehearsed.told_once(call, tried(tries))
        assert case["outcome"] == "busy"
        assert len(rehearsed.phones(citizen)) == tries
    rehearsed.provider.people[citizen] = Person(after=2)
    rehearsed.ring_back(call).raise_for_status()
    rehearsed.until(lambda: any(one.talks_with for one in rehearsed.phones(citizen)), "the citizen has picked up")
    rehearsed.phones(citizen)[-1].hang_up()
    case = rehearsed.told_once(call, tried(3))
    assert (case["kind"], case["outcome"]) == ("callback", "reached")
    assert rehearsed.ring_back(call).json() == {"open": False, "tries": 3, "outcome": "reached"}


def test_what_is_asked_for_wrongly_is_refused_with_a_sentence(rehearsed: Rehearsed) -> None:
    client = rehearsed.client
    assert client.put("/rehearsal/clock", json={"now": "half past eight"}).status_code == 422
    for text in ("  ", "x" * 70_000, 1):
        assert client.put("/rehearsal/incident", json={"text": text}).status_code == 422
    assert client.get("/rehearsal/calls/CA0").json() == []
    assert client.post("/rehearsal/callbacks/dial", json={"sid": "CA0"}).status_code == 404


def test_no_page_of_a_web_site_rehearses(rehearsed: Rehearsed) -> None:
    from_elsewhere = {"origin": "https://www.example.com"}
    answer = rehearsed.client.put("/rehearsal/clock", json={"now": None}, headers=from_elsewhere)
    assert answer.status_code == 403
    assert rehearsed.client.get("/rehearsal/calls/CA0", headers={"host": "example.com"}).status_code == 403
