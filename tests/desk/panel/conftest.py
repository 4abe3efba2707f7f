"""A case on its page, over both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.http import application
from cases.event import Tags
from cases.profile import Profile
from cases.secondlevel import Role
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving
from tests.desk.signed import BASE, browsing
from tests.ingest.conftest import Road
from tests.mails import mail

FAULT = "Bonjour,\n\nNOTICe affiche une erreur 500 depuis ce matin.\n"
DOUBTED = Tags(
    lang="fr",
    category="requete",
    motif="assistance_fonctionnelle",
    tool="notice",
    scope="in",
    confidence={"motif": 0.51, "tool": 0.9, "scope": 0.97},
    reason="close_call",
    evidence=("erreur 500",),
    members={"motif": {"words": 0.4, "characters": 0.6}},
    cues={"widespread": "depuis ce matin"},
    model="light-7",
)


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


@dataclass
class Page:
    """The page of one case in somebody's browser."""

    browser: TestClient
    road: Road
    number: str

    @property
    def address(self) -> str:
        return f"/desk/cases/{self.number}"

    @property
    def text(self) -> str:
        return self.browser.get(self.address).text

    @property
    def row(self) -> Any:
        return self.road.read(lambda tx: tx.cases.find_number(self.number))

    @property
    def entries(self) -> list[Any]:
        found: list[Any] = self.road.read(lambda tx: tx.cases.entries(self.row.id))
        return found

    def send(self, form: str, **fields: Any) -> Response:
        """Send a form as the page has it now; the answer without following it."""
        return self.stale(form, self.row.version, **fields)

    def stale(self, form: str, version: int, **fields: Any) -> Response:
        """The same with the version of a page that was read before."""
        sent = {"version": str(version), **fields}
        headers = {"origin": BASE}
        return self.browser.post(f"{self.address}/{form}", data=sent, headers=headers, follow_redirects=False)


@pytest.fixture
def opened(browser: TestClient, road: Road) -> Callable[..., Page]:
    """Opens the page of the case that these mails open; of an ordinary one where none is given."""

    def open_page(*raws: bytes, tags: Tags = DOUBTED) -> Page:
        road.tags = tags
        row = road.take_in(*(raws or (mail(FAULT, subject="NOTICe en panne"),)))[-1]
        case: Any = road.read(lambda tx: tx.cases.find(row.case_id or 0))
        return Page(browser, road, case.number)

    return open_page


@pytest.fixture
def auditor(pages: FastAPI, store: Store) -> Iterator[TestClient]:
    with browsing(pages, store, "alice", Role.AUDITOR) as client:
        yield client
