"""A month's review tells of its major incidents, in every language and in the workbook."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from cases.major import Part
from desk.dashboard import paper
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.dashboard.wording import Wording
from desk.dashboard.workbook import workbook
from desk.pages import Pages
from desk.period import Kind, Period
from desk.words import LANGUAGES
from store.tx import Store
from tests.desk.incidents.trouble import THOMAS, Trouble

MARCH = Period.around(Kind.MONTH, date(2026, 3, 1))


@pytest.fixture
def trouble(store: Store) -> Trouble:
    """Six cases two minutes apart; told at once, over an hour later; and a proposal that was none."""
    work = Trouble(store)
    identity = work.announced(6)
    work.later(hours=1)
    work.acts.close(identity, THOMAS, work.texts("fini", (Part.MESSAGE,)))
    work.tells()
    [other] = work.reported(1, tool="notice")
    work.acts.dismiss(work.acts.start(THOMAS, [other.number]), THOMAS)
    return work


@pytest.fixture
def reviewing(trouble: Trouble) -> Reviewing:
    calendars = trouble.desk.calendars.by_name
    return Reviewing(Reckoning(trouble.store, trouble.profile, calendars, lambda: trouble.now))


def test_the_month_has_those_that_were_announced(reviewing: Reviewing) -> None:
    table = reviewing.review(MARCH).table("incidents")
    assert [row.values for row in table.rows] == [(6, 12, 72)]
    assert reviewing.review(MARCH, anew=True).table("incidents") == table
    before = reviewing.review(Period.around(Kind.MONTH, date(2026, 2, 1))).table("incidents")
    assert before.rows == ()


def test_they_are_on_paper_and_in_the_workbook(reviewing: Reviewing, trouble: Trouble) -> None:
    review, pages = reviewing.review(MARCH), Pages(trouble.profile)
    for lang in LANGUAGES:
        words = pages.words(lang)
        assert words("monthly.table.incidents.title") in paper.html(pages, lang, review)
        book = CalamineWorkbook.from_filelike(BytesIO(workbook(Wording(trouble.profile, words), review)))
        rows = book.get_sheet_by_name(words("monthly.table.incidents.title")).to_python()[4:]
        assert [row[1:4] for row in rows] == [[6, 12, 72]]
        assert "Mon Espace" in str(rows[0][0])
