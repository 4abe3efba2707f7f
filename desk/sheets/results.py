"""The sheet of results: calls by motif, tool and outcome in each quarter of a year, by formula."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from cases.logged import Field, LoggedCall
from desk.sheets.layout import FIRST_ROW, LAST_ROW, Layout

QUARTERS = (1, 2, 3, 4)
GROUPS: tuple[tuple[Field, Callable[[LoggedCall], str]], ...] = (
    (Field.MOTIF, lambda call: call.motif),
    (Field.TOOL, lambda call: call.tool),
    (Field.OUTCOME, lambda call: call.outcome),
)
_YEAR_CELL = "$B$2"


def add_results(book: Any, sheet: Any, layout: Layout, calls: Sequence[LoggedCall], year: int) -> None:
    """Fill the sheet. Each formula carries its result for `calls`, for programs that do not compute."""
    bold, input_format = book.add_format({"bold": True}), book.add_format({"bold": True, "bg_color": "#FBE3B0"})
    sheet.set_column(0, 0, 34)
    sheet.write_string(0, 0, layout.t("sheet.results_title"), book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, layout.t("sheet.year"), bold)
    sheet.write_number(1, 1, year, input_format)
    row = 3
    for field, read in GROUPS:
        row = _add_group(_Target(sheet, layout, bold), row, field, counted(layout, calls, year, read))


def counted(
    layout: Layout, calls: Sequence[LoggedCall], year: int, read: Callable[[LoggedCall], str]
) -> Counter[tuple[str, int]]:
    """How many calls each id has in each quarter of the year, by the service's calendar."""
    local = ((read(call), call.at.astimezone(layout.t.zone)) for call in calls)
    return Counter((found, (at.month + 2) // 3) for found, at in local if at.year == year)


class _Target:
    """Where a group goes, and how its head is written."""

    def __init__(self, sheet: Any, layout: Layout, head: Any) -> None:
        self.sheet = sheet
        self.layout = layout
        self.head = head


def _add_group(target: _Target, row: int, field: Field, counts: Counter[tuple[str, int]]) -> int:
    """One table: a line for each choice, a column for each quarter, totals. Returns the row after it."""
    choices = target.layout.choices(field)
    quarters = [target.layout.t("sheet.quarter", n=quarter) for quarter in QUARTERS]
    for column, text in enumerate((target.layout.title(field), *quarters, target.layout.t("sheet.total"))):
        target.sheet.write_string(row, column, text, target.head)
    first, last = row + 2, row + 1 + len(choices)
    for line, (identity, label) in enumerate(choices.items(), start=row + 1):
        target.sheet.write_string(line, 0, label)
        for quarter in QUARTERS:
            value = counts[identity, quarter]
            target.sheet.write_formula(line, quarter, _count(target.layout, field, quarter, line + 1), None, value)
        whole = sum(counts[identity, quarter] for quarter in QUARTERS)
        target.sheet.write_formula(line, 5, f"=SUM(B{line + 1}:E{line + 1})", None, whole)
    _add_totals(target, last, (first, last), counts)
    return last + 2


def _add_totals(target: _Target, row: int, span: tuple[int, int], counts: Counter[tuple[str, int]]) -> None:
    target.sheet.write_string(row, 0, target.layout.t("sheet.total"), target.head)
    sums = [sum(value for (_, of), value in counts.items() if of == quarter) for quarter in QUARTERS]
    for column, value in enumerate([*sums, sum(sums)], start=1):
        letter = "ABCDEF"[column]
        target.sheet.write_formula(row, column, f"=SUM({letter}{span[0]}:{letter}{span[1]})", target.head, value)


def _count(layout: Layout, field: Field, quarter: int, line: int) -> str:
    """How many rows of the calls' sheet have that label within that quarter."""
    days, labels = (_column(layout, one) for one in (Field.DATE, field))
    since = f'">="&DATE({_YEAR_CELL},{3 * quarter - 2},1)'
    until = f'"<"&DATE({_YEAR_CELL},{3 * quarter + 1},1)'
    return f"=COUNTIFS({days},{since},{days},{until},{labels},$A{line})"


def _column(layout: Layout, field: Field) -> str:
    letter = chr(ord("A") + list(Field).index(field))
    return f"'{layout.t('sheet.calls')}'!${letter}${FIRST_ROW}:${letter}${LAST_ROW}"
