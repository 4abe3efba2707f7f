"""A case at a desk, and a browser that somebody is signed in with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.secondlevel import Role
from desk.service import Service
from store.tx import Store
from tests.desk.signed import BASE, browsing
from tests.desk.working import Work
from tests.mails import mail

PDF = b"%PDF-1.7\n1 0 obj\n"


@dataclass(frozen=True)
class Sheet:
    """The page of one case as one person sees it."""

    browser: TestClient
    number: str

    @property
    def address(self) -> str:
        return f"/desk/cases/{self.number}"

    def read(self, query: str = "") -> str:
        answer = self.browser.get(self.address + query)
        assert answer.status_code == 200
        return answer.text

    def fields(self) -> dict[str, str]:
        """The hidden fields of the composer."""
        page = self.read()
        return {name: _value(page, name) for name in ("version", "newest")}

    def write(self, text: str = "Bonjour,\n\nC'est réparé.", *, path: str = "", **typed: Any) -> Any:
        """Post the composer's form as the page shows it, with that typed in it."""
        files = [("file", (name, body, "application/octet-stream")) for name, body in typed.pop("files", ())]
        data = {"kind": "reply", "text": text, "lang": "fr", "then": "send", **self.fields(), **typed}
        headers = {"origin": BASE}
        return self.browser.post(
            self.address + path, data=data, files=files or None, headers=headers, follow_redirects=False
        )

    def step(self, name: str, **typed: str) -> Any:
        """Post one of the small forms."""
        data = {"version": self.fields()["version"], **typed}
        return self.browser.post(f"{self.address}/{name}", data=data, headers={"origin": BASE}, follow_redirects=False)


def _value(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    return Work(sqlite_store)


@pytest.fixture
def service(sqlite_store: Store, work: Work) -> Service:
    """The desk by the clock of the tests."""
    profile, signer = work.profile, work.road.signer
    return Service(sqlite_store, profile, signer, clock=lambda: work.now, calendars=work.desk.calendars.by_name)


@pytest.fixture
def pages(service: Service) -> FastAPI:
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def number(work: Work) -> str:
    return work.opened(mail(sender="Jeanne Dupont <jeanne@example.org>"))


@pytest.fixture
def sheet(pages: FastAPI, sqlite_store: Store, number: str) -> Iterator[Sheet]:
    """The case as Marie sees it."""
    with browsing(pages, sqlite_store, "marie", Role.AGENT) as browser:
        yield Sheet(browser, number)


@pytest.fixture
def paul(pages: FastAPI, sqlite_store: Store, sheet: Sheet) -> Iterator[Sheet]:
    """The same case as Paul sees it at the same time."""
    with browsing(pages, sqlite_store, "paul", Role.AGENT) as browser:
        yield Sheet(browser, sheet.number)
