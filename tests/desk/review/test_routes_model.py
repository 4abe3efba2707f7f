"""The page of the model: its scores, a comparison, what is chosen, and the weeks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from desk.backstage import Backstage
from store.audit import Noted
from store.tx import Store
from tests.app.review_cases import doubted
from tests.desk.backstage import around
from tests.desk.conftest import ORIGIN, QuietDemo, serving
from tests.desk.signed import BASE
from tests.desk.test_routes import counted, said
from tests.ingest.conftest import NOW, Road


@pytest.fixture
def backstage(store: Store, profile: Profile) -> Backstage:
    return around(Road(store, profile))


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo, backstage: Backstage) -> FastAPI:
    service = replace(serving(store, profile, demo), backstage=backstage, clock=lambda: NOW)
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


def ask(browser: TestClient, to: str, version: str = "") -> Any:
    return browser.post(f"/desk/model/{to}", data={"version": version}, headers=ORIGIN)


def test_a_comparison_says_its_figures_and_changes_nothing(browser: TestClient, backstage: Any) -> None:
    page = ask(browser, "compare", "light-b").text
    assert said("model.allowed") in page
    assert "-1,0 … +3,0" in page
    assert backstage.models.chosen == ["shipped"]


def test_what_is_allowed_is_chosen_and_one_click_goes_back(browser: TestClient, backstage: Any, store: Store) -> None:
    page = ask(browser, "promote", "light-b").text
    assert said("model.done.promoted") in page
    assert backstage.models.chosen == ["shipped", "light-b"]
    assert "prendra sa place au prochain démarrage" in page
    assert said("model.done.back") in ask(browser, "back").text
    assert backstage.models.chosen == ["shipped"]
    with store.reading() as tx:
        noted = [(row.action, row.actor, row.data["how"]) for row in tx.audit.page(2)]
    assert noted == [(Noted.MODEL, "thomas", "back"), (Noted.MODEL, "thomas", "promoted")]


def test_what_is_refused_stays_where_it_is(browser: TestClient, backstage: Any) -> None:
    answer = ask(browser, "promote", "light-c")
    assert answer.status_code == 422
    assert said("model.refused") in answer.text
    assert backstage.models.chosen == ["shipped"]


def test_what_cannot_be_done_is_said(browser: TestClient) -> None:
    answer = ask(browser, "compare", "damaged")
    assert answer.status_code == 422
    assert "is no model that is kept" in answer.text


def test_one_runs_beside_and_how_often_they_agree_is_shown(browser: TestClient, store: Store) -> None:
    identity = doubted(store)
    assert said("model.not_compared") in ask(browser, "beside", "light-b").text
    shown = {"motif": "acces", "tool": "mon_espace", "scope": "in"}
    with store.transaction("test") as tx:
        [row] = tx.cases.inbound(identity)
        said_ = {**shown, "motif": "incident"}
        columns = {"inbound_id": row.id, "model": "light-b", "shown_model": "shipped", "shown": shown}
        tx.tagged.add_comparisons([{**columns, "said": said_, "differs": True, "at": NOW, "person_key": None}])
    page = browser.get("/desk/model").text
    assert f"/desk/messages/{row.id}" in page
    assert said("model.done.alone") in ask(browser, "beside").text


def test_the_weeks_are_a_picture_and_the_same_as_a_table(browser: TestClient, store: Store) -> None:
    assert said("model.no_weeks") in browser.get("/desk/model").text
    for days in (0, 1, 8):
        doubted(store, opened_at=NOW - timedelta(days=days))
    page = browser.get("/desk/model").text
    assert "2026-W13" in page
    assert page.count('<rect class="all" x=') == 2


def test_more_cases_take_no_more_statements(browser: TestClient, store: Store) -> None:
    def statements() -> int:
        with counted(store) as found:
            assert browser.get("/desk/model").status_code == 200
        return len(found)

    doubted(store)
    before = statements()
    for _ in range(3):
        doubted(store)
    assert statements() == before


def test_what_a_motif_is_mistaken_for_is_the_second_suggestion(browser: TestClient, store: Store) -> None:
    doubted(store)
    assert 'name="second.motif" value="demande_information"' in browser.get("/desk/review").text
