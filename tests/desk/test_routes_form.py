"""The public form: three steps without script, and what becomes of what is sent."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.http import application
from cases.event import Channel, Message, Tags
from cases.profile import Profile
from cases.timers import Calendars
from desk.service import Service
from ingest.intake import Intake
from ingest.web.event import normalise
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.desk.signed import BASE

MORNING = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
UNSURE = Tags(
    lang="en", category="requete", motif="demande_information", tool="aucun", scope="in", review=True, reason="unsure"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
ABOUT = {"in": "mon_espace", "in.mon_espace": "acces", "in.mon_espace.acces": "connexion"}
SAID = {
    "text": "Je n'arrive plus à me connecter depuis ce matin.",
    "name": "Jeanne Exemple",
    "email": "Jeanne@example.org",
    "field.dossier": "PE/2026/17",
}


class House:
    """A service with pages and an intake, whose clock a test moves."""

    def __init__(self, store: Store, profile: Profile) -> None:
        self.store, self.profile, self.now = store, profile, MORNING
        self.fails = False

    def process(self, only: Sequence[int]) -> int:
        if self.fails:
            raise RuntimeError("a model that breaks")
        return Intake(
            store=self.store,
            profile=self.profile,
            signer=SIGNER,
            calendars=Calendars(self.profile, {}),
            normalise={Channel.FORM: lambda one: normalise(one, self.profile, SIGNER)},
            classify=self.classify,
            clock=lambda: self.now,
        ).process(only)

    def classify(self, messages: Sequence[Message]) -> list[Tags]:
        return [UNSURE for _ in messages]

    @property
    def service(self) -> Service:
        return Service(self.store, self.profile, SIGNER, clock=lambda: self.now, process=self.process)

    def cases(self) -> list[Any]:
        with self.store.reading() as tx:
            return tx.cases.latest()

    def rows(self) -> list[Any]:
        with self.store.reading() as tx:
            return tx.inbound.get(range(1, 100))


@pytest.fixture
def house(store: Store, profile: Profile) -> House:
    return House(
        store, replace(profile, hours={}, mailboxes=tuple(replace(box, hours="") for box in profile.mailboxes))
    )


@pytest.fixture
def citizen(house: House) -> Iterator[TestClient]:
    pages = application(house.service, bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(pages, base_url=BASE, headers={"accept-language": "fr", **ORIGIN}) as client:
        yield client


def secret(page: Response) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page.text)
    assert found
    return found[1]


def post(citizen: TestClient, page: Response, step: str, do: str = "on", files: Any = None, **said: str) -> Response:
    typed = {"draft": secret(page), "step": step, "do": do, **said}
    return citizen.post("/form", data=typed, files=files or [("files", ("", b"", "application/octet-stream"))])


def written(citizen: TestClient, **said: str) -> Response:
    """The page to check what was written."""
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    return post(citizen, page, "message", **{**SAID, **said})


def send(citizen: TestClient, house: House, page: Response) -> Response:
    house.now += timedelta(seconds=30)
    return post(citizen, page, "check", "send")


def test_what_is_sent_is_a_case_with_its_number_at_once(citizen: TestClient, house: House) -> None:
    page = send(citizen, house, written(citizen))
    [case] = house.cases()
    assert case.number in page.text
    assert f"/track/{SIGNER.tracking_token(case.id)}" in page.text
    assert (case.channel, case.source, case.requester, case.lang) == ("form", "assistance", "jeanne@example.org", "fr")
    assert (case.tool, case.motif, case.fields) == ("mon_espace", "acces", {"dossier": "PE/2026/17"})
    assert "chosen_by_sender" in case.tags["reason"]
    assert case.subject == "Mon Espace – Connexion, droits ou mandat – Je n'arrive pas à me connecter"


def test_the_receipt_leaves_in_the_language_of_the_page(citizen: TestClient, house: House) -> None:
    citizen.get("/form?lang=de")
    send(citizen, house, written(citizen))
    [case] = house.cases()
    with house.store.reading() as tx:
        receipts = [one for one in tx.cases.outbound(case.id) if one.kind == "acknowledgement"]
    assert [(one.recipient, one.lang, one.mailbox) for one in receipts] == [("jeanne@example.org", "de", "beistand")]


def test_the_balance_counts_the_form_by_itself(citizen: TestClient, house: House) -> None:
    send(citizen, house, written(citizen))
    with house.store.reading() as tx:
        [counted] = tx.inbound.balance(MORNING - timedelta(days=1), MORNING + timedelta(days=1))
    assert tuple(counted) == ("form", "case", 1)
