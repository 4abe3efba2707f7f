"""Every webhook of whole calls twice and in parallel, then all of them again; and once more in any order.

The calls are made by the provider of the demonstration, and the service's own work goes on between them.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Person, Provider
from app.demo.telephone.server import serving
from app.demo.telephone.web import Answer, Request
from app.http import application
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import House, build
from desk.service import Service
from ingest.voice.dialling import Pace
from store import tables
from store.tx import Kind

BASE = "http://127.0.0.1:8080"
ACCOUNT, TOKEN = "AC" + "d" * 32, "a token of the tests"
LATE_AFTERNOON = datetime(2026, 3, 24, 15, 50, tzinfo=UTC)
"""Ten minutes before the lines close."""
LINE, GERMAN_LINE = "+3281001718", "+3287001719"
SEATS = ("+3281001801", "+3281001802")


@dataclass
class Front:
    """The service with its provider. `send` is how each request gets here."""

    house: House
    client: TestClient
    provider: Provider
    callers: list[Call] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        answer = self.client.request(request.method, request.url, content=request.body, headers=dict(request.headers))
        return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)

    def dial(self, line: str, keys: str, caller: str = "") -> Call:
        call = self.provider.dial(line, caller or f"+3247000{len(self.callers):04d}")
        self.callers.append(call)
        for key in keys:
            call.press(key)
        return call

    def pass_time(self, seconds: int) -> None:
        """Let time pass, and the service do each second what is due."""
        dialling = replace(self.house.dialling, pace=Pace(0))
        for _ in range(seconds):
            while dialling.process() or self.house.handlers[Kind.RECORDING]():
                pass
            self.provider.wait(1)

    def rows(self, what: Any) -> list[Any]:
        with self.house.store.reading() as tx:
            return list(tx.connection.execute(what))

    def counted(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        kinds = ("call", "call_event", "case", "callback", "leg", "recording", "entry", "outbound")
        return {name: self.rows(select(func.count()).select_from(getattr(tables, name)))[0][0] for name in kinds}


@pytest.fixture
def front(database_url: str) -> Iterator[Front]:
    provider = Provider(BASE, ACCOUNT, TOKEN, start=LATE_AFTERNOON)
    with serving(provider) as api:
        settings = Settings(
            database_url=database_url,
            public_url=BASE,
            secret_key="a secret of the tests",
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_url=api,
        )
        house = build(settings, clock=lambda: provider.timeline.now)
        desk = Service(house.store, house.profile, house.signer)
        pages = application(desk, bind="127.0.0.1:8080", public_url=BASE, phone=phone_routes(house))
        with TestClient(pages, base_url=BASE) as client:
            yield Front(house, client, provider)
        house.close()


def twice_at_once(front: Front) -> Callable[[Request], Answer]:
    """Every request comes twice, and both are answered the same."""

    def fetch(request: Request) -> Answer:
        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(front.send, [request, request])
        assert first == second, request.url
        return first

    return fetch


def play(front: Front) -> None:
    """A quarter of an hour: answered, called back, given up, referred; then, after hours, a message and a promise."""
    front.provider.people |= {seat: Person(after=3) for seat in SEATS}
    talking = front.dial(LINE, "12")
    front.pass_time(15)
    assert talking.talks_with
    talking.hang_up()
    called_back = front.dial(LINE, "13111")
    front.provider.people[called_back.from_] = Person(after=2)
    front.pass_time(40)
    [back] = [one for one in front.provider.calls.values() if one.to == called_back.from_]
    back.hang_up()
    front.dial(LINE, "1").hang_up()
    front.dial(GERMAN_LINE, "").say("meine Steuererklärung")
    given_up = front.dial(GERMAN_LINE, "4", "anonymous")
    given_up.hang_up()
    front.pass_time(30)
    front.provider.wait(600)
    front.dial(LINE, "122").leave_message(5.0)
    front.dial(LINE, "132").leave_message(5.0, end="hangup")
    front.dial(GERMAN_LINE, "2111").listen()
    front.pass_time(30)
    assert all(one.ended for one in front.provider.calls.values())


def assert_one_case_each(front: Front) -> None:
    rows = front.rows(select(tables.call))
    assert Counter(row.call_sid for row in rows) == Counter(one.sid for one in front.callers)
    assert len({row.case_id for row in rows} - {None}) == front.counted()["case"] == len(front.callers)
    assert [row.call_sid for row in rows if row.ended_at is None] == []


def asked(front: Front) -> list[tuple[Request, Answer]]:
    return list(front.provider.web.sent)


def test_every_webhook_twice_at_once_and_all_of_them_again(front: Front) -> None:
    front.provider.web.fetch = twice_at_once(front)
    play(front)
    assert front.provider.alerts == []
    assert_one_case_each(front)
    fates = Counter(row.result for row in front.rows(select(tables.call)))
    assert fates == {"answered": 1, "callback": 2, "abandoned": 1, "deflected": 1, "missed": 1, "voicemail": 2}
    before, sent = front.counted(), asked(front)
    again = [(request, front.send(request), answer) for request, answer in sent]
    legs = "/voice/twilio/leg/"  # a seat that picks up now finds nobody any more
    assert [request.url for request, now, then in again if now != then and legs not in request.url] == []
    assert front.counted() == before


@pytest.mark.parametrize("seed", [1, 2])
def test_every_webhook_in_any_order(front: Front, seed: int) -> None:
    """What was recorded once is told to an empty service: in any order, twice at once, the ends last or first."""
    front.provider.web.fetch = front.send
    play(front)
    sent = [request for request, _ in asked(front)]
    empty(front)
    random.Random(seed).shuffle(sent)
    sent.sort(key=lambda request: request.url.endswith("/status"), reverse=seed == 1)
    fetch = at_once(front)
    for request in sent:
        fetch(request)
    assert_one_case_each(front)
    spoken = [row.recording_sid for row in front.rows(select(tables.recording)) if row.status == "completed"]
    assert len(spoken) == len(set(spoken)) == 2


def at_once(front: Front) -> Callable[[Request], Answer]:
    """Every request comes twice, and is answered well."""

    def fetch(request: Request) -> Answer:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(front.send, [request, request]))
        assert all(one.good for one in answers), request.url
        return answers[0]

    return fetch


def empty(front: Front) -> None:
    """Forget everything that was told."""
    with front.house.store.transaction("test.empty") as tx:
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in ("alembic_version", "seat"):
                tx.connection.execute(table.delete())
