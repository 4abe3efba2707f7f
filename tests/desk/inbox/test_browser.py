"""The inbox in a real browser: by the keyboard alone, with ticks that nothing takes away."""

from typing import Any

import pytest

from store.tx import Store
from tests.desk.test_browser import address, page, road, send

__all__ = ["address", "page", "road"]

pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_letters_move_open_and_go(address: str, page: Any, road: Any) -> None:
    for subject in ("premier", "second"):
        send(road, subject)
    page.goto(f"{address}/desk/cases")
    for key, expected in (("j", "premier"), ("j", "second"), ("j", "second"), ("k", "premier")):
        page.keyboard.press(key)
        assert focused(page) == expected
    page.keyboard.press("o")
    page.wait_for_url("**/desk/cases/MPA-26-00001")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/desk/cases?view=mine")
    assert page.title().startswith("Les miens (0)")


def test_the_sheet_lists_the_letters_and_comes_by_a_button_too(address: str, page: Any) -> None:
    page.goto(f"{address}/desk/cases")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Raccourcis clavier").wait_for()
    page.keyboard.press("j")  # nothing moves behind it
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Raccourcis clavier").click()
    page.get_by_role("dialog").get_by_text("Dossier suivant").wait_for()


def test_a_letter_that_is_typed_is_a_letter(address: str, page: Any) -> None:
    page.goto(f"{address}/desk/cases")
    page.keyboard.press("/")
    page.keyboard.type("j?ogm")
    assert page.locator("#q").input_value() == "j?ogm"
    assert not page.locator("#keys").is_visible()


def test_letters_can_be_switched_off(address: str, page: Any, road: Any, sqlite_store: Store) -> None:
    send(road, "premier")
    with sqlite_store.transaction("test.prefer") as tx:
        tx.accounts.prefer("thomas", {"shortcuts": False})
    page.goto(f"{address}/desk/cases")
    for key in ("j", "/", "?"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    assert page.locator("#keys").count() == 0


def test_ticks_are_counted_and_survive_what_comes(address: str, page: Any, road: Any) -> None:
    for subject in ("premier", "second"):
        send(road, subject)
    page.goto(f"{address}/desk/cases")
    assert page.locator("#bulk").is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_text("Sélection : 1").wait_for()
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    send(road, "troisième")
    page.get_by_role("button", name="1 nouveau dossier").wait_for()
    assert page.locator(".rows :checked").count() == 1
    page.get_by_label("Tout choisir sur cette page").check()
    page.get_by_text("Sélection : 2").wait_for()
    page.get_by_role("button", name="Prendre").click()
    page.get_by_role("button", name="Confirmer pour 2 dossiers").click()
    page.get_by_text("2 dossiers traités").wait_for()
    page.get_by_role("button", name="Annuler").click()
    page.get_by_text("2 dossiers repris").wait_for()


def test_a_tick_is_large_enough_and_the_list_fits_every_width(address: str, page: Any, road: Any) -> None:
    send(road, "W" * 200)
    for width in (320, 768, 1440):
        page.set_viewport_size({"width": width, "height": 700})
        for asked in ("", "?q=outil:notice statut:clos foo:bar", "?q=WWW"):
            page.goto(f"{address}/desk/cases{asked}")
            assert page.evaluate("document.documentElement.scrollWidth") == width, asked
        page.goto(f"{address}/desk/cases")
        box = page.locator(".rows [name=case]").bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_from_a_ticked_row_two_keys_lead_to_what_can_be_done(address: str, page: Any, road: Any) -> None:
    for subject in ("premier", "second", "troisième"):
        send(road, subject)
    page.goto(f"{address}/desk/cases")
    page.locator(".rows [name=case]").first.focus()
    for key in ("Space", "Tab"):
        page.keyboard.press(key)
    assert focused(page) == "Vers les actions"
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.closest('#bulk') !== null")
