"""The pages of major incidents, as a browser without script asks for them."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.secondlevel import Role
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import ORIGIN
from tests.desk.incidents.trouble import MAJOR, Trouble, serving
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import counted
from tests.desk.working import MARIE


@pytest.fixture
def trouble(store: Store) -> Trouble:
    return Trouble(store)


@pytest.fixture
def pages(trouble: Trouble) -> FastAPI:
    return application(serving(trouble), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def browser(trouble: Trouble, pages: FastAPI) -> Iterator[TestClient]:
    with browsing(pages, trouble.store) as client:
        yield client


def typed(trouble: Trouble, word: str = "panne", **more: str) -> dict[str, str]:
    """A form as it is filled in."""
    texts = trouble.texts(word)
    return {f"{part}.{lang}": text for part, said in texts.items() for lang, text in said.items()} | more


def post(browser: TestClient, identity: int, what: str, data: dict[str, str]) -> tuple[int, str]:
    answer = browser.post(f"/desk/incidents/{identity}/{what}", data=data, headers=ORIGIN)
    return answer.status_code, answer.text


def test_a_list_that_has_nothing_says_what_it_is_for(browser: TestClient) -> None:
    text = browser.get("/desk/incidents").text
    assert catalogue("fr")["incidents.empty_help"].split("'")[0] in text


def test_what_is_proposed_is_counted_in_the_head_of_every_page_for_who_decides(
    trouble: Trouble, pages: FastAPI, browser: TestClient
) -> None:
    trouble.proposed()
    assert '<b class="waves">1' in browser.get("/desk/cases").text
    with browsing(pages, trouble.store, "marie", Role.AGENT) as agent:
        assert '<b class="waves">' not in agent.get("/desk/cases").text


def test_the_page_shows_why_what_would_leave_and_to_how_many(trouble: Trouble, browser: TestClient) -> None:
    trouble.reported(2, lang="de")
    identity = trouble.proposed(4)
    text = browser.get(f"/desk/incidents/{identity}").text
    for said in ("erreur, connexion, écran", "6 personnes", "français 4, allemand 2", MAJOR):
        assert said in text
    assert "Nos services y travaillent" in text
    assert text.count("<textarea") >= 3 * len(trouble.profile.languages)
    assert "<table>" in text


def test_reading_first_what_would_leave_sends_nothing(trouble: Trouble, browser: TestClient) -> None:
    identity = trouble.proposed()
    status, text = post(browser, identity, "announce", typed(trouble, preview="1", version="1"))
    assert status == 200
    assert "panne message fr" in text
    assert "un incident que vous nous avez signalé" in text
    assert [row.state for row in trouble.rows()] == ["proposed"]


def test_one_button_announces(trouble: Trouble, browser: TestClient) -> None:
    identity = trouble.proposed()
    status, text = post(browser, identity, "announce", typed(trouble, automatic="yes", version="1"))
    assert status == 200
    assert catalogue("fr")["incidents.done.announce"] in text
    [row] = trouble.rows()
    assert (row.state, row.automatic) == ("running", True)
    trouble.tells()
    assert len(trouble.sent("incident")) == 6
    status, text = post(browser, identity, "update", typed(trouble, "suite", version="1"))
    assert status == 409
    assert "suite message de" in text
    assert post(browser, identity, "automatic", {"automatic": "no"})[0] == 200
    status, _ = post(browser, identity, "close", {**typed(trouble, "fini"), "version": "3"})
    assert status == 200
    trouble.tells()
    assert [row.state for row in trouble.rows()] == ["over"]


def test_a_text_that_lacks_is_said_next_to_its_field_and_nothing_typed_is_lost(
    trouble: Trouble, browser: TestClient
) -> None:
    identity = trouble.proposed()
    status, text = post(browser, identity, "announce", typed(trouble, version="1") | {"message.de": ""})
    assert status == 422
    assert 'id="announce-message-de-fault"' in text
    assert 'aria-describedby="announce-message-help announce-message-de-fault"' in text
    assert "panne banner nl" in text
    assert [row.state for row in trouble.rows()] == ["proposed"]


def test_later_cases_are_linked_by_one_button_and_one_is_taken_out(trouble: Trouble, browser: TestClient) -> None:
    identity = trouble.announced()
    [later] = trouble.reported(1)
    trouble.looks()
    assert "1 dossier semblable" in browser.get(f"/desk/incidents/{identity}").text
    assert "Semble faire partie" in browser.get(f"/desk/cases/{later.number}").text
    post(browser, identity, "link", {})
    assert "Fait partie d&#39;un incident majeur" in browser.get(f"/desk/cases/{later.number}").text
    post(browser, identity, "unlink", {"case": later.number})
    assert [one.state for one in trouble.ties(identity)][-1] == "unlinked"


def test_one_is_started_from_a_case_with_those_that_are_like_it(trouble: Trouble, browser: TestClient) -> None:
    first, second = trouble.reported(2)
    text = browser.get(f"/desk/incidents/new?case={first.number}").text
    assert f"{first.number}\n{second.number}</textarea>" in text
    sent = {"cases": f"{first.number}, {second.number}", "tool": ""}
    answer = browser.post("/desk/incidents/new", data=sent, headers=ORIGIN)
    assert answer.url.path == "/desk/incidents/1"
    again = browser.post("/desk/incidents/new", data=sent, headers=ORIGIN)
    assert again.status_code == 422
    assert first.number in again.text


def test_more_cases_take_no_more_statements(trouble: Trouble, browser: TestClient) -> None:
    identity = trouble.announced()
    paths = ("/desk/incidents", f"/desk/incidents/{identity}")

    def statements() -> list[int]:
        found = []
        for path in paths:
            with counted(trouble.store) as seen:
                assert browser.get(path).status_code == 200
            found.append(len(seen))
        return found

    before = statements()
    numbers = [case.number for case in trouble.reported(12)]
    trouble.acts.link(identity, MARIE, numbers)
    assert statements() == before
    assert max(before) <= 6


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_page_speaks_each_language(trouble: Trouble, browser: TestClient, lang: str) -> None:
    identity = trouble.announced()
    for path in ("/desk/incidents", "/desk/incidents/new", f"/desk/incidents/{identity}"):
        text = browser.get(f"{path}?lang={lang}").text
        assert f'<html lang="{lang}"' in text
        assert "incidents." not in text.replace("/desk/incidents", "")


def test_what_is_not_there_is_missing(browser: TestClient) -> None:
    assert browser.get("/desk/incidents/7").status_code == 404
    assert browser.post("/desk/incidents/7/dismiss", data={}, headers=ORIGIN).status_code == 404
