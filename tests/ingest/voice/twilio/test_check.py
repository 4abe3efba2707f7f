"""The live test of a phone line, against the telephone's own API and the service's addresses over a socket."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Thread

import pytest

from app.demo.telephone.call import Webhooks
from app.demo.telephone.provider import Provider
from app.demo.telephone.server import serving
from app.http import Server, application
from cases.profile import Profile
from desk.service import Service
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses
from ingest.voice.twilio.check import check
from ingest.voice.twilio.routes import router
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.twilio.asking import LINE, OPEN, SID, SIGNER, TOKEN, exchange

NOWHERE = "http://127.0.0.1:9"


@dataclass
class Exchange:
    """A service at `url`, and the provider whose numbers ask it."""

    url: str
    provider: Provider

    def told(self, token: str = TOKEN, url: str = "") -> list[tuple[bool, str]]:
        """What is found out with that token, of the service at that address."""
        account = Account(sid=SID, tokens=(token,), api_url=self.provider.api_url)
        return [(one.ok, one.what) for one in check(LINE, account, Addresses(url or self.url))]


@pytest.fixture
def line(sqlite_url: str, profile: Profile) -> Iterator[Exchange]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    store = Store(open_engine(sqlite_url, hurried=True))
    phone = router(replace(exchange(store, profile, lambda: OPEN), public_url=url))
    desk = Service(store, profile, SIGNER)
    server = Server(application(desk, bind=url.removeprefix("http://"), public_url=url, phone=phone))
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    provider = Provider(url, SID, TOKEN, start=OPEN)
    with serving(provider):
        yield Exchange(url, provider)
    server.should_exit = True
    thread.join()
    store.engine.dispose()


def test_a_line_that_is_set_right(line: Exchange) -> None:
    told = line.told()
    assert [what for ok, what in told if not ok] == []
    assert told[-1] == (True, "our address answers an unsigned request with 403")
    assert len(told) == 7
    assert line.provider.calls == {}


def test_an_account_that_does_not_let_us_in(line: Exchange) -> None:
    told = line.told("another token")
    assert told[0] == (False, "the phone provider answered 401 (error None)")
    assert (False, "our address answers a signed request with 403") in told


def test_a_number_of_somebody_else(line: Exchange) -> None:
    line.provider.owned = frozenset({f"{LINE}0"})
    assert line.told()[1] == (False, "the account has no such number")


def test_a_number_that_asks_elsewhere(line: Exchange) -> None:
    incoming = f"{line.url}/voice/twilio/incoming#rc=2&rp=5xx"
    line.provider.numbers[LINE] = Webhooks(incoming, "https://old.example.org/fallback", "")
    wrong = [what for ok, what in line.told() if not ok]
    assert wrong == [
        f"«{title}» asks another address, or none" for title in ("Primary handler fails", "Call status changes")
    ]


def test_an_address_that_nobody_answers_at(line: Exchange) -> None:
    wrong = [what for ok, what in line.told(url=NOWHERE) if not ok]
    assert wrong[-1] == "our address does not answer (ConnectionError)"
