"""The page of the phone over calls that went through the real menu."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.period import Kind
from desk.service import Service
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.signed import BASE
from tests.ingest.voice.phone import OPEN, Telephone
from tests.ingest.voice.test_calls import call

DAY = f"/desk/phone?day={OPEN.date()}"


@pytest.fixture
def telephone(store: Store, profile: Profile) -> Telephone:
    return Telephone(store, profile)


@pytest.fixture
def pages(store: Store, profile: Profile, telephone: Telephone) -> FastAPI:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    service = Service(store, profile, SIGNER, None, lambda: telephone.now, calendars)
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


def said(key: str) -> str:
    return str(escape(catalogue("fr")[key]))


def test_a_day_without_calls_says_so(browser: TestClient) -> None:
    page = browser.get(DAY).text
    assert said("phone.calls_none") in page
    assert page.count(said("phone.none")) == 5


def test_the_calls_of_a_day_are_listed_counted_and_judged(telephone: Telephone, browser: TestClient) -> None:
    call(telephone, "answered")
    page = browser.get(DAY).text
    assert "+32 470 00 12 34" in page
    assert "MPA-26-00001" in page
    assert page.count(said("phone.met")) >= 2
    assert said("call_fate.answered.one") in page
    assert "NOTICe" in page


def test_the_day_s_balance_has_the_lines(telephone: Telephone, browser: TestClient) -> None:
    assert said("day.lines") not in browser.get(f"/desk/day?day={OPEN.date()}").text
    call(telephone, "missed")
    page = browser.get(f"/desk/day?day={OPEN.date()}").text
    assert said("day.lines") in page
    assert '<th scope="row">1718</th><td>1</td>' in page


def test_a_call_without_a_beginning_raises_an_alarm(telephone: Telephone, browser: TestClient) -> None:
    telephone.ended()
    assert str(escape(catalogue("fr")["phone.unaccounted"].format(n=1))) in browser.get(DAY).text


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_page_exists_for_each_period_in_each_language(browser: TestClient, lang: str, kind: Kind) -> None:
    answer = browser.get(f"/desk/phone?period={kind}", headers={"accept-language": lang})
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text


@pytest.mark.parametrize("query", ["period=year", "day=yesterday", "day=0001-01-01", "day=9999-12-31&period=month"])
def test_odd_periods_are_missing_pages(browser: TestClient, query: str) -> None:
    assert browser.get(f"/desk/phone?{query}").status_code == 404
