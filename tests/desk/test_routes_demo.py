"""The box to write a mail, and the mail catcher's page."""

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from desk.demo import Draft
from desk.routes_demo import faults_of
from desk.service import Service
from desk.words import catalogue
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER, QuietDemo
from tests.desk.signed import BASE, browsing

GOOD = {"sender": "jeanne@example.org", "subject": "Question", "text": "Bonjour\r\nà tous"}


def test_what_is_written_is_delivered(browser: TestClient, demo: QuietDemo) -> None:
    page = browser.post("/desk/demo/write", data=GOOD, headers=ORIGIN)
    assert catalogue("fr")["write.sent"] in page.text
    assert demo.sent == [Draft("jeanne@example.org", "Question", "Bonjour\nà tous")]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"sender": "jeanne"}, "sender"),
        ({"sender": ""}, "sender"),
        ({"sender": "a@b.org, c@d.org"}, "sender"),
        ({"sender": "a@b.org\nBcc: x@y.org"}, "sender"),
        ({"subject": "x" * 501}, "subject"),
        ({"subject": "", "text": " "}, "text"),
        ({"text": "x" * 20_001}, "text"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: TestClient, demo: QuietDemo, changed: dict[str, str], fault: str
) -> None:
    answer = browser.post("/desk/demo/write", data=GOOD | changed, headers=ORIGIN)
    assert answer.status_code == 422
    assert f'id="{fault}-fault"' in answer.text
    assert f'aria-describedby="{fault}-fault"' in answer.text
    assert (GOOD | changed)["subject"] in answer.text
    assert not demo.sent


def test_a_draft_without_fault() -> None:
    assert faults_of(Draft("jeanne@example.org", "", "Bonjour")) == ()


def test_the_catcher_shows_a_mail_as_its_receiver_reads_it(browser: TestClient) -> None:
    page = browser.get("/desk/demo/caught").text
    assert "jeanne@example.org" in page
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in page
    assert "Bien reçu" in page
    assert "auto-replied" in page


def test_a_caught_mail_can_be_taken_out(browser: TestClient) -> None:
    assert b"Delivered-To" in browser.get("/desk/demo/caught/17/raw").content
    assert browser.get("/desk/demo/caught/../raw").status_code == 404


def test_without_the_demonstration_there_is_no_such_page(sqlite_store: Store, profile: Profile) -> None:
    pages = application(Service(sqlite_store, profile, SIGNER), bind="127.0.0.1:8080", public_url=BASE)
    with browsing(pages, sqlite_store) as browser:
        assert browser.get("/desk/demo/write").status_code == 404
        assert browser.post("/desk/demo/write", data=GOOD, headers=ORIGIN).status_code in (404, 405)
        assert "/desk/demo" not in browser.get("/desk/cases").text
