"""The inbox as people see it, over both databases, with mails that went the whole way in."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.http import application
from cases.profile import Profile
from cases.secondlevel import Role
from desk.inbox.routes import PAGE
from desk.words import LANGUAGES, catalogue
from store.inbox import View
from store.tables import case
from store.tx import Store
from tests.desk.conftest import QuietDemo, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import HOSTILE, counted, said
from tests.ingest.conftest import NOW, Road
from tests.mails import mail


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def road(store: Store, profile: Profile) -> Road:
    return Road(store, profile)


def change(road: Road, row: Any, **columns: Any) -> None:
    with road.store.transaction("test.change") as tx:
        tx.connection.execute(update(case).where(case.c.id == row.case_id).values(columns))


def numbers(page: str) -> list[str]:
    return re.findall(r'<span class="number">([^<]+)<', page)


@pytest.mark.parametrize("view", View)
def test_an_empty_view_helps(browser: TestClient, view: View) -> None:
    page = browser.get(f"/desk/cases?view={view}").text
    assert said(f"inbox.empty.{view}") in page
    assert f'href="/desk/cases?view={view}" aria-current="page"' in page


def test_the_title_and_the_status_say_the_view_and_its_count(road: Road, browser: TestClient) -> None:
    road.take_in(mail(), mail(message_id="<m2@example.org>", sender="b@example.org"))
    page = browser.get("/desk/cases?view=open").text
    assert "<title>Ouverts (2)" in page
    assert re.search(r'role="status">\s*2 éléments', page)


def test_a_row_has_its_badges_in_words(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail("Bonjour,\n\nRien ne va.\n", subject="Panne"))
    columns = {"response_due_at": datetime(2026, 3, 24, 10, tzinfo=UTC), "agent": "thomas", "review": True}
    change(road, row, **columns, tags={"confidence": {"motif": 0.627}})
    page = browser.get("/desk/cases?view=mine").text
    for words in ("Panne", "Courriel", "Requête 62 %", "dépassée", "Thomas Gérard", "Nouveau", "Accusé en route", "P4"):
        assert words in page, words


def test_what_is_overdue_alarms(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail())
    change(road, row, n2_due_at=NOW - timedelta(hours=1))
    assert '<b class="alarm">1</b>' in browser.get("/desk/cases").text


def test_pages_follow_each_other(road: Road, browser: TestClient) -> None:
    road.take_in(*(mail(subject=f"Sujet {n}", message_id=f"<p{n}@example.org>") for n in range(PAGE + 2)))
    for address in ("/desk/cases", "/desk/cases?q=sujet"):
        first = browser.get(address).text
        [following] = re.findall(r'href="([^"]+)" rel="next"', first)
        second = browser.get(following.replace("&amp;", "&")).text
        assert len(numbers(first)) == PAGE
        assert len(set(numbers(first)) | set(numbers(second))) == PAGE + 2
        assert 'rel="next"' not in second


def test_messages_notes_and_names_are_found(road: Road, browser: TestClient) -> None:
    [row] = road.take_in(mail("Bonjour,\n\nL'écran reste blanc.\n", subject="Mon Espace"))
    road.take_in(mail("Toujours Blanc-bleu.", message_id="<m2@example.org>", References="<m1@example.org>"))
    with road.store.transaction("test.note") as tx:
        line = {"case_id": row.case_id, "kind": "note", "at": NOW, "actor": "nora", "data": {}}
        tx.cases.add_entries([line | {"text": "Appelé la commune de Sprimont"}])
    for asked in ("ecran", '"reste blanc"', "bleu", "sprimont", "de:jeanne", "MPA-26-00001", "mon espa", "ref:1 blanc"):
        assert numbers(browser.get("/desk/cases", params={"q": asked}).text) == ["MPA-26-00001"], asked
    for asked in ("rouge", "de:sprimont", "statut:clos", '"blanc reste"', "cat:incident"):
        assert numbers(browser.get("/desk/cases", params={"q": asked}).text) == [], asked


def test_a_chip_can_be_taken_out(browser: TestClient) -> None:
    page = browser.get("/desk/cases", params={"q": "panne outil:notice"}).text
    assert 'href="/desk/cases?q=panne" aria-label="Retirer outil:notice"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_understood_is_said_beside_the_field(browser: TestClient, lang: str) -> None:
    asked = "foo:bar ref:x de:- cat:zzz outil:zzz statut:zzz avant:zzz"
    answer = browser.get("/desk/cases", params={"q": asked}, headers={"accept-language": lang})
    assert answer.status_code == 200
    assert 'aria-describedby="q-fault"' in answer.text
    assert answer.text.count('<li class="fault">') == 7
    assert catalogue(lang)["inbox.mend.status"] in answer.text.replace("&#39;", "'")


@pytest.mark.parametrize("asked", ["'", '"', "*", "a* OR b", "NEAR(", "x:y*z", "\x00", "-", "a" * 1_000, "::"])
def test_no_search_is_too_odd(browser: TestClient, asked: str) -> None:
    assert browser.get("/desk/cases", params={"q": asked}).status_code == 200


def test_nothing_that_a_stranger_wrote_becomes_markup(road: Road, browser: TestClient) -> None:
    raw = mail(f"Bonjour {HOSTILE}\n", subject=f"Question {HOSTILE}", sender=f'"{HOSTILE[:25]}" <jeanne@example.org>')
    road.take_in(raw)
    for asked in ({}, {"q": "question"}, {"q": f"{HOSTILE} de:{HOSTILE}"}):
        page = browser.get("/desk/cases", params=asked).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_more_rows_take_no_more_statements(road: Road, browser: TestClient) -> None:
    addresses = [f"/desk/cases?view={view}" for view in View] + ["/desk/cases?q=question", "/desk/cases?q=statut:new"]

    def statements() -> list[int]:
        found = []
        for address in addresses:
            with counted(road.store) as sent:
                assert browser.get(address).status_code == 200
            found.append(len(sent))
        return found

    road.take_in(mail())
    before = statements()
    road.take_in(*(mail(message_id=f"<t{n}@example.org>", sender=f"p{n}@example.org") for n in range(20)))
    assert statements() == before
    assert max(before) <= 10  # a begin of a word: the whole word first, then how common the begin is


def test_an_auditor_reads_and_ticks_nothing(road: Road, pages: FastAPI, store: Store) -> None:
    road.take_in(mail())
    with browsing(pages, store, "alice", Role.AUDITOR) as client:
        page = client.get("/desk/cases").text
    assert "MPA-26-00001" in page
    assert 'type="checkbox"' not in page
    assert 'action="/desk/bulk"' not in page
