"""The application refuses to be reached from elsewhere, and says whether it is ready."""

import asyncio
from pathlib import Path
from threading import Event

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient
from starlette.types import Message

from app.http import Server, application
from cases.errors import ConfigurationError
from cases.tokens import Signer
from desk.service import Service
from store.engine import open_engine
from store.tx import Store
from tests.desk.signed import BASE, browsing
from tests.profiles import shipped

PROFILE = shipped()
SIGNER = Signer(b"a secret of the tests")


@pytest.mark.parametrize(
    ("bind", "public_url"), [("0.0.0.0:8080", BASE), ("127.0.0.1:8080", "http://desk.example.org:8080")]
)
def test_it_is_not_made_where_others_could_reach_it(sqlite_store: Store, bind: str, public_url: str) -> None:
    with pytest.raises(ConfigurationError):
        application(Service(sqlite_store, PROFILE, SIGNER), bind=bind, public_url=public_url)


def phone() -> APIRouter:
    """A provider's routes that let everything through."""
    routes = APIRouter()
    routes.post("/voice/ring")(lambda: {"heard": True})
    return routes


PUBLIC = "https://desk.example.org"


def test_behind_a_public_address_the_desk_asks_to_sign_in(sqlite_store: Store) -> None:
    desk = Service(sqlite_store, PROFILE, SIGNER)
    app = application(desk, bind="127.0.0.1:8080", public_url=PUBLIC, phone=phone())
    with TestClient(app, base_url=BASE, headers={"host": "desk.example.org"}) as outside:
        assert outside.post("/voice/ring").json() == {"heard": True}
        assert outside.get("/track/t1.aaaaaaaaaaaaaaaa").status_code == 404
        answer = outside.get("/desk/day", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in?next=%2Fdesk%2Fday")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert outside.get("/desk/sign-in", headers={"host": "evil.example.org"}).status_code == 403


def test_a_loopback_name_is_believed_on_this_machine_alone(sqlite_store: Store) -> None:
    app = application(Service(sqlite_store, PROFILE, SIGNER), bind="0.0.0.0:8080", public_url=PUBLIC)
    with TestClient(app, base_url="http://192.0.2.7:8080", headers={"host": "127.0.0.1:8080"}) as outside:
        assert outside.get("/desk/sign-in").status_code == 403
        assert outside.get("/health/live").status_code == 200


def test_on_this_machine_the_phone_and_the_pages_are_served(sqlite_store: Store) -> None:
    desk = Service(sqlite_store, PROFILE, SIGNER)
    app = application(desk, bind="127.0.0.1:8080", public_url=BASE, phone=phone())
    with browsing(app, sqlite_store) as here:
        assert here.post("/voice/ring", headers={"host": "proxy.example.org"}).status_code == 200
        assert here.get("/desk/cases").status_code == 200
        assert here.get("/desk/cases", headers={"host": "proxy.example.org"}).status_code == 403


def test_without_a_phone_its_addresses_are_refused(sqlite_store: Store) -> None:
    app = application(Service(sqlite_store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(app, base_url=BASE) as one:
        assert one.post("/voice/twilio/incoming").status_code == 403


def test_it_is_ready_with_its_schema(sqlite_store: Store) -> None:
    with TestClient(
        application(Service(sqlite_store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE), base_url=BASE
    ) as one:
        assert one.get("/health/ready").status_code == 200
        assert one.get("/health/live").status_code == 200


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_it_is_alive_and_not_ready_without(url: str, tmp_path: Path) -> None:
    store = Store(open_engine(url.replace("sqlite://", f"sqlite:///{tmp_path}/empty.db")))
    with TestClient(
        application(Service(store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE), base_url=BASE
    ) as one:
        assert one.get("/health/ready").status_code == 503
        assert one.get("/health/live").status_code == 200
    store.engine.dispose()


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ("", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7"),
        ("127.0.0.0/8,198.51.100.7", "203.0.113.9"),
        ("10.0.0.1", "127.0.0.1"),
    ],
)
def test_only_proxies_that_are_named_may_say_who_asks(proxies: str, seen: str) -> None:
    app = FastAPI()
    app.state.ending = Event()

    @app.get("/who")
    def who(request: Request) -> Response:
        return PlainTextResponse(request.client.host if request.client else "")

    config = Server(app, proxies).config
    config.load()
    with TestClient(config.loaded_app, base_url=BASE, client=("127.0.0.1", 1)) as one:
        assert one.get("/who", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"}).text == seen


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_browser_that_leaves_while_it_posts_is_no_fault(sqlite_store: Store, kind: str) -> None:
    """Nothing is raised: the server would write a traceback for it."""
    pages = application(Service(sqlite_store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE)
    headers = {"host": "127.0.0.1:8080", "origin": BASE, "content-type": kind, "content-length": "1000"}
    scope = {"type": "http", "method": "POST", "path": "/form", "query_string": b"", "scheme": "http"}
    scope |= {"http_version": "1.1", "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 5), "root_path": ""}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
    messages = iter([{"type": "http.request", "body": b"text=", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[int] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message.get("status", 0))

    asyncio.run(pages(scope, receive, send))
    assert sent[0] == 400
