"""Signing in, in a real browser: nothing typed is lost, the end of a session is announced, every page is accessible."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.signin.attempts import Attempts
from desk.signin.means import Means
from store.tx import Store
from tests.desk.accessible import everywhere
from tests.desk.conftest import SIGNER, QuietDemo
from tests.desk.signin.signing import BOSS, EMAIL, WORDS, Clock, people
from tests.servers.process import answers, free_port, wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]

TEXT = "Première ligne\n\n<b>deuxième</b> & la suite"


@pytest.fixture
def address(sqlite_store: Store, profile: Profile, demo: QuietDemo, clock: Clock) -> Iterator[str]:
    port = free_port()
    people(sqlite_store)
    desk = Service(sqlite_store, profile, SIGNER, demo, clock, means=Means(attempts=Attempts()))
    pages = application(desk, bind=f"127.0.0.1:{port}", public_url=f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(pages, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: answers(port), "the pages answer")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def enter(page: Any, address: str, email: str = EMAIL) -> None:
    page.goto(f"{address}/desk/sign-in?next=/desk/account")
    fill(page, email)
    page.wait_for_url("**/desk/account")


def fill(page: Any, email: str = EMAIL, password: str = WORDS) -> None:
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    page.locator("main").get_by_role("button", name="Se connecter").click()


def write(page: Any, address: str) -> None:
    page.goto(f"{address}/desk/demo/write")
    page.locator("#sender").fill("jeanne@example.org")
    page.locator("#text").fill(TEXT)


def test_a_text_outlives_its_session(chromium: Any, address: str, clock: Clock, demo: QuietDemo) -> None:
    page = chromium.new_context(locale="fr-BE").new_page()
    enter(page, address)
    write(page, address)
    clock.later(hours=3)
    page.locator("form.write button").click()
    page.get_by_text("Votre session a pris fin").wait_for()
    fill(page)
    page.get_by_role("heading", name="Pas encore envoyé").wait_for()
    assert page.locator(".carried dd").last.inner_text() == TEXT
    assert demo.sent == []
    page.get_by_role("button", name="Envoyer maintenant").click()
    page.wait_for_url("**/desk/demo/write?sent=1")
    assert [one.text for one in demo.sent] == [TEXT]
    page.context.close()


def test_who_is_warned_may_stay_and_keeps_what_they_write(page: Any, address: str, clock: Clock) -> None:
    page.clock.install()
    enter(page, address)
    write(page, address)
    assert page.get_by_role("button", name="Rester connecté·e").is_hidden()
    clock.later(minutes=116)
    page.clock.fast_forward("01:56:00")
    page.get_by_role("button", name="Rester connecté·e").click()
    page.locator(".ending form").wait_for(state="hidden")
    assert page.locator("#text").input_value() == TEXT
    clock.later(minutes=100)
    page.goto(f"{address}/desk/account")
    assert page.get_by_role("heading", name="Nora Delvaux").is_visible()


@pytest.mark.timeout(300)
def test_every_page_and_state_is_accessible(chromium: Any, address: str, clock: Clock) -> None:
    context = chromium.new_context(locale="fr-BE")
    page = context.new_page()
    found = [fault for state in states(page, address, clock) for fault in state]
    context.close()
    assert not found, "\n".join(found)


def states(page: Any, address: str, clock: Clock) -> Iterator[list[str]]:
    """What is wrong with each page of signing in, one after the other."""
    page.goto(f"{address}/desk/sign-in")
    yield everywhere(page)
    fill(page, password="wrong")
    yield everywhere(page)
    enter(page, address, BOSS)
    yield everywhere(page)
    page.locator("#current").fill("wrong words here")
    page.locator("#new").fill("other words here")
    page.get_by_role("button", name="Changer", exact=True).click()
    yield everywhere(page)
    page.goto(f"{address}/desk/users")
    page.get_by_role("button", name="Nouveau lien").first.click()
    yield everywhere(page)
    link = page.locator(".secret").inner_text()
    page.locator("#email").fill(EMAIL)
    page.locator("main").get_by_role("button", name="Ajouter un compte").click()
    yield everywhere(page)
    page.goto(link)
    yield everywhere(page)
    write(page, address)
    clock.later(hours=3)
    page.locator("form.write button").click()
    yield everywhere(page)
    fill(page, BOSS)
    yield everywhere(page)
    page.goto(f"{address}/desk/sign-in/link/none")
    yield everywhere(page)
    page.goto(f"{address}/desk/signed-in")
    yield everywhere(page)
