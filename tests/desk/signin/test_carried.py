"""A session that ends while somebody writes: nothing typed is lost, and nothing is sent without them."""

import html
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from desk.signin.carried import Carried, carried
from tests.desk.conftest import QuietDemo
from tests.desk.signin.conftest import Browser
from tests.desk.signin.signing import EMAIL, WORDS, Clock, enter

TEXT = 'Bonjour,\r\n\r\n<b>l\'erreur</b> "500" & la suite…\r\n'
FORM = {"sender": "jeanne@example.org", "subject": "Erreur", "text": TEXT}


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def ended(client: TestClient, clock: Clock) -> TestClient:
    """A browser whose session has ended meanwhile."""
    enter(client)
    clock.later(hours=3)
    return client


def test_what_was_typed_comes_back_after_signing_in_and_leaves_when_asked(ended: TestClient, demo: QuietDemo) -> None:
    page = ended.post("/desk/demo/write?x=1", data=FORM)
    assert (page.status_code, "Your session has ended" in page.text) == (401, True)
    wrong = ended.post("/desk/sign-in", data={"email": EMAIL, "password": "?", "sent": hidden(page.text, "sent")})
    right = {"email": EMAIL, "password": WORDS, "sent": hidden(wrong.text, "sent")}
    back = ended.post("/desk/sign-in", data=right)
    assert (back.status_code, "Not sent yet" in back.text, demo.sent) == (200, True, [])
    assert 'action="/desk/demo/write?x=1"' in back.text
    again = {name: hidden(back.text, name) for name in FORM}
    assert again == FORM
    assert ended.post("/desk/demo/write", data=again).status_code == 303
    assert [one.text for one in demo.sent] == [TEXT.replace("\r\n", "\n")]


def test_files_are_named_and_chosen_again(ended: TestClient) -> None:
    files = {"sheet": ("appels.xlsx", b"not kept", "application/zip")}
    page = ended.post("/desk/calls/check", data={"note": "mars"}, files=files)
    assert (page.status_code, "appels.xlsx" in page.text) == (401, True)
    back = ended.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS, "sent": hidden(page.text, "sent")}).text
    assert 'enctype="multipart/form-data"' in back
    assert '<input id="file-1" name="sheet" type="file" multiple>' in back


def test_a_wrong_role_keeps_what_was_typed_on_the_page(pages: FastAPI, another: Browser) -> None:
    boss, auditor = another(), another()
    enter(boss, email="thomas@example.org")
    boss.post("/desk/users/nora", data={"do": "role", "role": "auditor"})
    enter(auditor)
    page = auditor.post("/desk/demo/write", data=FORM)
    assert page.status_code == 403
    assert html.escape("<b>l'erreur</b>", quote=False).replace("'", "&#39;") in page.text
    assert "Send now" not in page.text


@pytest.mark.parametrize(
    "sent",
    [
        "{}",
        "[]",
        "null",
        '{"action":"https://evil.example.org/","fields":[],"files":[]}',
        '{"action":"//evil.example.org/","fields":[],"files":[]}',
        '{"action":"/desk/sign-out","fields":[],"files":[]}',
        '{"action":"/desk","fields":[1],"files":[]}',
    ],
)
def test_what_no_page_of_ours_made_is_nothing(ended: TestClient, sent: str) -> None:
    answer = ended.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS, "sent": sent})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


pairs = st.lists(st.tuples(st.text(), st.text())).map(tuple)


@given(pairs, pairs)
def test_it_is_carried_as_it_was(fields: tuple[tuple[str, str], ...], files: tuple[tuple[str, str], ...]) -> None:
    sent = Carried("/desk/cases/MPA-26-00001/reply", fields, files)
    assert carried(sent.text) == sent


@given(st.text())
def test_nothing_that_is_sent_is_too_odd(text: str) -> None:
    carried(text)
