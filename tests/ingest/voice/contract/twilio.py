"""Twilio's driver with the telephone of the demonstration as its provider."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from fastapi.testclient import TestClient

from app.demo.telephone import signer
from app.demo.telephone.call import Call
from app.demo.telephone.provider import Provider as Telephone
from app.demo.telephone.server import serving
from app.demo.telephone.web import Answer, Request
from cases.profile import Profile
from ingest.voice.provider import Provider
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.addresses import Addresses
from ingest.voice.twilio.rest import TwilioRest
from store.tx import Store
from tests.ingest.voice.twilio.asking import BEHIND, OPEN, PUBLIC, SID, TOKEN, app, exchange

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def twilio(store: Store, profile: Profile) -> Iterator["TwilioDriver"]:
    telephone = Telephone(PUBLIC, SID, TOKEN, start=OPEN)
    telephone.owned = frozenset(line.number for line in profile.lines)
    routes = app(exchange(store, profile, lambda: telephone.timeline.now))
    with serving(telephone) as url, TestClient(routes, base_url=BEHIND) as client:
        provider = TwilioRest(Account(sid=SID, tokens=(TOKEN,), api_url=url), Addresses(PUBLIC))
        yield TwilioDriver(telephone, client, provider)


class TwilioDriver:
    hidden: Sequence[str] = (
        "anonymous",
        "Anonymous",
        "Restricted",
        "unknown",
        "",
        "+266696687",
        "client:x",
        "sip:a@b.c",
    )

    def __init__(self, telephone: Telephone, client: TestClient, provider: Provider) -> None:
        self._telephone = telephone
        self._client = client
        self.provider = provider
        telephone.web.fetch = self._send

    @property
    def complaints(self) -> Sequence[object]:
        return self._telephone.alerts

    def now(self) -> datetime:
        return self._telephone.timeline.now

    def wait(self, seconds: float) -> None:
        self._telephone.wait(seconds)

    def call(self, called: str, caller: str) -> Call:
        return self._telephone.dial(called, caller)

    def ringing(self) -> Sequence[Call]:
        return self._telephone.ringing()

    def repeat(self) -> int:
        changed = 0
        with ThreadPoolExecutor(3) as pool:
            for request, before in list(self._telephone.web.sent):
                again = list(pool.map(self._send, [request] * 3))
                changed += any((one.status, one.body) != (before.status, before.body) for one in again)
        return changed

    def forge(self) -> int:
        requests = [request for request, _ in self._telephone.web.sent]
        attempts = [forged for request in requests for forged in _forgeries(request)]
        return sum(self._send(one).status != 403 for one in attempts)

    def _send(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self._client.request(request.method, path, content=request.body, headers={**request.headers, **FORM})
        return Answer(answer.status_code, answer.headers.get("content-type", ""), answer.content)


def _forgeries(request: Request) -> Iterator[Request]:
    """Without a signature, with another token's, for another address, with one field changed and one added."""
    fields = list(request.fields)
    yield Request(request.url, fields, {})
    yield Request(request.url, fields, signer.headers("guessed", request.url, fields))
    yield Request(request.url, fields, signer.headers(TOKEN, request.url + "/", fields))
    yield Request(request.url, [*fields[:-1], (fields[-1][0], "changed")], request.headers)
    yield Request(request.url, [*fields, ("Digits", "1")], request.headers)
