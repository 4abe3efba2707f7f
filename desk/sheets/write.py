"""The workbook of calls: a sheet to fill in, with lists to choose from, and the results of each quarter.

An export is the same workbook with the calls in it, so that what was exported can be corrected, added to and read in
again. Every text is written as text: a reason that begins with `=` is no formula.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from cases.logged import LONGEST_MINUTES, LONGEST_REASON, REQUIRED, UNNOTED, Field, LoggedCall
from desk.sheets.layout import CHOSEN, FIRST_ROW, HEADER_ROW, LAST_ROW, Layout
from desk.sheets.results import add_results
from ingest.logged import Kept

FILLED_BY_SERVICE = (Field.KEY,)
_FILLS = {"required": "#FBE3B0", "optional": "#DCE9EA", "service": "#E3E0D8"}
_WIDTHS = {Field.REASON: 48, Field.MOTIF: 28, Field.NAME: 24, Field.NUMBER: 18, Field.KEY: 14}
_ORDINARY_WIDTH = 14


def workbook(layout: Layout, rows: Sequence[Kept], year: int) -> bytes:
    """The bytes of the workbook (Office Open XML), its results for `year`. Without rows it is the template."""
    import xlsxwriter  # type: ignore[import-untyped]  # lazy: only who asks for a sheet pays for it

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": layout.t("sheet.title")})
    calls = book.add_worksheet(layout.t("sheet.calls"))
    results = book.add_worksheet(layout.t("sheet.results"))
    lists = book.add_worksheet(layout.t("sheet.lists"))
    _CallSheet(book, calls, layout).fill(rows)
    _add_lists(lists, calls, layout)
    add_results(book, results, layout, [call for call, _ in rows], year)
    lists.hide()
    book.close()
    return buffer.getvalue()


class _CallSheet:
    """The sheet that people fill in."""

    def __init__(self, book: Any, sheet: Any, layout: Layout) -> None:
        self._sheet = sheet
        self._layout = layout
        self._bold = book.add_format({"bold": True, "font_size": 14})
        self._heads = {kind: book.add_format(_head(fill)) for kind, fill in _FILLS.items()}
        self._formats = {
            Field.DATE: book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            Field.TIME: book.add_format({"num_format": "hh:mm", "valign": "top"}),
            Field.REASON: book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            Field.MINUTES: book.add_format({"num_format": "0", "valign": "top"}),
        }
        self._text = book.add_format({"num_format": "@", "valign": "top"})  # a number keeps its first zero

    def fill(self, rows: Sequence[Kept]) -> None:
        self._add_head()
        for row, (call, number) in enumerate(rows, start=FIRST_ROW - 1):
            for column, field in enumerate(Field):
                self._write(row, column, field, call)
            self._sheet.write_string(row, len(Field), number, self._text)
        self._sheet.freeze_panes(HEADER_ROW, 0)
        self._sheet.autofilter(HEADER_ROW - 1, 0, HEADER_ROW - 1 + len(rows), len(Field))

    def _add_head(self) -> None:
        t = self._layout.t
        self._sheet.write_string(0, 0, t("sheet.title"), self._bold)
        for column, kind in zip((0, 3, 6), _FILLS, strict=True):
            self._sheet.write_blank(1, column, None, self._heads[kind])
            self._sheet.write_string(1, column + 1, t(f"sheet.{kind}"))
        for column, field in enumerate(Field):
            title = self._layout.title(field) + " *" * (field in REQUIRED)
            self._sheet.write_string(HEADER_ROW - 1, column, title, self._heads[_kind(field)])
            self._sheet.write_comment(HEADER_ROW - 1, column, t(f"logged.help.{field}"), {"author": ""})
            self._sheet.set_column(
                column, column, _WIDTHS.get(field, _ORDINARY_WIDTH), self._formats.get(field, self._text)
            )
        self._sheet.write_string(HEADER_ROW - 1, len(Field), t("sheet.case"), self._heads["service"])
        self._sheet.set_column(len(Field), len(Field), _ORDINARY_WIDTH, self._text)

    def _write(self, row: int, column: int, field: Field, call: LoggedCall) -> None:
        local = call.at.astimezone(self._layout.t.zone).replace(tzinfo=None)
        shape = self._formats.get(field, self._text)
        if field is Field.DATE:
            self._sheet.write_datetime(row, column, datetime.combine(local.date(), UNNOTED), shape)
        elif field is Field.TIME and local.time() != UNNOTED:
            self._sheet.write_datetime(row, column, local.time(), shape)
        elif field is Field.MINUTES and call.minutes is not None:
            self._sheet.write_number(row, column, call.minutes, shape)
        elif field in _TEXTS:
            text = _TEXTS[field](call)
            self._sheet.write_string(row, column, self._layout.choices(field).get(text, text), shape)


_TEXTS: dict[Field, Callable[[LoggedCall], str]] = {
    Field.AGENT: lambda call: call.agent,
    Field.MOTIF: lambda call: call.motif,
    Field.TOOL: lambda call: call.tool,
    Field.REASON: lambda call: call.reason,
    Field.OUTCOME: lambda call: call.outcome,
    Field.LANG: lambda call: call.lang,
    Field.NAME: lambda call: call.name,
    Field.NUMBER: lambda call: call.number,
    Field.KEY: lambda call: call.key,
}


def _head(fill: str) -> dict[str, Any]:
    return {"bold": True, "bg_color": fill, "border": 1, "border_color": "#B9B3A2", "text_wrap": True}


def _kind(field: Field) -> str:
    if field in FILLED_BY_SERVICE:
        return "service"
    return "required" if field in REQUIRED else "optional"


def _add_lists(lists: Any, calls: Any, layout: Layout) -> None:
    """The labels to choose from, on a sheet of their own, and the cells that are held to them."""
    name = layout.t("sheet.lists")
    for column, field in enumerate(CHOSEN):
        labels = list(layout.choices(field).values())
        for row, label in enumerate(labels):
            lists.write_string(row, column, label)
        letter = chr(ord("A") + column)
        _hold(calls, field, {"validate": "list", "source": f"='{name}'!${letter}$1:${letter}${len(labels)}"}, layout)
    since = {"validate": "date", "criteria": ">=", "value": datetime(2000, 1, 1)}  # noqa: DTZ001 - a cell has no zone
    _hold(calls, Field.DATE, since, layout)
    minutes = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": LONGEST_MINUTES}
    _hold(calls, Field.MINUTES, minutes, layout)
    _hold(calls, Field.REASON, {"validate": "length", "criteria": "<=", "value": LONGEST_REASON}, layout)


def _hold(calls: Any, field: Field, rule: dict[str, Any], layout: Layout) -> None:
    column = list(Field).index(field)
    said = {"error_title": layout.title(field)[:32], "error_message": layout.t(f"logged.help.{field}")[:255]}
    calls.data_validation(FIRST_ROW - 1, column, LAST_ROW - 1, column, rule | said)
