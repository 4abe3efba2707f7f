"""Text leaves compressed, unless a stranger may have chosen some of it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.http import application
from cases.tokens import Signer
from desk.pages import asset
from desk.service import Service
from store.tx import Store
from tests.desk.signed import BASE, browsing
from tests.profiles import shipped

PROFILE = shipped()


@pytest.fixture
def browser(sqlite_store: Store) -> Iterator[TestClient]:
    service = Service(sqlite_store, PROFILE, Signer(b"a secret of the tests"))
    with browsing(application(service, bind="127.0.0.1:8080", public_url=BASE), sqlite_store) as client:
        yield client


def encoding(browser: TestClient, path: str, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = browser.get(path, headers={"accept-encoding": "gzip", **named})
    assert answer.status_code == 200
    return str(answer.headers.get("content-encoding", ""))


@pytest.mark.parametrize("name", ["desk.css", "desk.js", "keys.js"])
def test_styles_and_scripts_are_compressed_for_whoever_takes_it(browser: TestClient, name: str) -> None:
    assert encoding(browser, asset(name)) == "gzip"
    assert encoding(browser, asset(name), accept_encoding="identity") == ""


def test_a_page_is_compressed_where_one_of_ours_led_to_it(browser: TestClient) -> None:
    for site in ("same-origin", "none"):
        assert encoding(browser, "/desk/cases", sec_fetch_site=site) == "gzip"
    for site in ("cross-site", "same-site"):
        assert encoding(browser, "/desk/cases?q=password", sec_fetch_site=site) == ""
    assert encoding(browser, "/desk/cases") == ""


def test_a_compressed_page_is_the_same(browser: TestClient) -> None:
    plain, packed = (browser.get("/form", headers={"sec-fetch-site": site}) for site in ("cross-site", "same-origin"))
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-security-policy"] == plain.headers["content-security-policy"]
    assert packed.text[:500] == plain.text[:500]
