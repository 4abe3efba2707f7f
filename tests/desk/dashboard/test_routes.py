"""The dashboard over mails and calls that really came in: the review's own numbers, in a fixed number of statements."""

from datetime import timedelta
from io import BytesIO

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape
from python_calamine import CalamineWorkbook

from app import holidays
from app.http import application
from cases.profile import Profile
from cases.secondlevel import Role
from desk.dashboard import paper
from desk.dashboard.keeping import Keeping
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.dashboard.wording import Wording
from desk.pages import Pages
from desk.period import Kind, Period
from desk.service import Service
from desk.words import catalogue
from store.tx import Store
from tests.desk.conftest import SIGNER
from tests.desk.dashboard.test_renderings import read
from tests.desk.signed import BASE, browsing
from tests.desk.test_routes import counted
from tests.ingest.conftest import NOW, Road
from tests.ingest.voice.phone import Telephone
from tests.ingest.voice.test_calls import call
from tests.mails import mail

LATER = NOW + timedelta(hours=2)
HERE = "/desk/dashboard"


@pytest.fixture
def service(store: Store, profile: Profile) -> Service:
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    return Service(store, profile, SIGNER, None, lambda: LATER, calendars)


@pytest.fixture
def pages(service: Service) -> FastAPI:
    return application(service, bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def reckoning(service: Service) -> Reckoning:
    return Reckoning(service.store, service.profile, service.calendars, service.clock)


def fill(store: Store, profile: Profile, number: int) -> None:
    road = Road(store, profile)
    road._delivered = number
    road.take_in(*(mail(message_id=f"<{number}.{n}@example.org>", sender=f"p{n}@example.org") for n in range(number)))


def keep(reckoning: Reckoning) -> None:
    keeping = Keeping(reckoning)
    while keeping.process():
        pass


@pytest.mark.parametrize("kind", Kind)
def test_the_numbers_are_those_of_the_report(
    kind: Kind, browser: TestClient, store: Store, profile: Profile, reckoning: Reckoning
) -> None:
    fill(store, profile, 3)
    call(Telephone(store, profile), "answered")
    keep(reckoning)
    found = read(browser.get(f"{HERE}?period={kind}").text).found
    words = Wording(profile, Pages(profile).words("fr"))
    review = Reviewing(reckoning).review(Period.around(kind, LATER.date()), anew=True)
    shown = [table for table in review.tables if words.title(table) in found]
    assert {"by_hour", "tools", "motifs", "mailboxes", "lines"} <= {table.name for table in shown}
    for table in shown:
        expected = [[words.label(row), *map(words.value, table.columns, row.values)] for row in table.rows]
        assert found[words.title(table)][1:] == expected
    assert f">{words.level_value(review.levels[0])}<" in browser.get(f"{HERE}?period={kind}").text


def test_more_rows_take_no_more_statements(
    browser: TestClient, store: Store, profile: Profile, reckoning: Reckoning
) -> None:
    fill(store, profile, 1)
    keep(reckoning)

    def statements() -> int:
        with counted(store) as found:
            assert browser.get(HERE).status_code == 200
        return len(found)

    before = statements()
    fill(store, profile, 12)
    reckoning.keep([LATER.date()], LATER)
    assert statements() == before <= 10


def test_an_empty_service_says_what_is_missing(browser: TestClient) -> None:
    page = browser.get(HERE).text
    assert str(escape(catalogue("fr")["monthly.lacks.nothing"])) in page
    assert '<svg class="picture"' not in page


@pytest.mark.parametrize(
    "asked", ["?day=x", "?day=2099-01-01", "?day=0001-01-01", "/excel?day=x", "/review?day=2099-01-01"]
)
def test_a_day_that_is_none_or_has_not_come_is_not_found(browser: TestClient, asked: str) -> None:
    assert browser.get(HERE + asked).status_code == 404


@pytest.mark.parametrize(
    ("asked", "begin"), [("excel?period=week", b"PK"), ("review", b"<!doctype html>"), ("review?form=pdf", b"%PDF")]
)
def test_the_figures_are_taken_away(browser: TestClient, asked: str, begin: bytes) -> None:
    if "pdf" in asked and not paper.makes_pdf():
        pytest.skip("the extra is not installed")
    found = browser.get(f"{HERE}/{asked}")
    assert found.status_code == 200
    assert found.content.lstrip().startswith(begin)
    assert found.headers["content-disposition"].startswith("attachment")


def test_a_week_is_not_compared_with_months(browser: TestClient, store: Store, profile: Profile) -> None:
    fill(store, profile, 3)
    found = browser.get(f"{HERE}/excel?period=week")
    assert "monthly" not in found.headers["content-disposition"]
    sheets = CalamineWorkbook.from_filelike(BytesIO(found.content))
    texts = catalogue("fr")
    [[title, *_], *_] = sheets.get_sheet_by_index(0).to_python()
    assert str(title).startswith(texts["dashboard.title"])
    [recurring] = [name for name in sheets.sheet_names if name == texts["monthly.table.recurring.title"]]
    heads = sheets.get_sheet_by_name(recurring).to_python()[3]
    assert heads == [texts["monthly.row.topic"], texts["monthly.column.now"]]


def test_a_fault_of_ours_is_not_a_page_that_is_missing(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(Reviewing, "brief", failing)
    with pytest.raises(ValueError, match="a fault of ours"):
        browser.get(HERE)


def test_an_auditor_reads_it_too(pages: FastAPI, store: Store) -> None:
    with browsing(pages, store, "alice", Role.AUDITOR) as auditor:
        assert auditor.get(HERE).status_code == 200
