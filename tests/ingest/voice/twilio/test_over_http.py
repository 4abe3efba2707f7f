"""The whole way over a socket: uvicorn is asked, and an address with port and query is signed as it is."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest

from app.demo.telephone.provider import Provider
from app.http import Server, application
from cases.profile import Profile
from desk.service import Service
from ingest.voice.twilio.routes import router
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.twilio.asking import CALLER, LINE, OPEN, SID, SIGNER, TOKEN, exchange


@pytest.fixture
def telephone(sqlite_url: str, profile: Profile) -> Iterator[Provider]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    store = Store(open_engine(sqlite_url, hurried=True))
    found = replace(exchange(store, profile, lambda: OPEN), public_url=url)
    desk = Service(store, profile, SIGNER)
    server = Server(application(desk, bind=url.removeprefix("http://"), public_url=url, phone=router(found)))
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield Provider(url, SID, TOKEN, start=OPEN)
    server.should_exit = True
    thread.join()
    store.engine.dispose()


def test_a_call_over_a_socket(telephone: Provider) -> None:
    caller = telephone.dial(LINE, CALLER, CallerName="Ève & <fils> + 1%", StirVerstat="")
    caller.press("12")
    telephone.wait(40)
    caller.press("1")
    assert "4 7 0" in caller.listen()
    caller.hang_up()
    assert caller.ended
    assert telephone.alerts == []


def test_a_forged_call_over_a_socket(telephone: Provider) -> None:
    telephone.web.token = "guessed"
    telephone.dial(LINE, CALLER)
    assert {answer.status for _, answer in telephone.web.sent} == {403}
