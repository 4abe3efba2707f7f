"""The screen of a seat, over calls that went through the real menu and were answered."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.words import LANGUAGES, catalogue
from ingest.voice.numbers import written
from store.seats import By
from store.tables import leg
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.signed import BASE
from tests.ingest.voice.phone import CALLER, Telephone

SEAT = "+3281001801"


@pytest.fixture
def telephone(store: Store, profile: Profile) -> Telephone:
    made = Telephone(store, profile)
    with store.transaction("test.seat") as tx:
        rows = [{"number": SEAT, "label": "Guichet", "areas": [], "ring_order": 1, "active": True}]
        tx.seats.add(rows, By("test", made.now))
    return made


@pytest.fixture
def pages(store: Store, profile: Profile, telephone: Telephone) -> FastAPI:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    service = Service(store, profile, SIGNER, None, lambda: telephone.now, calendars)
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


def said(key: str, lang: str = "fr") -> str:
    return str(escape(catalogue(lang)[key]))


def picked_up(telephone: Telephone, ended: timedelta | None = None) -> str:
    """The seat has the caller's call in hand, or had it until so long ago; the case's number."""
    row = telephone.call()
    told = {"call_id": row.id, "number": SEAT, "label": "Guichet", "line": row.line, "created_at": telephone.now}
    with telephone.store.transaction("test.leg") as tx:
        ended_at = telephone.now - ended if ended else None
        tx.connection.execute(
            leg.insert(),
            [told | {"key": "x", "due_at": telephone.now, "answered_at": telephone.now, "ended_at": ended_at}],
        )
    return str(telephone.case().number)


def test_the_seats_of_the_directory_are_offered(browser: TestClient) -> None:
    page = browser.get("/desk/screen").text
    assert "Guichet" in page
    assert 'href="/desk/screen/3281001801"' in page
    assert said("screen.nobody") in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_seat_without_a_call_is_told_what_comes(browser: TestClient, lang: str) -> None:
    assert said("screen.none", lang) in browser.get(f"/desk/screen/3281001801?lang={lang}").text


def test_the_case_is_there_when_the_seat_has_picked_up(browser: TestClient, telephone: Telephone) -> None:
    telephone.ring()
    telephone.keys("1 2")
    assert written(CALLER) in browser.get("/desk/screen").text  # who waits
    number = picked_up(telephone)
    page = browser.get("/desk/screen/3281001801").text
    assert said("screen.running") in page
    assert f'href="/desk/cases/{number}"' in page
    assert "NOTICe" in page


@pytest.mark.parametrize(("ended", "shown"), [(timedelta(minutes=1), True), (timedelta(minutes=11), False)])
def test_the_last_call_stays_for_a_while(
    browser: TestClient, telephone: Telephone, ended: timedelta, shown: bool
) -> None:
    telephone.ring()
    telephone.keys("1 2")
    number = picked_up(telephone, ended)
    page = browser.get("/desk/screen/3281001801").text
    assert (said("screen.last") in page, f"/desk/cases/{number}" in page) == (shown, shown)


@pytest.mark.parametrize("path", ["/desk/screen/000", "/desk/screen/abc", "/desk/screen/%2B32"])
def test_a_seat_that_is_not_there_is_missing(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_case_of_a_running_call_names_what_is_open_for_its_caller_first(
    browser: TestClient, telephone: Telephone
) -> None:
    telephone.ring(sid="CA0")
    telephone.keys("1 2", "CA0")
    telephone.ended("CA0")
    before = telephone.case("CA0").number
    telephone.ring()
    telephone.keys("1 4")
    page = browser.get(f"/desk/cases/{telephone.case().number}").text
    panel = page[page.index('id="panel"') :]
    first = panel[panel.index("<section") : panel.index("</section>")]
    assert said("screen.running") in first
    assert f'href="/desk/cases/{before}"' in first
    telephone.ended()
    assert 'id="part-call"' not in browser.get(f"/desk/cases/{telephone.case().number}").text
