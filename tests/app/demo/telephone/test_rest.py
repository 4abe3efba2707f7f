"""The REST API as its client sees it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.demo.telephone.provider import Provider
from app.demo.telephone.rest import application
from app.demo.telephone.server import serving
from app.demo.telephone.web import Request, Web, over_http
from tests.app.demo.telephone.conftest import BASE, CALLER, LINE, Service

HELLO = "<Response><Say>Bonjour</Say></Response>"
RECORD = '<Response><Record action="/recorded" finishOnKey="#"/></Response>'


@pytest.fixture
def base(provider: Provider) -> str:
    return f"/2010-04-01/Accounts/{provider.account_sid}"


@pytest.fixture
def client(provider: Provider) -> Iterator[TestClient]:
    with TestClient(application(provider)) as client:
        client.auth = (provider.account_sid, provider.token)
        yield client


def ask(client: TestClient, base: str, **more: str) -> dict[str, str]:
    form = {"To": CALLER, "From": LINE, "Url": f"{BASE}/leg", "StatusCallback": f"{BASE}/progress", **more}
    answer = client.post(f"{base}/Calls.json", data=form)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_only_the_account_may_ask(client: TestClient, base: str) -> None:
    assert client.get(f"{base}/Calls.json").status_code == 200
    assert client.get(f"{base}/Calls.json", auth=("AC1", "wrong")).status_code == 401
    client.auth = None
    assert client.get(f"{base}/Calls.json").status_code == 401
    assert client.get(f"{base}/Calls.json", headers={b"authorization": b"Basic \xfc"}).status_code == 401


def test_a_call_is_placed_when_time_passes(client: TestClient, base: str, provider: Provider, service: Service) -> None:
    service.answer(leg=HELLO, progress="<Response/>")
    created = ask(client, base)
    assert (created["status"], created["direction"]) == ("queued", "outbound-api")
    provider.wait(0)
    assert client.get(f"{base}/Calls/{created['sid']}.json").json()["status"] == "ringing"
    call = provider.calls[created["sid"]]
    call.answer()
    assert call.listen() == "Bonjour"
    assert client.get(f"{base}/Calls/{created['sid']}.json").json()["status"] == "completed"


def test_a_call_may_bring_its_document(client: TestClient, base: str, provider: Provider, service: Service) -> None:
    service.answer(progress="<Response/>")
    call = provider.calls[ask(client, base, Twiml=HELLO)["sid"]]
    call.answer()
    assert call.listen() == "Bonjour"
    assert service.paths == ["/progress"]


@pytest.mark.parametrize(
    ("form", "code"),
    [({"To": "x"}, 21211), ({"Url": ""}, 21205), ({"From": "+3281005555"}, 21210)],
)
def test_what_cannot_be_called(
    client: TestClient, base: str, provider: Provider, form: dict[str, str], code: int
) -> None:
    provider.owned = frozenset({LINE})
    answer = client.post(f"{base}/Calls.json", data={"To": CALLER, "From": LINE, "Url": f"{BASE}/leg", **form})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_one_call_a_second_where_that_is_the_rate(client: TestClient, base: str, provider: Provider) -> None:
    provider.calls_per_second = 1
    for _ in range(3):
        ask(client, base, StatusCallback="")
    provider.wait(1.5)
    assert len(provider.ringing()) == 2


def test_a_call_cancelled_before_its_turn_tells_nobody(
    client: TestClient, base: str, provider: Provider, service: Service
) -> None:
    created = ask(client, base)
    client.post(f"{base}/Calls/{created['sid']}.json", data={"Status": "canceled"})
    provider.wait(60)
    assert provider.calls[created["sid"]].status == "canceled"
    assert not service.asked


@pytest.mark.parametrize(("answered", "status"), [(False, "canceled"), (True, "completed")])
def test_a_call_is_ended(
    client: TestClient, base: str, provider: Provider, service: Service, answered: bool, status: str
) -> None:
    service.answer(leg='<Response><Pause length="60"/></Response>', progress="<Response/>")
    created = ask(client, base)
    provider.wait(0)
    if answered:
        provider.calls[created["sid"]].answer()
    client.post(f"{base}/Calls/{created['sid']}.json", data={"Status": "completed"})
    provider.wait(0)
    assert service.last("/progress")["CallStatus"] == status


def test_a_call_is_sent_elsewhere(client: TestClient, base: str, provider: Provider, service: Service) -> None:
    service.answer(leg='<Response><Pause length="60"/></Response>', other=HELLO)
    created = ask(client, base, StatusCallback="")
    call = provider.calls[created["sid"]]
    call.answer()
    client.post(f"{base}/Calls/{call.sid}.json", data={"Url": f"{BASE}/other"})
    provider.wait(0)
    assert call.listen() == "Bonjour"


def test_calls_are_listed_by_time_newest_first(
    client: TestClient, base: str, provider: Provider, service: Service
) -> None:
    service.answer(incoming=HELLO)
    first = provider.dial(LINE, CALLER)
    provider.wait(100)
    second = provider.dial(LINE, "anonymous")
    after = (first.created_at + timedelta(seconds=1)).isoformat()
    listed = client.get(f"{base}/Calls.json", params={"To": LINE, "PageSize": 1}).json()
    assert [one["sid"] for one in listed["calls"]] == [second.sid]
    assert [one["sid"] for one in client.get(listed["next_page_uri"]).json()["calls"]] == [first.sid]
    recent = client.get(f"{base}/Calls.json", params={"StartTime>": after}).json()
    assert [one["sid"] for one in recent["calls"]] == [second.sid]
    assert client.get(f"{base}/Calls.json", params={"StartTime>": "soon"}).status_code == 400


def test_a_recording_is_fetched_once_it_is_there_then_forgotten(
    client: TestClient, base: str, provider: Provider, service: Service
) -> None:
    service.answer(incoming=RECORD, recorded=HELLO)
    provider.media_delay = 120
    call = provider.dial(LINE, CALLER)
    call.leave_message(seconds=3)
    [listed] = client.get(f"{base}/Recordings.json", params={"CallSid": call.sid}).json()["recordings"]
    media = f"{base}/Recordings/{listed['sid']}"
    assert client.get(media).status_code == 404
    provider.wait(125)
    assert client.get(media).content[:4] == b"RIFF"
    assert client.get(f"{media}.wav").content == client.get(media).content
    assert client.get(f"{media}.json").json()["duration"] == "3"
    assert client.delete(f"{media}.json").status_code == 204
    assert client.get(media).status_code == 404
    assert client.delete(f"{media}.json").status_code == 404


def test_it_answers_over_the_network(provider: Provider, base: str) -> None:
    with serving(provider) as url:
        assert provider.api_url == url
        assert over_http(Request(f"{url}{base}/Calls.json", (), {}, "GET")).status == 401
        assert Web("x").ask(f"{url}{base}/nothing", ()).status == 401
    assert over_http(Request(f"{url}{base}/Calls.json", (), {}, "GET")).failure == "ct"
