"""The page of one case for its citizen: what it shows to whom, and what can be done on it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.case import EntryKind, Status
from cases.form import WebForm
from cases.mails import Mail, row
from cases.policy import OutboundKind
from desk.attached import attached
from desk.words import catalogue
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.desk.signed import BASE
from tests.desk.test_routes_form import PNG, SAID, House, secret, send, written

WRITTEN = SAID["text"]


@pytest.fixture
def house(store: Store, profile: Any) -> House:
    return House(
        store, replace(profile, hours={}, mailboxes=tuple(replace(box, hours="") for box in profile.mailboxes))
    )


@pytest.fixture
def citizen(house: House) -> Iterator[TestClient]:
    pages = application(house.service, bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(pages, base_url=BASE, headers={"accept-language": "fr", **ORIGIN}) as client:
        send(client, house, written(client))
        yield client


@pytest.fixture
def link(citizen: TestClient, house: House) -> str:
    [case] = house.cases()
    return f"/track/{SIGNER.tracking_token(case.id)}"


def opened(citizen: TestClient, link: str, address: str = "Jeanne@Example.org ") -> Any:
    return citizen.post(link, data={"address": address})


def test_the_link_alone_shows_steps_and_no_word(citizen: TestClient, link: str) -> None:
    page = citizen.get(link)
    assert 'aria-current="step"' in page.text
    assert WRITTEN not in unescape(page.text)
    assert "Jeanne" not in page.text


def test_what_was_written_is_shown_once_the_address_is_typed(citizen: TestClient, link: str) -> None:
    assert WRITTEN not in unescape(opened(citizen, link, "paul@example.org").text)
    page = opened(citizen, link)
    assert page.status_code == 200
    assert WRITTEN in unescape(page.text)
    assert WRITTEN not in unescape(citizen.post(link, data={"do": "shut"}).text)


def test_it_stays_open_for_half_an_hour_and_for_this_case_alone(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    house.now += timedelta(minutes=29)
    assert WRITTEN in unescape(citizen.get(link).text)
    house.now += timedelta(minutes=2)
    assert WRITTEN not in unescape(citizen.get(link).text)


def test_whoever_was_the_requester_reads_nothing_of_the_next(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    [case] = house.cases()
    theirs = {"requester": "paul@example.org", "person_key": SIGNER.person_key("paul@example.org")}
    with house.store.transaction("tests") as tx:
        tx.cases.write(case.id, case.version, {**theirs, "submitter": ""}, house.now)
    assert WRITTEN not in unescape(citizen.get(link).text)
    assert 'name="address"' in citizen.get(link).text


def test_what_is_written_next_on_a_page_that_came_back_is_not_lost(
    citizen: TestClient, house: House, link: str
) -> None:
    page = opened(citizen, link)
    for text in ("Premier mot.", "Second mot.", "Second mot."):
        citizen.post(f"{link}/add", data={"draft": secret(page), "text": text}, files=[("files", ("a.png", PNG))])
    citizen.post(f"{link}/data", data={"draft": secret(page), "wish": "erase"})
    shown = unescape(citizen.get(link).text)
    assert (shown.count("Premier mot."), shown.count("Second mot.")) == (1, 1)
    assert len(house.cases()) == 2


def test_a_cookie_that_was_made_up_opens_nothing(citizen: TestClient, house: House, link: str) -> None:
    [case] = house.cases()
    for value in ("", "x", f"{case.id} requester 9999999999", SIGNER.seal("other", f"{case.id} requester 9999999999")):
        citizen.cookies.set("track", value, path=link)
        assert WRITTEN not in unescape(citizen.get(link).text)


def test_nobody_guesses_the_address(citizen: TestClient, link: str) -> None:
    answers = [opened(citizen, link, f"u{n}@example.org").status_code for n in range(8)]
    assert answers == [422] * 6 + [429] * 2
    assert opened(citizen, link).status_code == 429


def test_notes_tags_and_the_private_thread_are_never_shown(citizen: TestClient, house: House, link: str) -> None:
    [case] = house.cases()
    entry = {"case_id": case.id, "at": house.now, "actor": "nora", "data": {}, "person_key": None}
    context = {"text": "Videz le cache, puis reconnectez-vous.", "by": "Nora"}
    common = {"case_id": case.id, "mailbox": "assistance", "lang": "fr"}
    answer = Mail(kind=OutboundKind.REPLY, key="r", recipient=case.requester, context=context, **common)
    secret = {"text": "SECRET-N2"}
    private = Mail(kind=OutboundKind.N2_MESSAGE, key="n", recipient="n2@example.com", context=secret, **common)
    rows = [row(one, SIGNER, "example.org", house.now, None) for one in (answer, private)]
    with house.store.transaction("tests") as tx:
        tx.cases.add_entries([{**entry, "kind": EntryKind.NOTE, "text": "SECRET-NOTE"}])
        tx.cases.add_entries([{**entry, "kind": EntryKind.ESCALATED, "text": "SECRET-WORDING"}])
        for one in rows:
            tx.outbound.add_once([one])
    page = unescape(opened(citizen, link).text)
    assert context["text"] in page
    assert "SECRET" not in page
    assert "unsure" not in page


def test_a_precision_and_a_file_join_the_case(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    page = citizen.post(f"{link}/add", data={"text": "Voici la capture."}, files={"files": ("c.png", PNG, "image/png")})
    assert "C'est ajouté" in unescape(page.text)
    assert "Voici la capture." in page.text
    first, second = house.rows()
    assert (second.disposition, second.case_id, second.sender) == ("reply", first.case_id, "jeanne@example.org")
    assert attached(house.store, second.id, 0) == PNG


def test_a_file_that_is_refused_loses_no_word(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    page = citizen.post(f"{link}/add", data={"text": "Voici."}, files={"files": ("c.exe", b"MZ", "image/png")})
    assert page.status_code == 422
    assert ">Voici.</textarea>" in page.text
    assert "c.exe" in page.text
    draft = re.search(r'name="draft" value="([^"]+)"', page.text)
    assert draft
    twice = {"text": "Voici.", "draft": draft[1]}
    assert [citizen.post(f"{link}/add", data=twice).status_code for _ in range(2)] == [200, 200]
    assert len(house.rows()) == 2


def test_what_is_solved_is_closed_by_who_asked_and_opened_again_by_writing(
    citizen: TestClient, house: House, link: str
) -> None:
    opened(citizen, link)
    assert 'action="' + link + '/close"' in citizen.get(f"{link}?ask=close").text
    assert house.cases()[0].status != Status.CLOSED
    page = citizen.post(f"{link}/close")
    [case] = house.cases()
    assert case.status == Status.CLOSED
    assert "Votre demande est close" in page.text
    assert f"/survey/{SIGNER.survey_token(case.id, 1)}" in page.text
    with house.store.reading() as tx:
        [line] = [one for one in tx.cases.entries(case.id) if one.kind == EntryKind.CLOSED]
        assert line.actor == "requester"
        assert not [one for one in tx.cases.outbound(case.id) if one.kind == OutboundKind.CLOSING]
    citizen.post(f"{link}/close")  # pressed twice
    citizen.post(f"{link}/add", data={"text": "En fait non, l'erreur est revenue ce matin."})
    assert house.cases()[0].status == Status.OPEN


def test_a_wish_about_ones_data_is_a_case_of_its_own(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    assert citizen.post(f"{link}/data", data={"wish": "everything"}).status_code == 422
    page = citizen.post(f"{link}/data", data={"wish": "erase", "text": "Tout, s'il vous plaît."})
    assert "Votre souhait est transmis" in page.text
    second, first = house.cases()
    assert second.linked_case_id == first.id
    assert "données personnelles" in second.subject


def test_a_merged_case_stands_where_the_other_one_stands(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    send(citizen, house, written(citizen, email="paul@example.org", text="La page du paiement ne répond plus ici."))
    into, merged = house.cases()
    closed = {"status": Status.CLOSED, "closed_at": house.now, "merged_into": into.id}
    with house.store.transaction("test.merge") as tx:
        tx.cases.write(merged.id, merged.version, closed, house.now)
    page = citizen.get(link)
    assert page.text.count('class="here"') == 1
    assert catalogue("fr")["track.new"] in unescape(page.text)
    assert "paiement" not in page.text
    assert "/close" not in page.text
    citizen.post(f"{link}/add", data={"text": "Toujours rien ce matin, et vous ?"})
    with house.store.reading() as tx:
        assert [one.case_id for one in tx.inbound.get([3])] == [into.id]


@pytest.mark.parametrize("what", ["add", "close", "data"])
def test_without_the_address_nothing_is_changed_and_that_is_said(
    citizen: TestClient, house: House, link: str, what: str
) -> None:
    page = citizen.post(f"{link}/{what}", data={"text": "x", "wish": "erase"})
    assert page.status_code == 403
    assert "Rien n'a été changé" in unescape(page.text)
    assert len(house.rows()) == 1
    assert house.cases()[0].status == Status.NEW


@pytest.mark.parametrize("what", ["", "/add", "/close", "/data"])
def test_a_forged_link_is_harmless_whatever_is_posted(citizen: TestClient, house: House, what: str) -> None:
    page = citizen.post(f"/track/t1.aaaaaaaaaaaaaaaa{what}", data={"address": "jeanne@example.org", "text": "x"})
    assert page.status_code == 404
    assert len(house.rows()) == 1


def test_what_a_mail_scanner_gets_changes_nothing(citizen: TestClient, house: House, link: str) -> None:
    opened(citizen, link)
    before = house.cases()[0].version
    for path in ("", "?ask=close", "?done=close", "/close", "/add", "/data"):
        citizen.get(f"{link}{path}")
    assert house.cases()[0].version == before


def test_somebody_who_wrote_for_another_is_known_too(citizen: TestClient, house: House) -> None:
    other = {"for": "yes", "for_name": "Paul Exemple", "for_email": "paul@example.org"}
    send(citizen, house, written(citizen, **other))
    link = f"/track/{SIGNER.tracking_token(house.cases()[0].id)}"
    for address in ("paul@example.org", "jeanne@example.org"):
        assert WRITTEN in unescape(opened(citizen, link, address).text)


def test_a_case_that_was_merged_shows_how_the_other_stands_and_only_ones_own_words(
    citizen: TestClient, house: House, link: str
) -> None:
    send(citizen, house, written(citizen, email="paul@example.org", text="SECRET-PAUL"))
    other, mine = house.cases()
    with house.store.transaction("tests") as tx:
        merged = {"status": Status.CLOSED, "merged_into": other.id}
        assert tx.cases.write(mine.id, mine.version, merged, house.now)
    page = unescape(opened(citizen, link).text)
    assert "Nous l'avons bien reçue" in page
    assert WRITTEN in page
    assert "SECRET" not in page
    assert citizen.post(f"{link}/close").status_code == 409
    citizen.post(f"{link}/add", data={"text": "Encore un mot."})
    assert house.rows()[-1].case_id == other.id


def test_where_a_service_has_no_form_nothing_comes_in_by_its_road(citizen: TestClient, house: House, link: str) -> None:
    house.profile = replace(house.profile, web_form=WebForm())
    pages = application(house.service, bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(pages, base_url=BASE, headers={"accept-language": "fr", **ORIGIN}) as other:
        assert WRITTEN in unescape(opened(other, link).text)
        assert other.get("/form").status_code == 404
        answers = [other.post(f"{link}/{what}", data={"text": "x", "wish": "see"}) for what in ("add", "data")]
    assert [one.status_code for one in answers] == [404, 404]
    assert len(house.rows()) == 1
