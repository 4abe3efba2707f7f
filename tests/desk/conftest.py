"""The desk over a store that real mails went through."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import holidays
from app.http import application
from app.rehearsal import OfficeClock
from cases.profile import Profile
from cases.tokens import Signer
from desk.demo import Caught, Draft, Progress, Remark, Ticket
from desk.service import Service
from desk.telephone import Act, Receiver
from store.tx import Store
from tests.analysed import analysed_once
from tests.desk.signed import BASE, browsing
from tests.profiles import shipped

analysed_once()
ORIGIN = {"origin": BASE}
SIGNER = Signer(b"a secret of the tests")
CAUGHT = Caught(
    name="17",
    recipient="jeanne@example.org",
    at=datetime(2026, 3, 24, 9, 6, tzinfo=UTC),
    raw=b"Return-Path: <a@example.org>\r\nDelivered-To: jeanne@example.org\r\nSubject: <b>Bonjour</b>\r\n"
    b"Content-Language: fr\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Bien re\xc3\xa7u",
)


class QuietTelephone:
    """A telephone without a provider: what is done with it is kept, and what it shows is put there."""

    def __init__(self) -> None:
        self.receivers: list[Receiver] = []
        self.dialled: list[tuple[str, str]] = []
        self.done: list[tuple[str, Act, str]] = []

    def dial(self, to: str, caller: str) -> str:
        self.dialled.append((to, caller))
        return "CA1"

    def find(self, sid: str) -> Receiver | None:
        return next((one for one in self.receivers if one.sid == sid), None)

    def rung(self) -> list[Receiver]:
        return [one for one in self.receivers if one.sid != "CA1"]

    def act(self, sid: str, act: Act, text: str = "") -> None:
        self.done.append((sid, act, text))


class QuietJira:
    """A Jira without a server: one ticket, and what is done with it is kept."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        said = Remark(
            name="Aiguillage",
            at=datetime(2026, 3, 24, 9, 6, tzinfo=UTC),
            text="<b>Bonjour</b>",
            public=False,
            ours=True,
        )
        self.ticket = Ticket(
            key="DIG-1",
            summary="[MPA-26-00001] Page blanche",
            description="Rien ne va.",
            status="Ouvert",
            ways=("En cours", "Terminé"),
            remarks=(said,),
            files=("capture.png",),
        )

    def all(self) -> list[Ticket]:
        return [self.ticket]

    def find(self, key: str) -> Ticket | None:
        return self.ticket if key == self.ticket.key else None

    def write(self, key: str, text: str, *, public: bool) -> None:
        self.done.append((key, text, "public" if public else "internal"))

    def move(self, key: str, status: str) -> None:
        self.done.append((key, status))


class QuietDemo:
    """A demonstration without servers: keeps what is sent, has caught one mail."""

    address = "assistance@monpermis.example.be"
    progress = Progress(3, 15)

    def __init__(self) -> None:
        self.sent: list[Draft] = []
        self.telephone = QuietTelephone()
        self.office = OfficeClock()
        self.jira = QuietJira()

    def send(self, draft: Draft) -> None:
        self.sent.append(draft)

    def caught(self, limit: int = 100) -> list[Caught]:
        return [CAUGHT][:limit]

    def find_caught(self, name: str) -> Caught | None:
        return CAUGHT if name == CAUGHT.name else None


@pytest.fixture(scope="session")
def profile() -> Profile:
    return shipped()


def serving(store: Store, profile: Profile, demo: QuietDemo) -> Service:
    """A service with the working time of its profile."""
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    return Service(store, profile, SIGNER, demo, calendars=calendars)


@pytest.fixture
def demo() -> QuietDemo:
    return QuietDemo()


@pytest.fixture
def pages(sqlite_store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(sqlite_store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def browser(pages: FastAPI, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """A browser on this machine that prefers French; the supervisor is signed in."""
    store = request.getfixturevalue("store" if "store" in request.fixturenames else "sqlite_store")
    with browsing(pages, store) as client:
        yield client
