"""What citizens see and say without an account."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from cases.case import EntryKind
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.store.test_views import add_case

NOBODY = ("t1.aaaaaaaaaaaaaaaa", "t0", "c1", "%2e%2e", "x" * 61, "T1.AAAA")


@pytest.fixture
def case_id(sqlite_store: Store) -> int:
    """A case that is new."""
    return add_case(
        sqlite_store, requester="jeanne@example.org", subject="Ma haie", requester_name="Jeanne Exemple", status="new"
    )


def survey(case_id: int, closing: int = 1) -> str:
    return f"/survey/{SIGNER.survey_token(case_id, closing)}"


def answers(store: Store, case_id: int) -> list[tuple[bool, str]]:
    with store.reading() as tx:
        told = [entry for entry in tx.cases.entries(case_id) if entry.kind == EntryKind.SATISFACTION]
    return [(entry.data["satisfied"], entry.text) for entry in told]


def test_a_case_is_followed_by_its_link(browser: TestClient, sqlite_store: Store, case_id: int) -> None:
    with sqlite_store.reading() as tx:
        case = tx.cases.find(case_id)
    page = browser.get(f"/track/{SIGNER.tracking_token(case_id)}?lang=fr")
    assert page.status_code == 200
    assert case is not None
    assert case.number in page.text
    assert "Nous l&#39;avons bien reçue" in page.text
    for private in (case.requester, case.requester_name, case.subject, "/desk/cases"):
        assert private not in page.text


@pytest.mark.parametrize("kind", ["track", "survey"])
@pytest.mark.parametrize("token", NOBODY)
def test_a_link_that_was_not_sent_leads_nowhere(browser: TestClient, kind: str, token: str) -> None:
    page = browser.get(f"/{kind}/{token}")
    assert page.status_code == 404


def test_tokens_are_not_interchangeable(browser: TestClient, case_id: int) -> None:
    for path in (
        f"/track/{SIGNER.survey_token(case_id, 1)}",
        f"/survey/{SIGNER.tracking_token(case_id)}",
        f"/track/{SIGNER.case_token(case_id)}",
        f"/track/{SIGNER.thread_token(case_id)}",
    ):
        assert browser.get(path).status_code == 404


def test_looking_at_the_question_answers_nothing(browser: TestClient, sqlite_store: Store, case_id: int) -> None:
    for _ in range(3):
        assert browser.get(survey(case_id) + "?answer=no&satisfied=0").status_code == 200
    assert browser.head(survey(case_id)).status_code in (200, 405)
    assert answers(sqlite_store, case_id) == []


def test_an_answer_counts_once_it_is_posted_and_the_last_one_stands(
    browser: TestClient, sqlite_store: Store, case_id: int
) -> None:
    no = browser.post(survey(case_id) + "?lang=fr", data={"answer": "no", "comment": "Pas encore"}, headers=ORIGIN)
    assert no.status_code == 200
    assert "répondez simplement au courriel" in no.text
    yes = browser.post(survey(case_id), data={"answer": "yes"}, headers=ORIGIN)
    assert yes.status_code == 200
    assert answers(sqlite_store, case_id) == [(False, "Pas encore"), (True, "")]
    now = datetime.now(UTC)
    with sqlite_store.reading() as tx:
        assert tx.satisfactions.count(now - timedelta(days=9999), now + timedelta(days=9999)) == {True: 1}
    assert "checked" in browser.get(survey(case_id)).text


def test_a_button_that_is_pressed_twice_is_one_answer(browser: TestClient, sqlite_store: Store, case_id: int) -> None:
    for _ in range(2):
        assert browser.post(survey(case_id), data={"answer": "yes"}, headers=ORIGIN).status_code == 200
    assert answers(sqlite_store, case_id) == [(True, "")]


def test_each_closing_has_its_own_answer(browser: TestClient, sqlite_store: Store, case_id: int) -> None:
    for closing, answer in ((1, "no"), (2, "yes")):
        browser.post(survey(case_id, closing), data={"answer": answer}, headers=ORIGIN)
    with sqlite_store.reading() as tx:
        said = [tx.satisfactions.find(case_id, closing) for closing in (1, 2, 3)]
    assert [one and one.satisfied for one in said] == [False, True, None]


def test_who_chooses_nothing_is_told_so_and_nothing_is_kept(
    browser: TestClient, sqlite_store: Store, case_id: int
) -> None:
    page = browser.post(survey(case_id) + "?lang=en", data={"comment": "Hm"}, headers=ORIGIN)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "Hm" in page.text
    assert answers(sqlite_store, case_id) == []


def test_a_page_elsewhere_cannot_answer_for_somebody(browser: TestClient, sqlite_store: Store, case_id: int) -> None:
    refused = browser.post(survey(case_id), data={"answer": "yes"}, headers={"origin": "https://evil.example.com"})
    assert refused.status_code == 403
    assert answers(sqlite_store, case_id) == []


def test_a_comment_is_shown_as_text(browser: TestClient, case_id: int) -> None:
    browser.post(survey(case_id), data={"answer": "no", "comment": "<script>alert(1)</script>\x00"}, headers=ORIGIN)
    page = browser.get(survey(case_id))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
