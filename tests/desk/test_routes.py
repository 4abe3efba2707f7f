"""The pages over both databases, with mails that went the whole way in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape
from sqlalchemy import event

from app.http import application
from cases.profile import Profile
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving
from tests.desk.signed import BASE
from tests.ingest.conftest import NOW, Road
from tests.mails import mail

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)


def said(key: str) -> str:
    """A text as it stands in a page."""
    return str(escape(catalogue("fr")[key]))


def number(road: Road, identity: int) -> str:
    found = road.read(lambda tx: tx.cases.find(identity))
    assert found is not None
    return str(found.number)


def test_the_empty_list_helps(browser: TestClient) -> None:
    page = browser.get("/desk/cases").text
    assert said("inbox.empty.open") in page
    assert "/desk/demo/write" in page


def test_the_first_page_is_the_list(browser: TestClient) -> None:
    assert browser.get("/", follow_redirects=False).headers["location"] == "/desk/cases"


def test_a_case_is_listed_with_its_tags_and_its_receipt(road: Road, browser: TestClient) -> None:
    road.take_in(mail("Bonjour,\n\nComment ajouter un plan ?\n", subject="Ajouter un plan"))
    page = browser.get("/desk/cases").text
    for words in ("Ajouter un plan", "Jeanne Exemple", "Requête", "Comment ajouter un plan ?", "Accusé en route"):
        assert words in page


def test_a_case_shows_its_messages_its_mails_and_its_route(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail("Bonjour,\n\nVoici.\n\n--\nJeanne"))
    page = browser.get(f"/desk/cases/{number(road, row.case_id)}").text
    for words in ("Jeanne Exemple", "Voici.", "Accusé de réception", "Avis à l&#39;équipe", "Requête", "Texte cité"):
        assert words in page
    assert '<details id="rest-' in page


def test_a_reply_stands_on_the_timeline_with_the_reason(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    road.take_in(mail("Encore ceci.", message_id="<m2@example.org>", References="<m1@example.org>"))
    page = browser.get(f"/desk/cases/{number(road, row.case_id)}").text
    assert "Encore ceci." in page
    assert said("reason.joined_by_reference") in page


def test_why_nobody_was_acknowledged_is_said(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail(), received_at=NOW - timedelta(days=30))
    assert said("verdict.message_too_old") in browser.get(f"/desk/cases/{number(road, row.case_id)}").text
    assert said("receipt.none") in browser.get("/desk/cases").text


def test_what_opened_no_case_is_on_the_day_with_its_reason(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail(subject="Absente", Auto_Submitted="auto-replied"))
    page = browser.get(f"/desk/day?day={NOW.date()}").text
    assert "Absente" in page
    assert said("reason.auto_replied") in page
    assert said("reason.auto_replied") in browser.get(f"/desk/messages/{row.id}").text


def test_a_message_held_aside_is_shown_on_every_day(road: Road, browser: TestClient) -> None:
    [identity] = road.receive(mail())
    with road.store.transaction("test.hold") as tx:
        tx.inbound.claim("lease", 1, NOW)
        tx.inbound.give_up("lease", identity, "too odd for us")
    page = browser.get("/desk/day?day=2026-01-01").text
    assert "too odd for us" in page
    assert said("day.held") in page
    assert browser.get(f"/desk/messages/{identity}").status_code == 200


def test_the_day_adds_up_by_mailbox(road: Road, browser: TestClient) -> None:
    road.take_in(mail(), mail("Guten Tag", message_id="<m2@example.org>"), source="beistand")
    road.take_in(mail("Autre", message_id="<m3@example.org>"))
    page = browser.get(f"/desk/day?day={NOW.date()}").text
    assert re.search(r"<b>3</b>\s*reçus", page)
    assert "beistand@monpermis.example.be" in page


@pytest.mark.parametrize("path", ["/desk/cases", "/desk/day", "case", "message"])
def test_nothing_that_a_stranger_wrote_becomes_markup(road: Road, browser: TestClient, path: str) -> None:
    raw = mail(f"Bonjour {HOSTILE}\n", subject=f"Question {HOSTILE}", sender=f'"{HOSTILE[:25]}" <jeanne@example.org>')
    [row] = road.take_in(raw)
    known = {"case": f"/desk/cases/{number(road, row.case_id)}", "message": f"/desk/messages/{row.id}"}
    page = browser.get(known.get(path, path)).text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_a_citizens_words_carry_their_language(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    page = browser.get(f"/desk/cases/{number(road, row.case_id)}", headers={"accept-language": "de"}).text
    assert '<html lang="de">' in page
    assert '<div class="letter" lang="fr"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_exists_in_each_language(road: Road, browser: TestClient, lang: str) -> None:
    [row] = road.take_in(mail())
    paths = ["/desk/cases", f"/desk/cases/{number(road, row.case_id)}", "/desk/day", f"/desk/messages/{row.id}"]
    for path in [*paths, "/desk/demo/write", "/desk/demo/caught"]:
        answer = browser.get(path, headers={"accept-language": lang})
        assert answer.status_code == 200
        assert f'<html lang="{lang}">' in answer.text
        assert answer.headers["content-language"] == lang


def test_a_chosen_language_stays_chosen(browser: TestClient) -> None:
    assert '<html lang="nl">' in browser.get("/desk/cases?lang=nl").text
    assert '<html lang="nl">' in browser.get("/desk/day").text
    assert '<html lang="nl">' in browser.get("/desk/day?lang=xx").text
    assert 'href="?day=2026-03-24&amp;lang=de"' in browser.get("/desk/day?day=2026-03-24").text


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/desk/cases/MPA-26-99999",
        "/desk/cases/%00",
        "/desk/cases?view=x",
        "/desk/cases?after=99999999999999999999",
        "/desk/cases?after=2026-01-01_1",
        "/desk/day?day=yesterday",
        "/desk/day?day=0001-01-01",
        "/desk/day?day=9999-12-31",
        "/desk/messages/x",
        "/desk/messages/99999999999999999999",
        "/desk/messages/77",
        "/desk/messages/77/raw",
        "/desk/messages/77/html",
        "/desk/messages/77/files/1",
        "/desk/sent/77/html",
        "/desk/demo/caught/no/raw",
    ],
)
def test_what_is_not_there_is_said_in_words(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert said("missing.title") in answer.text


def test_more_rows_take_no_more_statements(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    paths = ["/desk/cases", "/desk/day", f"/desk/cases/{number(road, row.case_id)}"]

    def statements() -> list[int]:
        return [_count(road.store, browser, path) for path in paths]

    before = statements()
    road.take_in(*(mail(message_id=f"<s{n}@example.org>", References="<m1@example.org>") for n in range(10)))
    road.take_in(*(mail(message_id=f"<t{n}@example.org>", sender=f"p{n}@example.org") for n in range(10)))
    assert statements() == before
    assert before == [7, 8, 19]


def _count(store: Store, browser: TestClient, path: str) -> int:
    with counted(store) as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def test_scripts_and_styles_are_small(browser: TestClient) -> None:
    page = browser.get("/desk/cases").text
    assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(assets) >= 3
    assert sum(len(browser.get(address).content) for address in assets) < 60_000


def test_no_page_holds_script_or_style_of_its_own(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    for path in ("/desk/cases", "/desk/day", f"/desk/cases/{number(road, row.case_id)}", "/desk/demo/write"):
        page = browser.get(path).text
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", page)
