"""The desk with two accounts, and browsers that nobody is signed in with."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.signin.attempts import Attempts
from desk.signin.means import Means
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER, QuietDemo
from tests.desk.signed import BASE
from tests.desk.signin.signing import PUBLIC, Clock, people


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pages(store: Store, profile: Profile, demo: QuietDemo, clock: Clock) -> FastAPI:
    means = Means(attempts=Attempts(), demo="key", demo_account="thomas")
    people(store)
    desk = Service(store, profile, SIGNER, demo, clock, means=means)
    return application(desk, bind="127.0.0.1:8080", public_url=PUBLIC)


Browser = Callable[[], TestClient]


@pytest.fixture
def another(pages: FastAPI) -> Iterator[Browser]:
    """Makes browsers with cookies of their own, in English."""
    opened: list[TestClient] = []

    def make() -> TestClient:
        headers = {**ORIGIN, "accept-language": "en"}
        opened.append(TestClient(pages, base_url=BASE, headers=headers, follow_redirects=False))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def client(another: Browser) -> TestClient:
    return another()
