"""One review, four renderings: each says the same numbers, and none runs what is in the data."""

import json
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from markupsafe import escape
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from cases.errors import ConfigurationError
from cases.profile import Profile
from cases.tabled import Row, Table
from desk.dashboard import paper
from desk.dashboard.charts import columns, picture
from desk.dashboard.plain import plain
from desk.dashboard.wording import Wording, cut
from desk.dashboard.workbook import _Book, workbook
from desk.pages import Pages
from desk.words import LANGUAGES
from tests.desk.dashboard.values import HOSTILE, made

REVIEW = made()


class Tables(HTMLParser):
    """The cells of each table of a page, by its caption; and every tag that was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.tags: list[str] = []
        self._into: str | None = None
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self._into = tag if tag in ("caption", "th", "td") else None
        if tag == "caption":
            self._caption = ""
        elif tag == "tr":
            self.found.setdefault(self._caption, []).append([])
        elif tag in ("th", "td"):
            self.found[self._caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._into = None

    def handle_data(self, data: str) -> None:
        if self._into == "caption":
            self._caption += data
        elif self._into:
            self.found[self._caption][-1][-1] += data


def read(html: str) -> Tables:
    found = Tables()
    found.feed(html)
    return found


@pytest.fixture
def pages(profile: Profile) -> Pages:
    return Pages(profile)


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, pages: Pages) -> Wording:
    return Wording(pages.profile, pages.words(request.param))


def expected(words: Wording, table: Table) -> list[list[str]]:
    return [
        [words.label(row), *(words.value(*both) for both in zip(table.columns, row.values, strict=True))]
        for row in table.rows
    ]


def test_the_page_has_every_number_of_every_table(pages: Pages, words: Wording) -> None:
    found = read(paper.html(pages, words.t.lang, REVIEW)).found
    levels = [[words.level(one), words.level_value(one)] for one in REVIEW.levels]
    assert [row[:2] for row in found[words.t("monthly.levels")][1:]] == levels
    for table in REVIEW.tables:
        if not table.is_empty:
            assert found[words.title(table)][1:] == expected(words, table)


def test_the_workbook_has_every_number_of_every_table(words: Wording) -> None:
    sheets = CalamineWorkbook.from_filelike(BytesIO(workbook(words, REVIEW)))
    cells = [sheets.get_sheet_by_index(number).to_python() for number in range(len(sheets.sheet_names))]
    assert [row[1] for row in cells[0][4:9]] == pytest.approx([one.value or "" for one in REVIEW.levels])
    for table, sheet in zip(REVIEW.tables, cells[1:], strict=True):
        if table.name != "recurring":
            numbers = [[value if value is not None else "" for value in row.values] for row in table.rows]
            assert [row[1 : 1 + len(table.columns)] for row in sheet[4:]] == numbers, table.name


def test_no_two_sheets_have_one_name_and_none_ends_in_an_apostrophe(words: Wording) -> None:
    book = _Book(Workbook(BytesIO()), words)
    titles = [
        "Les jours dont le bilan est l'x",
        "Les jours dont le bilan est L'X",
        "Les jours dont le bilan [est] l'",
        "'a'",
    ]
    names = [book._name(title) for title in titles]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and name.strip("'") == name for name in names)


def test_a_share_that_just_misses_its_goal_does_not_look_met() -> None:
    assert [cut(share) for share in (0.59999, 0.6, 0.57, 1.0, 0.0)] == [59.9, 60.0, 57.0, 100.0, 0.0]


def test_json_has_every_number_under_ids() -> None:
    found = json.loads(json.dumps(plain(REVIEW)))
    assert [one["value"] for one in found["levels"]] == [one.value for one in REVIEW.levels]
    assert found["tables"].keys() == {table.name for table in REVIEW.tables}
    for table in REVIEW.tables:
        assert [list(row.values())[1:] for row in found["tables"][table.name]] == [list(r.values) for r in table.rows]


def test_nothing_of_the_data_is_markup_or_a_formula(pages: Pages, words: Wording) -> None:
    page = paper.html(pages, words.t.lang, REVIEW)
    assert "<b>" not in page
    assert not {"script", "link", "img", "iframe"} & set(read(page).tags)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    sheets = CalamineWorkbook.from_filelike(BytesIO(workbook(words, REVIEW)))
    assert any(HOSTILE in row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python())


def test_a_page_has_its_language_and_names_what_is_missing(pages: Pages, words: Wording) -> None:
    page = paper.html(pages, words.t.lang, REVIEW)
    assert f'<html lang="{words.t.lang}">' in page
    assert all(str(escape(lack)) in page for lack in words.missing(REVIEW))
    assert REVIEW.missing[0] == "not_settled"


def test_a_paper_is_tagged(pages: Pages) -> None:
    pytest.importorskip("weasyprint")
    body = paper.pdf(pages, "fr", REVIEW)
    assert body.startswith(b"%PDF-")
    assert b"/MarkInfo" in body or b"/ObjStm" in body


def test_without_the_extra_it_is_said_what_to_install(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(ConfigurationError, match=r"aiguillage\[pdf\]"):
        paper.pdf(pages, "fr", REVIEW)


@pytest.mark.parametrize("values", [[0], [1], [3, 7], [104, 99], [10_001] * 40])
def test_columns_stay_within_their_picture(values: list[int]) -> None:
    table = REVIEW.table("by_day")
    rows = tuple(Row(table.rows[0].kind, "2026-03-01", (value, 0, value, 0)) for value in values)
    drawn = columns(Table("by_day", table.columns, rows, drawn=3))
    assert all(bar.y >= 0 and bar.height >= 0 and bar.x + bar.width <= 720 for bar in drawn.bars)
    assert drawn.scale[-1].number >= max(2 * value for value in values)
    assert len(drawn.scale) <= 7


def test_what_has_no_numbers_has_no_picture() -> None:
    assert picture(Table("by_day", REVIEW.table("by_day").columns, (), drawn=3)) is None
    assert picture(REVIEW.table("breaches")) is None
