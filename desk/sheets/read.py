"""A workbook of calls: the calls in it and every fault, named by its cell such as `Appels!D7`. Writes nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.errors import AiguillageError
from cases.logged import REQUIRED, Fault, Field, LoggedCall, Rules, Wrong, keyed
from cases.logged import read as read_call
from desk.sheets.layout import CHOSEN, LARGEST_FILE, MAX_CALLS, by_label, by_title, fold
from ingest.email.isolate import IsolationError, run_isolated

HEADER_WITHIN = 20
"""The titles stand in one of the first rows."""


class UnreadableError(AiguillageError):
    """The file is no workbook of calls; its text is a key under `sheet.unreadable`."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be taken, and what stands in it."""

    cell: str
    field: Field
    wrong: Wrong
    shown: str


@dataclass(frozen=True, slots=True)
class Table:
    """The calls of a workbook, every one with a key, and what is wrong with the other rows."""

    calls: tuple[LoggedCall, ...]
    faults: tuple[CellFault, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the titles stand: `row` counts from 0, `columns` are by field."""

    sheet: str
    row: int
    columns: Mapping[Field, int]

    def cell(self, field: Field, row: int) -> str:
        """The address of a cell; a column that is not there has the header's first."""
        return f"{self.sheet}!{_letters(self.columns.get(field, 0))}{row + 1}"


def read(body: bytes, rules: Rules) -> Table:
    """The calls in a workbook's bytes. Raises UnreadableError."""
    sheets = _sheets(body)
    header = _find_header(sheets)
    missing = [field for field in Field if field in REQUIRED and field not in header.columns]
    if missing:
        return Table((), tuple(CellFault(header.cell(one, header.row), one, Wrong.NO_COLUMN, "") for one in missing))
    rows = list(enumerate(sheets[header.sheet]))[header.row + 1 :]
    if len(rows) > MAX_CALLS:
        raise UnreadableError("too_long")
    return _table(header, rows, rules)


def _sheets(body: bytes) -> dict[str, list[list[str]]]:
    if len(body) > LARGEST_FILE:
        raise UnreadableError("too_large")
    try:
        found: dict[str, list[list[str]]] = json.loads(run_isolated(body, module="desk.sheets.isolated"))
    except IsolationError as error:
        raise UnreadableError("no_workbook") from error
    return found


def _find_header(sheets: Mapping[str, Sequence[Sequence[str]]]) -> _Header:
    """The row with the most known titles. Raises UnreadableError where none has half of the required ones."""
    known = by_title()
    found = [
        _Header(sheet, row, {known[fold(text)]: column for column, text in enumerate(cells) if fold(text) in known})
        for sheet, rows in sheets.items()
        for row, cells in enumerate(rows[:HEADER_WITHIN])
    ]
    best = max(found, key=lambda one: len(one.columns.keys() & REQUIRED), default=None)
    if best is None or len(best.columns.keys() & REQUIRED) < len(REQUIRED) / 2:
        raise UnreadableError("no_calls")
    return best


def _table(header: _Header, rows: Sequence[tuple[int, Sequence[str]]], rules: Rules) -> Table:
    labels = {field: by_label(rules.profile, field) for field in CHOSEN}
    calls: list[LoggedCall] = []
    faults: list[CellFault] = []
    keys: set[str] = set()
    for row, cells in rows:
        typed = {field: cells[column].strip() for field, column in header.columns.items() if column < len(cells)}
        if not any(typed.values()):
            continue
        found = read_call(_as_ids(_apart(typed), labels), rules)
        if isinstance(found, LoggedCall) and found.key and found.key in keys:
            found = (Fault(Field.KEY, Wrong.REPEATED),)
        if isinstance(found, LoggedCall):
            keys.add(found.key)
            calls.append(found)
        else:
            faults += [
                CellFault(header.cell(one.field, row), one.field, one.wrong, typed.get(one.field, "")) for one in found
            ]
    return Table(tuple(keyed(calls)), tuple(faults))


def _apart(typed: Mapping[Field, str]) -> dict[Field, str]:
    """A day and a time of day, where both stand in the cell of the day."""
    both = _DAY_AND_TIME.fullmatch(typed.get(Field.DATE, ""))
    if not both:
        return dict(typed)
    clock = "" if both["time"] == MIDNIGHT else both["time"]
    return {**typed, Field.DATE: both["date"], Field.TIME: typed.get(Field.TIME, "") or clock}


_DAY_AND_TIME = re.compile(r"(?P<date>[0-9-]{10}) (?P<time>[0-9:]{5})")
MIDNIGHT = "00:00"
"""How a day without a time of day reads."""


def _as_ids(typed: Mapping[Field, str], labels: Mapping[Field, Mapping[str, str]]) -> dict[Field, str]:
    return {field: labels.get(field, {}).get(fold(text), text) for field, text in typed.items()}


def _letters(column: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
