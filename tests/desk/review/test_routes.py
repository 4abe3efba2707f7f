"""The review of tags on its page: the same rows as the command writes, one card after the other."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from store.tx import Store
from tests.app.review_cases import doubted
from tests.desk.conftest import ORIGIN, QuietDemo, serving
from tests.desk.signed import BASE
from tests.desk.test_routes import counted, said


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo) -> FastAPI:
    return application(serving(store, profile, demo), bind="127.0.0.1:8080", public_url=BASE)


def fields(page: str) -> dict[str, str]:
    """What the form of a card would send, without a button."""
    form = page.partition('<form class="write"')[2]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    chosen = re.findall(r'<select id="(\w+)".*?<option value="([^"]*)" selected', form, re.DOTALL)
    return found | dict(chosen)


def press(browser: TestClient, page: str, choose: str, **changed: str) -> str:
    [number] = re.findall(r'action="/desk/review/(MPA[^"]+)"', page)
    answer = browser.post(f"/desk/review/{number}", data={**fields(page), "choose": choose, **changed}, headers=ORIGIN)
    return answer.text


def standing(store: Store) -> list[tuple[str, bool, str]]:
    with store.reading() as tx:
        return [(row.chosen["motif"], row.changed, row.actor) for row in tx.corrections.standing()]


def test_a_card_says_what_counted_and_why(store: Store, browser: TestClient) -> None:
    doubted(store)
    page = browser.get("/desk/review").text
    assert "<mark>bloqué</mark>" in page
    assert said("review.close_call") in page
    assert "0 sur 1 vus" in page


def test_one_key_confirms_and_the_next_card_comes(store: Store, browser: TestClient) -> None:
    doubted(store, 0.1)
    doubted(store, 0.2)
    page = press(browser, browser.get("/desk/review").text, "first")
    assert "1 sur 2 vus" in page
    page = press(browser, page, "first")
    assert said("tagging.empty") in page
    assert standing(store) == [("acces", False, "thomas")] * 2


def test_a_feared_incident_is_the_second_suggestion(store: Store, browser: TestClient) -> None:
    doubted(store, tags={"confidence": {}, "reason": "possible_incident", "evidence": [], "model": "m"})
    press(browser, browser.get("/desk/review").text, "second")
    assert standing(store) == [("incident", True, "thomas")]


def test_any_label_can_be_chosen_and_the_last_is_taken_back(store: Store, browser: TestClient) -> None:
    identity = doubted(store)
    page = press(browser, browser.get("/desk/review").text, "own", motif="demande_information", tool="notice")
    assert standing(store) == [("demande_information", True, "thomas")]
    [last] = re.findall(r'name="last" value="(\d+)"', page)
    page = browser.post("/desk/review/undo", data={"last": last, "looked": "1"}, headers=ORIGIN).text
    assert standing(store) == []
    assert "0 sur 1 vus" in page
    with store.reading() as tx:
        row = tx.cases.find(identity)
    assert row is not None
    assert (row.motif, row.review) == ("acces", True)


def test_nobody_takes_back_what_another_chose(store: Store, browser: TestClient) -> None:
    doubted(store)
    press(browser, browser.get("/desk/review").text, "first")
    with store.transaction("test") as tx:
        [row] = tx.corrections.standing()
        tx.corrections.add({**_of(row), "actor": "nora"})
    with store.reading() as tx:
        [row] = tx.corrections.standing()
    page = browser.post("/desk/review/undo", data={"last": str(row.id)}, headers=ORIGIN)
    assert page.status_code == 422
    assert said("tagging.not_undone") in page.text


def _of(row: object) -> dict[str, object]:
    names = ("case_id", "inbound_id", "cause", "shown", "chosen", "changed", "why", "model", "at")
    return {name: getattr(row, name) for name in names}


def test_what_is_put_off_comes_last(store: Store, browser: TestClient) -> None:
    first, second = doubted(store, 0.1), doubted(store, 0.2)
    page = browser.get(f"/desk/review?after={first}").text
    assert f'name="case" value="{second}"' in page
    assert f'name="case" value="{first}"' in browser.get(f"/desk/review?after={second}").text


def test_a_case_that_changed_meanwhile_is_shown_again(store: Store, browser: TestClient) -> None:
    doubted(store)
    page = press(browser, browser.get("/desk/review").text, "first", version="7")
    assert said("refused.stale") in page
    assert standing(store) == []


def test_what_was_typed_stays_where_somebody_changed_the_case_meanwhile(store: Store, browser: TestClient) -> None:
    doubted(store)
    typed = {"version": "7", "motif": "demande_information", "why": "Il demande un plan"}
    page = press(browser, browser.get("/desk/review").text, "own", **typed)
    assert 'value="Il demande un plan"' in page
    assert '<option value="demande_information" selected' in page


def test_the_list_has_the_least_sure_first_or_the_newest(store: Store, browser: TestClient) -> None:
    rows = [doubted(store, sure) for sure in (0.3, 0.1, 0.2)]

    def listed(sort: str) -> list[int]:
        return [
            int(one)
            for one in re.findall(r"/desk/review\?case=(\d+)", browser.get(f"/desk/review/list?sort={sort}").text)
        ]

    assert listed("sure") == [rows[1], rows[2], rows[0]]
    assert listed("new") == rows[::-1]


@pytest.mark.parametrize("path", ["/desk/review", "/desk/review/list"])
def test_more_cases_take_no_more_statements(store: Store, browser: TestClient, path: str) -> None:
    def statements() -> int:
        with counted(store) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    doubted(store)
    before = statements()
    for sure in (0.1, 0.2, 0.3):
        doubted(store, sure)
    assert statements() == before


def test_what_is_not_there_is_said(browser: TestClient) -> None:
    assert browser.get("/desk/review?last=-1").status_code == 404
    assert said("tagging.empty") in browser.get("/desk/review?case=77").text
