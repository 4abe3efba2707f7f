"""What only a browser can tell of the panel: what is typed stays, whatever happens to the case meanwhile."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from cases import actions
from cases.timers import Calendars
from desk.actions import Desk
from tests.desk.accessible import assert_accessible_everywhere
from tests.desk.conftest import SIGNER
from tests.desk.panel.conftest import DOUBTED
from tests.desk.test_browser import address, page
from tests.ingest.conftest import Road
from tests.mails import mail

__all__ = ["address", "page"]
pytestmark = [pytest.mark.servers("chromium"), pytest.mark.slow]


@pytest.fixture
def number(sqlite_store: Any, profile: Any) -> str:
    road = Road(sqlite_store, profile)
    road.tags = DOUBTED
    [row] = road.take_in(mail("NOTICe reste bloqué.", subject="Panne"))
    return str(road.case(row).number)


@pytest.fixture
def desk(sqlite_store: Any, profile: Any) -> Desk:
    road = Road(sqlite_store, profile)
    return Desk(
        sqlite_store,
        profile,
        SIGNER,
        Calendars(profile, road.calendars.by_name),
        lambda: road.now + timedelta(minutes=5),
    )


def test_what_is_typed_goes_over_into_the_page_that_comes(page: Any, address: str, number: str, desk: Desk) -> None:
    page.goto(f"{address}/desk/cases/{number}")
    page.locator("#form-escalate > summary").click()
    page.fill("#escalate-wording", "NOTICe répond par une erreur 500 depuis lundi.")
    page.get_by_role("heading", level=1).click()
    before = page.locator("#form-escalate input[name=version]").input_value()
    desk.act(number, "thomas", partial(actions.note, text="Vu au téléphone."))
    page.wait_for_function(
        "before => document.querySelector('#form-escalate input[name=version]').value !== before", arg=before
    )
    assert page.input_value("#escalate-wording") == "NOTICe répond par une erreur 500 depuis lundi."
    page.goto("about:blank")  # the server may end


def test_the_panel_is_accessible_with_every_form_open(address: str, page: Any, number: str) -> None:
    page.goto(f"{address}/desk/cases/{number}")
    page.evaluate("document.querySelectorAll('#panel details').forEach((one) => { one.open = true })")
    assert_accessible_everywhere(page)


def test_the_priority_that_two_levels_make_is_said_while_they_are_chosen(address: str, page: Any, number: str) -> None:
    page.goto(f"{address}/desk/cases/{number}")
    page.locator("#form-priority > summary").click()
    for impact, urgency, priority in (("1", "1", "P1"), ("3", "3", "P4")):
        page.select_option("#priority-impact", impact)
        page.select_option("#priority-urgency", urgency)
        assert page.inner_text("#form-priority output").endswith(priority)
        assert page.locator("#form-priority [aria-current]").all_inner_texts() == [priority]
