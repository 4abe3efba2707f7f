"""The public form: three steps without script, and what becomes of what is sent."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.http import application
from cases.event import Channel, Message, Tags
from cases.profile import Profile
from cases.timers import Calendars
from desk.attached import attached
from desk.service import Service
from desk.words import Words
from ingest.intake import Intake
from ingest.web.drafts import Drafts
from ingest.web.event import normalise
from ingest.web.submission import read
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.desk.signed import BASE, browsing

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
            articles=lambda: self.profile.articles,
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


def test_files_come_along_and_are_read_where_those_of_mails_are(
    citizen: TestClient, house: House, profile: Profile
) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    page = post(citizen, page, "message", "add", files=[("files", ("capture.png", PNG, "text/plain"))], **SAID)
    assert "capture.png" in page.text
    page = post(citizen, page, "message", files=[("files", ("note.txt", b"Bonjour", "text/plain"))], **SAID)
    send(citizen, house, page)
    [row] = house.rows()
    assert [(one["filename"], one["content_type"]) for one in row.content["attachments"]] == [
        ("capture.png", "image/png"),
        ("note.txt", "text/plain"),
    ]
    assert [attached(house.store, row.id, index) for index in (0, 1)] == [PNG, b"Bonjour"]


def test_a_file_can_be_taken_back(citizen: TestClient, house: House) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    page = post(citizen, page, "message", "add", files=[("files", ("capture.png", PNG, "image/png"))], **SAID)
    drop = re.search(r'value="(drop\.[0-9a-f]{64})"', page.text)
    assert drop
    page = post(citizen, page, "message", drop[1], **SAID)
    assert "capture.png" not in page.text
    with house.store.reading() as tx:
        assert tx.forms.bytes_of(drop[1].removeprefix("drop.")) is None


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("facture.pdf.exe", b"MZ" + bytes(60), "kind"),
        ("facture.exe.pdf", b"MZ" + bytes(60), "kind"),
        ("page.html", b"<html>", "kind"),
        ("vide.txt", b"", "empty"),
        ("grand.txt", b"a" * 10_000_001, "large"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words_and_the_text_stays(
    citizen: TestClient, house: House, name: str, body: bytes, why: str
) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    page = post(citizen, page, "message", files=[("files", (name, body, "application/pdf"))], **SAID)
    assert page.status_code == 422
    assert Words("fr", house.service.zone)(f"form.file.{why}") in unescape(page.text)
    assert name in page.text
    assert SAID["text"] in unescape(page.text)


def test_too_much_at_once_is_refused_and_the_text_stays(citizen: TestClient) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    files = [("files", (f"{n}.txt", b"a" * 9_000_000, "text/plain")) for n in range(3)]
    page = post(citizen, page, "message", files=files, **SAID)
    assert page.status_code == 413
    assert SAID["text"] in unescape(page.text)


def test_a_body_that_says_it_is_huge_is_not_read(citizen: TestClient) -> None:
    page = citizen.get("/form")
    headers = {"content-type": "multipart/form-data; boundary=x", "content-length": "1000000000"}
    page = citizen.post("/form", content=b"--x", headers=headers)
    assert page.status_code == 413


def test_a_name_that_climbs_is_only_a_name(citizen: TestClient, house: House) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    page = post(citizen, page, "message", files=[("files", ("../../etc/note.txt", b"Bonjour", "text/plain"))], **SAID)
    send(citizen, house, page)
    assert [one["filename"] for one in house.rows()[0].content["attachments"]] == ["note.txt"]


def test_pressing_twice_is_one_case(citizen: TestClient, house: House) -> None:
    page = written(citizen)
    first, second = send(citizen, house, page), send(citizen, house, page)
    [case] = house.cases()
    assert case.number in first.text
    assert case.number in second.text
    assert "Elle avait déjà été envoyée" in second.text


def test_the_steps_before_are_asked_for_first(citizen: TestClient) -> None:
    page = citizen.get("/form?step=check")
    assert 'name="step" value="theme"' in page.text
    page = post(citizen, page, "theme", **{"in": "mon_espace"})
    assert page.status_code == 422
    assert 'href="#in.mon_espace"' in page.text
    page = post(citizen, page, "theme", **ABOUT)
    page = post(citizen, page, "message", **{**SAID, "email": "jeanne"})
    assert page.status_code == 422
    assert 'href="#email"' in page.text
    assert 'aria-describedby="email-help email-fault"' in page.text


def test_what_was_begun_is_there_again_and_can_be_erased(citizen: TestClient) -> None:
    written(citizen)
    page = citizen.get("/form?step=message")
    assert SAID["text"] in unescape(page.text)
    page = post(citizen, page, "message", "anew")
    assert SAID["text"] not in unescape(citizen.get("/form?step=message").text)


def test_what_nobody_goes_on_with_is_forgotten(citizen: TestClient, house: House) -> None:
    written(citizen)
    drafts = Drafts(house.store, lambda: house.now)
    assert drafts.forget_old() == 0
    house.now += timedelta(days=8)
    assert drafts.forget_old() == 1
    assert SAID["text"] not in unescape(citizen.get("/form?step=message").text)


def test_a_browser_without_cookies_gets_through(citizen: TestClient, house: House) -> None:
    page = citizen.get("/form")
    for step, said in (("theme", ABOUT), ("message", SAID)):
        citizen.cookies.clear()
        page = post(citizen, page, step, **said)
    citizen.cookies.clear()
    send(citizen, house, page)
    assert len(house.cases()) == 1


def test_programs_are_kept_out_kindly(citizen: TestClient, house: House) -> None:
    page = written(citizen)
    assert post(citizen, page, "check", "send").status_code == 422  # within the same second
    house.now += timedelta(seconds=30)
    page = post(citizen, page, "check", "send", website="https://spam.example.com")
    assert page.status_code == 422
    assert "+32 81 00 00 00" in page.text
    assert house.cases() == []


def test_too_many_out_of_one_network_are_told_to_call(citizen: TestClient, house: House, profile: Profile) -> None:
    house.profile = replace(house.profile, web_form=replace(house.profile.web_form, per_hour=1))
    pages = application(house.service, bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(pages, base_url=BASE, headers={"accept-language": "fr", **ORIGIN}) as busy:
        answers = [send(busy, house, written(busy)).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert len(house.cases()) == 1


def test_where_the_number_cannot_be_had_at_once_nothing_is_lost(citizen: TestClient, house: House) -> None:
    house.fails = True
    page = send(citizen, house, written(citizen))
    assert "Son numéro vous parvient par e-mail" in page.text
    house.fails = False
    house.now += timedelta(minutes=5)
    assert house.process([])
    [case] = house.cases()
    assert case.number in citizen.get(page.url.path).text


def test_for_somebody_else_there_are_two_people(citizen: TestClient, house: House) -> None:
    other = {"for": "yes", "for_name": "Paul Exemple", "for_email": "paul@example.org", "copies": "yes"}
    send(citizen, house, written(citizen, **other))
    [case] = house.cases()
    assert (case.requester_name, case.requester, case.submitter, case.copied) == (
        "Paul Exemple",
        "paul@example.org",
        "jeanne@example.org",
        True,
    )


def test_a_number_alone_joins_nothing_and_is_proposed(citizen: TestClient, house: House) -> None:
    send(citizen, house, written(citizen))
    [first] = house.cases()
    send(citizen, house, written(citizen, number=first.number))  # even from the same address, which anybody can type
    second = house.cases()[0]
    assert second.id != first.id
    assert second.linked_case_id == first.id


def test_the_link_of_a_tracking_page_adds_to_its_case(citizen: TestClient, house: House) -> None:
    send(citizen, house, written(citizen))
    [case] = house.cases()
    link = f"/form?theme=mon_espace&reason=acces&ref={case.number}&token={SIGNER.tracking_token(case.id)}"
    page = citizen.get(link)
    assert f"s&#39;ajoute à votre demande {case.number}" in page.text
    token = {"token": SIGNER.tracking_token(case.id), "number": case.number}
    page = post(citizen, page, "theme", **ABOUT, **token)
    page = post(citizen, page, "message", **SAID, **token)
    page = send(citizen, house, page)
    assert len(house.cases()) == 1
    assert "Ajouté à votre demande" in page.text


def test_a_national_number_is_warned_of_before_sending(citizen: TestClient) -> None:
    page = written(citizen, text="Mon numéro est le 85.07.30-033 28, merci.")
    assert 'id="national"' in page.text
    assert 'id="national"' not in written(citizen).text


def test_what_no_page_of_ours_sends_is_harmless(citizen: TestClient, house: House) -> None:
    page = citizen.get("/form")
    many = {f"field.x{n}": "1" for n in range(10_000)}
    assert citizen.post("/form", data={"draft": secret(page), **many}).status_code == 400
    assert (
        citizen.post("/form", content=b"\xff\xfe=%zz&draft=\xc3\x28", headers={"content-type": "x"}).status_code < 500
    )
    assert citizen.post("/form", content=b"", headers={"content-type": "multipart/form-data"}).status_code == 400
    broken = citizen.post("/form", content=b"--x\r\n\xff", headers={"content-type": "multipart/form-data; boundary=x"})
    assert broken.status_code < 500
    assert house.rows() == []


def test_another_site_posts_nothing(citizen: TestClient) -> None:
    answer = citizen.post("/form", data={"do": "on"}, headers={"origin": "https://elsewhere.example.com"})
    assert answer.status_code == 403


def test_a_change_of_the_directory_asks_for_what_it_needs(citizen: TestClient, house: House) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **{"in": "annuaire"})
    page = post(citizen, page, "message", **SAID)
    assert 'href="#field.annuaire_numero"' in page.text
    asked = {"field.annuaire_service": "Commune X", "field.annuaire_numero": "081 00 00 02"}
    page = post(citizen, page, "message", **SAID, **asked)
    send(citizen, house, page)
    [case] = house.cases()
    assert case.fields["annuaire_numero"] == "081 00 00 02"
    assert case.motif == "transmission_information"


def test_the_desk_shows_what_came_by_the_form(citizen: TestClient, house: House) -> None:
    page = post(citizen, citizen.get("/form"), "theme", **ABOUT)
    page = post(citizen, page, "message", files=[("files", ("capture.png", PNG, "image/png"))], **SAID)
    send(citizen, house, page)
    [case], [row] = house.cases(), house.rows()
    pages = application(house.service, bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, house.store) as desk:
        shown = desk.get(f"/desk/cases/{case.number}")
        file = desk.get(f"/desk/messages/{row.id}/files/0")
        raw = desk.get(f"/desk/messages/{row.id}/raw")
    assert SAID["text"] in unescape(shown.text)
    assert f"/desk/messages/{row.id}/html" not in shown.text
    assert file.content == PNG
    assert read(raw.content).text == SAID["text"]
