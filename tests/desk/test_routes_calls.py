"""Logging calls by form and by workbook, over both databases."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape

from app import holidays
from app.http import application
from cases.profile import Profile
from desk.service import Service
from desk.sheets.isolated import texts
from desk.words import LANGUAGES, catalogue
from store.tx import Store
from tests.desk.conftest import ORIGIN, SIGNER
from tests.desk.sheets.test_workbook import NOW, ROW, TITLES, sheet
from tests.desk.signed import BASE

GOOD = {
    "key": "k1",
    "reason": "Mot de passe oublié",
    "motif": "acces",
    "tool": "notice",
    "outcome": "solved",
    "agent": "Anne",
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def pages(store: Store, profile: Profile) -> FastAPI:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    service = Service(store, profile, SIGNER, None, lambda: NOW, calendars)
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


def said(key: str, **values: Any) -> str:
    return str(escape(catalogue("fr")[key].format(**values)))


def post(browser: TestClient, path: str, **fields: Any) -> Any:
    return browser.post(path, headers=ORIGIN, **fields)


def check(browser: TestClient, body: bytes) -> str:
    return str(post(browser, "/desk/calls/check", files={"file": ("appels.xlsx", body)}).text)


def logged(store: Store) -> list[Any]:
    with store.reading() as tx:
        return list(tx.logged.between(NOW - timedelta(days=400), NOW + timedelta(days=1)))


def test_a_call_is_saved_and_the_next_one_keeps_the_agent(store: Store, browser: TestClient) -> None:
    page = post(browser, "/desk/calls/new", data=GOOD)
    assert page.url.path == "/desk/calls/new"
    assert "MPA-26-00001" in page.text
    assert 'value="Anne"' in page.text
    assert 'value="k1">' in page.text  # to take back
    [row] = logged(store)
    assert (row.at, row.agent, row.reason, row.number) == (NOW, "Anne", "Mot de passe oublié", "MPA-26-00001")
    case = browser.get("/desk/cases/MPA-26-00001").text
    assert all(said(key) in case for key in ("tags.by_hand", "file.logged", "entry.logged"))


def test_saving_twice_is_saving_once(store: Store, browser: TestClient) -> None:
    for _ in range(2):
        assert "MPA-26-00001" in post(browser, "/desk/calls/new", data=GOOD).text
    assert len(logged(store)) == 1


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(store: Store, browser: TestClient) -> None:
    answer = post(browser, "/desk/calls/new", data=GOOD | {"number": "12", "motif": "", "name": HOSTILE})
    assert answer.status_code == 422
    assert said("logged.wrong.no_number") in answer.text
    assert said("logged.wrong.missing") in answer.text
    assert "Mot de passe oublié" in answer.text
    assert str(escape(HOSTILE)) in answer.text
    assert '<details id="more" open>' in answer.text
    assert logged(store) == []


def test_every_field_of_the_form_is_kept(store: Store, browser: TestClient) -> None:
    more = {
        "lang": "de",
        "name": "Jan",
        "number": "0470 00 12 34",
        "date": "2026-03-23",
        "time": "10:00",
        "minutes": "5",
    }
    post(browser, "/desk/calls/new", data=GOOD | more)
    [row] = logged(store)
    assert (row.lang, row.caller_name, row.caller, row.minutes) == ("de", "Jan", "+32470001234", 5)
    assert row.at.isoformat() == "2026-03-23T09:00:00+00:00"


def test_the_last_call_can_be_taken_back_once(store: Store, browser: TestClient) -> None:
    post(browser, "/desk/calls/new", data=GOOD)
    assert said("calls.taken_back") in post(browser, "/desk/calls/take-back", data={"key": "k1"}).text
    assert logged(store) == []
    assert said("calls.not_taken_back") in post(browser, "/desk/calls/take-back", data={"key": "k1"}).text
    assert said("calls.not_taken_back") in post(browser, "/desk/calls/take-back", data={"key": "\0"}).text


def test_a_workbook_is_shown_first_and_kept_once_confirmed(store: Store, browser: TestClient) -> None:
    body = sheet(TITLES, ROW, ("24/03/2026", "Anne", "?", "NOTICe", HOSTILE, "Résolu", "", ""))
    page = check(browser, body)
    assert "Appels!C3" in page
    assert said("logged.wrong.unknown") in page
    assert HOSTILE not in page
    assert logged(store) == []
    workbook = re.search(r'name="workbook" value="([^"]+)"', page)
    assert workbook is not None
    answer = post(browser, "/desk/calls/import", data={"workbook": workbook[1]}, files={"none": b""})
    assert said("calls.imported.one", n=1) in answer.text
    assert [row.reason for row in logged(store)] == ["Mot de passe"]
    assert said("calls.preview.nothing_new") in check(browser, body)
    assert len(logged(store)) == 1


def test_a_row_that_was_changed_since_is_shown_and_left_as_it_is(store: Store, browser: TestClient) -> None:
    post(browser, "/desk/calls/new", data=GOOD)
    changed = (*ROW[:5], "À suivre", "", "k1")
    page = check(browser, sheet(TITLES, changed))
    assert said("calls.preview.changed_why") in page
    assert logged(store)[0].outcome == "solved"


def test_what_is_exported_is_known_again(store: Store, browser: TestClient) -> None:
    post(browser, "/desk/calls/new", data=GOOD | {"reason": "=cmd|' /C calc'!A0"})
    answer = browser.get("/desk/calls/sheet?since=2026-03-24&until=2026-03-24")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "=cmd|' /C calc'!A0" in texts(answer.content)["Appels"][3]
    assert said("calls.preview.nothing_new") in check(browser, answer.content)
    outside = browser.get("/desk/calls/sheet?since=2026-03-25&until=2026-03-25").content
    assert len(texts(outside)["Appels"]) == 3


def test_the_empty_sheet_speaks_the_reader_s_language(browser: TestClient) -> None:
    for lang, name in (("fr", "Appels"), ("nl", "Oproepen")):
        body = browser.get("/desk/calls/sheet", headers={"accept-language": lang}).content
        assert next(iter(texts(body))) == name


@pytest.mark.parametrize(
    ("body", "reason"), [(b"no workbook", "no_workbook"), (b"", "no_workbook"), (sheet(("a",)), "no_calls")]
)
def test_what_cannot_be_read_is_said(browser: TestClient, body: bytes, reason: str) -> None:
    assert said(f"sheet.unreadable.{reason}") in check(browser, body)


def test_a_file_that_is_too_large_is_refused(browser: TestClient) -> None:
    assert said("sheet.unreadable.too_large") in check(browser, BytesIO(b"x" * 2_000_001).getvalue())


@pytest.mark.parametrize("workbook", ["", "é", "QQ==", "x" * 10])
def test_a_forged_confirmation_keeps_nothing(store: Store, browser: TestClient, workbook: str) -> None:
    answer = post(browser, "/desk/calls/import", data={"workbook": workbook})
    assert answer.status_code == 422
    assert logged(store) == []


@pytest.mark.parametrize(
    "path",
    [
        "/desk/calls/sheet?since=x&until=y",
        "/desk/calls/sheet?since=2026-03-24",
        "/desk/calls/sheet?since=2026-03-24&until=9999-12-31",
        "/desk/calls/new?saved=%00",
        "/desk/calls/new?imported=x",
    ],
)
def test_odd_addresses_are_missing_pages(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_exist_in_each_language(browser: TestClient, lang: str) -> None:
    headers = {"accept-language": lang}
    assert f'<html lang="{lang}">' in browser.get("/desk/calls/new?saved=nothing", headers=headers).text
    wrong = sheet(TITLES, ROW, ("?", *ROW[1:]))
    answer = post(browser, "/desk/calls/check?lang=" + lang, files={"file": ("a.xlsx", wrong)})
    assert catalogue(lang)["calls.preview.title"] in answer.text
