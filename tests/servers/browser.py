"""`page`: a page of its own in a real browser; what its console complains of fails the test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.installed import program


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    complaints: list[str] = []
    context = chromium.new_context(locale="fr-BE", viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: complaints.append(str(one)))
    yield page
    context.close()
    assert not complaints
