"""What only a browser can tell of the citizens' pages: keyboard, zoom, what axe says, and what the script adds."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

from app.http import application
from cases.profile import Profile
from desk.routes_form import FASTEST
from desk.service import Service
from store.tx import Store
from tests.desk.accessible import assert_accessible_everywhere
from tests.desk.conftest import SIGNER
from tests.desk.test_routes_form import PNG, House
from tests.servers.process import answers, free_port, wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


@pytest.fixture
def address(sqlite_store: Store, profile: Profile) -> Iterator[str]:
    """The citizens' pages, running."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    house = House(
        sqlite_store, replace(profile, hours={}, mailboxes=tuple(replace(b, hours="") for b in profile.mailboxes))
    )

    def process(only: Sequence[int]) -> int:
        house.now = datetime.now(UTC)
        return house.process(only)

    service = Service(sqlite_store, house.profile, SIGNER, process=process)
    server = uvicorn.Server(
        uvicorn.Config(application(service, bind=base[7:], public_url=base), port=port, log_config=None)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: answers(port), "the pages answer")
    yield base
    server.should_exit = True
    thread.join()


@pytest.fixture(params=["fr", "de"])
def quiet(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page in which no script runs but axe's."""
    context = chromium.new_context(locale=f"{request.param}-BE", viewport={"width": 320, "height": 900})
    context.route("**/*.js*", lambda route: route.abort())
    yield context.new_page()
    context.close()


def go_on(page: Any, to: str = "form.ask .moves .button") -> None:
    """Follow a button or a link, until the page that it leads to is there whole."""
    with page.expect_navigation():
        page.locator(to).first.click()


def choose(page: Any) -> None:
    page.check("input[name='in'][value=mon_espace]")
    page.check("input[name='in.mon_espace'][value=acces]")
    page.check("input[name='in.mon_espace.acces'][value=connexion]")


def write(page: Any) -> None:
    page.fill("#text", "Mein Zugang geht nicht mehr. 85.07.30-033 28")
    page.fill("#name", "Anke Beispiel")
    page.fill("#email", "anke@example.org")


@pytest.mark.timeout(300)
def test_every_page_and_state_without_script(quiet: Any, address: str) -> None:
    page, began = quiet, time.monotonic()
    page.goto(f"{address}/form")
    assert_accessible_everywhere(page)
    go_on(page)
    assert_accessible_everywhere(page)  # nothing was chosen
    assert page.evaluate("document.activeElement.id") == "problems"
    choose(page)
    assert_accessible_everywhere(page)
    go_on(page)
    assert_accessible_everywhere(page)
    page.check("input[name=for]")
    page.set_input_files(
        "#choose",
        [
            {"name": "virus.exe", "mimeType": "image/png", "buffer": b"MZ"},
            {"name": "capture.png", "mimeType": "image/png", "buffer": PNG},
        ],
    )
    go_on(page)
    assert_accessible_everywhere(page)  # faults, a file that was taken and one that was not
    page.uncheck("input[name=for]")
    write(page)
    go_on(page)
    assert_accessible_everywhere(page)  # the check, with its warning
    go_on(page, "button[value=clear]")
    assert_accessible_everywhere(page)
    go_on(page, "#clearing a")
    wait_until(lambda: time.monotonic() - began > FASTEST.total_seconds(), "it was read")
    go_on(page)
    assert_accessible_everywhere(page)
    go_on(page, "main a.button")
    assert_accessible_everywhere(page)
    page.fill("#address", "paul@example.org")
    go_on(page)
    assert_accessible_everywhere(page)
    page.fill("#address", "anke@example.org")
    go_on(page)
    page.locator("details summary").click()
    assert_accessible_everywhere(page)
    go_on(page, "a[href$='#solved']")
    assert_accessible_everywhere(page)
    go_on(page, "form.confirm button")
    assert_accessible_everywhere(page)


@pytest.fixture
def browser_page(chromium: Any) -> Iterator[Any]:
    """A page with script. What its console says of an answer of 422 is no complaint."""
    context = chromium.new_context(locale="fr-BE", viewport={"width": 1200, "height": 800})
    yield context.new_page()
    context.close()


def test_with_the_keyboard_alone(browser_page: Any, address: str) -> None:
    page = browser_page
    page.goto(f"{address}/form")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("input[name='in'][value=mon_espace]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "in.mon_espace"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=message**")
    assert page.locator(".crumb").first.inner_text().startswith("Mon Espace")
    page.focus("#text")
    page.keyboard.type("Bonjour")
    page.focus("#name")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # goes on, and takes no file back
    assert page.evaluate("document.activeElement.id") == "problems"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "name"


def test_what_is_typed_is_kept_while_it_is_typed(page: Any, address: str) -> None:
    page.goto(f"{address}/form?theme=mon_espace&reason=erreur")
    go_on(page)
    page.wait_for_url("**step=message**")
    page.fill("#text", "Rien ne va plus")
    kept = page.get_attribute("#kept", "data-kept")
    page.locator("#kept", has_text=kept).wait_for()
    page.goto(f"{address}/form?step=message")
    assert page.input_value("#text") == "Rien ne va plus"
