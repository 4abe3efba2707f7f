"""A review as an Excel workbook: a sheet for the service levels, one for each table. Texts are written as text."""

from io import BytesIO
from typing import Any

from cases.figures import Unit
from cases.monthly import Review
from cases.tabled import Table
from desk.dashboard.wording import Wording

FORMATS = {Unit.SHARE: "0.0%", Unit.SECONDS: "0.0", Unit.CALLS: "0"}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST_NAME = 31
"""What Excel takes as the name of a sheet."""
APOSTROPHE = "'"
WIDE, NARROW = 44, 16


def workbook(words: Wording, review: Review) -> bytes:
    """The bytes of the workbook (Office Open XML)."""
    import xlsxwriter  # type: ignore[import-untyped]  # lazy: only who asks for a sheet pays for it

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": words.heading(review)})
    filled = _Book(book, words)
    filled.add_levels(review)
    for table in review.tables:
        filled.add(table)
    book.close()
    return buffer.getvalue()


class _Book:
    def __init__(self, book: Any, words: Wording) -> None:
        self._book = book
        self._words = words
        self._bold = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._numbers = {unit: book.add_format({"num_format": shape}) for unit, shape in FORMATS.items()}
        self._names = set[str]()

    def add_levels(self, review: Review) -> None:
        """The service levels, what is missing, and the definitions."""
        t = self._words.t
        sheet = self._sheet(t("monthly.levels"))
        sheet.write_string(0, 0, self._words.heading(review), self._bold)
        sheet.write_string(1, 0, t("monthly.known", at=t.moment(review.known_at)))
        heads = ("level", "value", "goal", "result", "counted", "definition")
        self._heads(sheet, 3, [t(f"monthly.{one}") for one in heads])
        for row, level in enumerate(review.levels, start=4):
            sheet.write_string(row, 0, self._words.level(level), self._wrapped)
            self._number(sheet, (row, 1), level.unit, level.value)
            self._number(sheet, (row, 2), level.unit, level.goal)
            sheet.write_string(row, 3, self._words.result(level))
            sheet.write_string(row, 4, self._words.quotient(level))
            sheet.write_string(row, 5, self._words.definition(level), self._wrapped)
        for row, lack in enumerate(self._words.missing(review), start=5 + len(review.levels)):
            sheet.write_string(row, 0, lack)
        sheet.set_column(5, 5, 80)

    def add(self, table: Table) -> None:
        """One table, with its numbers as numbers."""
        sheet = self._sheet(self._words.title(table))
        sheet.write_string(0, 0, self._words.title(table), self._bold)
        sheet.write_string(1, 0, self._words.lead(table))
        self._heads(sheet, 3, [self._words.first(table), *map(self._words.column, table.columns)])
        for place, row in enumerate(table.rows, start=4):
            sheet.write_string(place, 0, self._words.label(row))
            for number, (column, value) in enumerate(zip(table.columns, row.values, strict=True), start=1):
                if column.name == "grown":
                    sheet.write_string(place, number, self._words.value(column, value))
                else:
                    self._number(sheet, (place, number), column.unit, value)
        sheet.freeze_panes(4, 1)

    def _sheet(self, title: str) -> Any:
        sheet = self._book.add_worksheet(self._name(title))
        sheet.set_column(0, 0, WIDE)
        sheet.set_column(1, 12, NARROW)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _name(self, title: str) -> str:
        """A name that no other sheet has; Excel wants no apostrophe at either end, and minds no capitals."""
        plain = title.translate(FORBIDDEN)
        tries = (f"{plain[: LONGEST_NAME - len(end)].strip(' ' + APOSTROPHE)}{end}" for end in ("", " 2", " 3", " 4"))
        name = next(one for one in tries if one.casefold() not in self._names)
        self._names.add(name.casefold())
        return name

    def _heads(self, sheet: Any, row: int, titles: list[str]) -> None:
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self._head)

    def _number(self, sheet: Any, place: tuple[int, int], unit: Unit, value: float | None) -> None:
        if value is not None:
            sheet.write_number(*place, value, self._numbers[unit])
