"""The database is away: people are told when to come again, in their language, and nothing that they typed is lost."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from desk.words import LANGUAGES, catalogue
from store.engine import open_engine
from store.tx import Store
from tests.desk.conftest import ORIGIN, QuietDemo, serving
from tests.desk.signed import BASE

TYPED = "Je n'arrive plus à me connecter."


@pytest.fixture
def browser(profile: Profile) -> Iterator[TestClient]:
    """Somebody whose service has a database that nobody answers for."""
    engine = open_engine("postgresql://nobody@127.0.0.1:9/nothing")
    pages = application(serving(Store(engine), profile, QuietDemo()), bind="127.0.0.1:8080", public_url=BASE)
    with TestClient(pages, base_url=BASE, headers=ORIGIN, cookies={"session": "some secret"}) as client:
        yield client
    engine.dispose()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/desk/cases", "/form"])
def test_a_page_says_when_to_come_again(browser: TestClient, path: str, lang: str) -> None:
    answer = browser.get(path, headers={"accept-language": lang})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-language"] == lang
    assert catalogue(lang)["away.lead"] in unescape(answer.text)


@pytest.mark.parametrize("path", ["/desk/cases/2026-000001-8", "/form"])
def test_what_was_typed_is_there_to_be_sent_again(browser: TestClient, path: str) -> None:
    sent = {"draft": "s" * 32, "step": "message", "text": TYPED, "version": "3"}
    files = {"file": ("écran.png", b"not kept here", "image/png")}
    for answer in (browser.post(path, data=sent), browser.post(path, data=sent, files=files)):
        assert answer.status_code == 503
        assert f'action="{path}"' in answer.text
        fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
        assert {name: unescape(value) for name, value in fields} == sent
    assert "écran.png" in answer.text


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/account/password"])
def test_no_password_is_shown(browser: TestClient, path: str) -> None:
    answer = browser.post(path, data={"email": "a@example.org", "password": "a secret", "current": "a secret"})
    assert answer.status_code == 503
    assert "a secret" not in answer.text
