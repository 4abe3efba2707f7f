"""The desk with two accounts, and browsers that nobody is signed in with."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.signin import passwords
from desk.signin.attempts import Attempts
from desk.signin.means import Means
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER, QuietDemo
from tests.desk.signed import BASE
from tests.desk.signin.signing import PUBLIC, Clock, people


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed at the least cost that there is. (What it is otherwise: `test_passwords.py`.)"""
    monkeypatch.setattr(passwords, "_argon2", _least)
    monkeypatch.setattr(passwords, "_nobodys", cache(lambda: _least().hash("a password that no account has")))


@cache
def _least() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


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
