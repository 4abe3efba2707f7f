"""A service at a public address, asked as Twilio asks: signed forms, TwiML back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import holidays
from app.demo.telephone import signer
from app.demo.telephone.twiml import Verb, read
from app.http import application
from cases.profile import Profile
from cases.tokens import Signer
from desk.service import Service
from ingest.voice.attempts import Attempts
from ingest.voice.calls import Calls
from ingest.voice.legs import Legs
from ingest.voice.twilio.account import Account
from ingest.voice.twilio.routes import Exchange, router
from store.tx import Store

PUBLIC = "https://phone.example.org"
BEHIND = "http://127.0.0.1:8080"
SID = "AC00000000000000000000000000000001"
TOKEN = "a token of the tests"
OPEN = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CALLER, LINE = "+32470001234", "+3281001718"
SIGNER = Signer(b"a secret of the tests")


def exchange(store: Store, profile: Profile, clock: Callable[[], datetime], prompts: Path = Path("none")) -> Exchange:
    """The calls and legs of one service over that store."""
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    attempts = Attempts(profile=profile, signer=SIGNER, calendars=calendars, clock=clock, office_clock=clock)
    calls = Calls(
        provider="twilio",
        store=store,
        profile=profile,
        signer=SIGNER,
        calendars=calendars,
        clock=clock,
        office_clock=clock,
    )
    return Exchange(
        calls=calls,
        legs=Legs(provider="twilio", store=store, profile=profile, attempts=attempts, clock=clock),
        profile=profile,
        account=Account(sid=SID, tokens=(TOKEN,)),
        public_url=PUBLIC,
        prompts=prompts,
    )


def app(found: Exchange) -> FastAPI:
    """The whole application with these routes, as a proxy reaches it."""
    desk = Service(found.calls.store, found.profile, SIGNER)
    return application(desk, bind="127.0.0.1:8080", public_url=PUBLIC, phone=router(found))


@dataclass
class Asking:
    """Sends requests about one call. `fields` are those that every request has."""

    client: TestClient
    store: Store
    call_sid: str = "CA00000000000000000000000000000001"
    caller: str = CALLER
    called: str = LINE
    fields: dict[str, str] = field(default_factory=dict)
    here: tuple[Verb, ...] = ()

    def post(self, path: str, token: str = TOKEN, **said: str) -> httpx2.Response:
        """One signed request, whatever the answer."""
        fields = self.common | said
        headers = dict(signer.headers(token, PUBLIC + path, fields.items()))
        return self.client.post(path, data=fields, headers=headers)

    def ask(self, path: str, **said: str) -> tuple[Verb, ...]:
        """The verbs of the answer, which must be good TwiML."""
        answer = self.post(path, **said)
        assert answer.status_code == 200, answer.text
        return read(answer.content, answer.headers["content-type"])

    def ring(self, **said: str) -> tuple[Verb, ...]:
        self.here = self.ask("/voice/twilio/incoming", **said)
        return self.here

    def key(self, digits: str, **said: str) -> tuple[Verb, ...]:
        """Press keys where the last answer listens for them."""
        self.here = self.ask(self.action("Gather"), Digits=digits, **said)
        return self.here

    def action(self, name: str, attribute: str = "action") -> str:
        """The path of an address in the last answer."""
        verb = next(verb for verb in self.here if verb.name == name)
        return verb.get(attribute).removeprefix(PUBLIC)

    @property
    def common(self) -> dict[str, str]:
        return {
            "AccountSid": SID,
            "CallSid": self.call_sid,
            "From": self.caller,
            "To": self.called,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            "CallerName": "",
        } | self.fields

    def read(self, question: Callable[[Any], Any]) -> Any:
        with self.store.reading() as tx:
            return question(tx)

    @property
    def call(self) -> Any:
        return self.read(lambda tx: tx.calls.find_sid("twilio", self.call_sid))

    @property
    def events(self) -> list[Any]:
        return self.read(lambda tx: tx.calls.events("twilio", self.call_sid))
