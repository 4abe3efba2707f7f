"""What only a browser can tell: the list keeps itself up to date, and never under somebody's hand."""

import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.access import COOKIES
from desk.service import Service
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.sheets.test_workbook import ROW, TITLES, sheet
from tests.desk.signed import enter
from tests.ingest.conftest import Road
from tests.mails import mail
from tests.servers.process import answers, free_port, wait_until

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


@pytest.fixture
def address(sqlite_store: Store, profile: Profile) -> Iterator[str]:
    """A running desk."""
    port = free_port()
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    desk = Service(sqlite_store, profile, SIGNER, calendars=calendars)
    pages: FastAPI = application(desk, bind=f"127.0.0.1:{port}", public_url=f"http://127.0.0.1:{port}")
    config = uvicorn.Config(pages, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: answers(port), "the pages answer")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(page: Any, address: str, sqlite_store: Store) -> Any:
    """A page that the supervisor is signed in with."""
    cookies = enter(sqlite_store)
    page.context.add_cookies([{"name": COOKIES[1], "value": cookies[COOKIES[1]], "url": address}])
    return page


@pytest.fixture
def road(sqlite_store: Store, profile: Profile) -> Road:
    return Road(sqlite_store, profile)


PHONE = ("/desk/phone", "/desk/phone?period=month", "/desk/calls/new")


def send(road: Road, subject: str) -> None:
    road.take_in(mail(subject=subject, message_id=f"<{subject}@example.org>"))


def test_a_new_case_shows_by_itself(address: str, page: Any, road: Road) -> None:
    page.goto(f"{address}/desk/cases")
    page.get_by_text("Aucun dossier ouvert").wait_for()
    send(road, "premier")
    page.get_by_role("link", name="premier").wait_for()
    assert page.locator(".news button").is_hidden()


def test_nothing_moves_under_the_pointer(address: str, page: Any, road: Road) -> None:
    send(road, "premier")
    page.goto(f"{address}/desk/cases")
    page.get_by_role("link", name="premier").hover()
    send(road, "second")
    button = page.get_by_role("button", name="1 nouveau dossier")
    button.wait_for()
    assert page.get_by_role("link", name="second").count() == 0
    button.click()
    page.get_by_role("link", name="second").wait_for()
    assert page.locator("#cases li").count() == 2


def test_nothing_moves_under_the_keyboard(address: str, page: Any, road: Road) -> None:
    send(road, "premier")
    page.goto(f"{address}/desk/cases")
    page.get_by_role("link", name="premier").focus()
    send(road, "second")
    page.get_by_role("button", name="1 nouveau dossier").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "premier"


def test_what_a_reader_opened_stays_open(address: str, page: Any, road: Road) -> None:
    [row] = road.take_in(mail("Bonjour\n\n-- \nJeanne"))
    page.goto(f"{address}/desk/cases")
    page.get_by_role("link", name="Question").click()
    page.get_by_text("Texte cité").click()
    page.evaluate("document.activeElement.blur()")
    road.take_in(mail("Encore ceci.", message_id="<m2@example.org>", References="<m1@example.org>"))
    page.locator("#line").get_by_text("Encore ceci.").wait_for()
    assert page.locator(f"#rest-{row.id}").get_attribute("open") is not None


def test_the_keyboard_reaches_the_content_first(address: str, page: Any) -> None:
    page.goto(f"{address}/desk/cases")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_call_is_logged_with_the_keyboard_alone(address: str, page: Any) -> None:
    page.goto(f"{address}/desk/calls/new")
    page.keyboard.type("Mot de passe oublié")
    for _ in range(3):  # motif, tool, outcome: the first of each
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Anne")
    page.keyboard.press("Enter")
    page.get_by_text("MPA-26-00001").wait_for()
    assert page.get_by_label("Agent").input_value() == "Anne"
    assert page.evaluate("document.activeElement.id") == "reason"
    page.get_by_role("button", name="Annuler cet appel").click()
    page.get_by_text("L'appel a été retiré.").wait_for()


def test_a_workbook_is_checked_and_then_kept(address: str, page: Any) -> None:
    page.goto(f"{address}/desk/calls/new")
    wrong = ("31/02/2026", *ROW[1:])
    content = {"name": "appels.xlsx", "mimeType": "application/octet-stream", "buffer": sheet(TITLES, ROW, wrong)}
    page.get_by_label("Feuille remplie").set_input_files(content)
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_text("Appels!A3").wait_for()
    page.get_by_role("button", name="Enregistrer 1 appel").click()
    page.get_by_text("1 appel enregistré.").wait_for()


def test_no_width_needs_scrolling_sideways(address: str, page: Any, road: Road) -> None:
    [row] = road.take_in(mail("x" * 300, subject="W" * 200, sender=f"{'n' * 60}@{'d' * 60}.example.org"))
    found = road.read(lambda tx: tx.cases.find(row.case_id))
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 700})
        for path in ("/desk/cases", "/desk/day", f"/desk/cases/{found.number}", f"/desk/messages/{row.id}", *PHONE):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") == width, path


@pytest.mark.parametrize("period", ["day", "month"])
def test_the_whole_chart_is_seen_on_a_phone_and_can_be_read(address: str, page: Any, period: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{address}/desk/phone?period={period}")
    texts = page.locator(".chart .canvas text:visible")
    boxes = [texts.nth(one).bounding_box() for one in range(texts.count())]
    assert len(boxes) >= 4
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 and box["height"] >= 9 for box in boxes)
    left = sorted((box["x"], box["x"] + box["width"]) for box in boxes)
    assert all(one[1] <= following[0] for one, following in pairwise(left))
