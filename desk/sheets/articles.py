"""Articles as a sheet, CSV or Excel: what can be kept, or every fault by its cell. Reads no file and writes none."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.knowledge import has_expired
from cases.profile import Profile
from cases.receipt import Article
from cases.receipt_faults import ID, article_faults
from cases.routing_faults import known_to
from desk.sheets.layout import LARGEST_FILE, fold
from desk.sheets.read import UnreadableError
from ingest.email.isolate import IsolationError, run_isolated

COLUMNS = ("id", "lang", "title", "link", "category", "motif", "tool", "keywords", "summary", "expires")
"""In the order of an export; `id` stands in the table's column `article`."""
REQUIRED = ("id", "lang", "title", "link")
TITLES: Mapping[str, str] = {
    "id": "identifiant kennung identificatie",
    "lang": "langue sprache taal language",
    "title": "titre titel",
    "link": "lien adresse url",
    "category": "categorie kategorie",
    "motif": "grund reden reason",
    "tool": "outil anwendung toepassing",
    "keywords": "mots-cles stichworter trefwoorden",
    "summary": "resume zusammenfassung samenvatting",
    "expires": "expire expiration lauft-ab verloopt",
}
"""What else a column may be called, folded."""
LONGEST: Mapping[str, int] = {"title": 200, "link": 500, "keywords": 1_000, "summary": 1_000}
MOST = 2_000
_ZIP = b"PK\x03\x04"
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_FORMULA = ("=", "+", "-", "@")
"""A cell that begins so would be worked out by a spreadsheet; an export writes an apostrophe before it."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a cell, and what to do about it. `row` counts as a spreadsheet does."""

    row: int
    column: str
    cause: str
    mend: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that can be kept (`store.articles`), and every fault. With a fault, nothing is to be kept."""

    rows: tuple[Mapping[str, str], ...]
    faults: tuple[RowFault, ...]


def read(body: bytes, profile: Profile, today: date) -> Sheet:
    """The articles in a file's bytes. Raises UnreadableError where it is no sheet of articles."""
    lines = _lines(body)
    header, *rest = lines or [[]]
    columns = _columns(header)
    if missing := [name for name in REQUIRED if name not in columns]:
        return Sheet((), tuple(RowFault(1, name, "there is no such column", "add it") for name in missing))
    if len(rest) > MOST:
        raise UnreadableError("too_long")
    typed = [
        (number, {name: _cell(line, column) for name, column in columns.items()})
        for number, line in enumerate(rest, start=2)
        if any(cell.strip() for cell in line)
    ]
    faults = [fault for number, row in typed for fault in _faults(number, row, profile, today)]
    faults += _repeated(typed)
    rows = [_kept(row) for _, row in typed]
    return Sheet(tuple(rows), tuple(sorted(faults, key=lambda one: one.row)))


def _lines(body: bytes) -> list[list[str]]:
    if len(body) > LARGEST_FILE:
        raise UnreadableError("too_large")
    return _workbook(body) if body.startswith(_ZIP) else _csv(body)


def _workbook(body: bytes) -> list[list[str]]:
    try:
        sheets: dict[str, list[list[str]]] = json.loads(run_isolated(body, module="desk.sheets.isolated"))
    except IsolationError as error:
        raise UnreadableError("no_workbook") from error
    return next(iter(sheets.values()), [])


def _csv(body: bytes) -> list[list[str]]:
    """UTF-8, or else as Windows writes it here; parted by semicolons or commas, whichever the titles are."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    if "\0" in text:
        raise UnreadableError("no_workbook")
    title = text.partition("\n")[0]
    delimiter = max(";,\t", key=title.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableError("no_workbook") from error


def _columns(header: Sequence[str]) -> dict[str, int]:
    called = {title: name for name, titles in TITLES.items() for title in (name, *titles.split())}
    found = ((called.get("-".join(fold(text).split())), column) for column, text in enumerate(header))
    return {name: column for name, column in found if name}


def _cell(line: Sequence[str], column: int) -> str:
    text = " ".join(line[column].split()) if column < len(line) else ""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def _kept(row: Mapping[str, str]) -> dict[str, str]:
    """The row as the table has it."""
    written = {name: row.get(name, "") for name in COLUMNS}
    day = _DAY.fullmatch(written["expires"])
    if day:
        written["expires"] = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    identity = written.pop("id")
    return {"article": identity, **written}


def _faults(number: int, row: Mapping[str, str], profile: Profile, today: date) -> Iterator[RowFault]:
    kept = _kept(row)
    one = _article(kept)
    if not ID.fullmatch(one.id):
        yield RowFault(number, "id", f"{one.id or 'nothing'} is not an id", "write lower-case letters, digits and _")
    for key, cause, mend in article_faults("", one, profile.languages, known_to(profile)):
        yield RowFault(number, key.rpartition(".")[2] if key != ".when" else "motif", cause, mend)
    for name, longest in LONGEST.items():
        if len(kept[name]) > longest or not kept[name].isprintable():
            yield RowFault(number, name, "is too long, or has signs that cannot be shown", f"use {longest} at most")
    if _is_dead(one, today):
        yield RowFault(number, "expires", f"{one.expires} has passed", "write a day to come, or remove the row")
    if (one.id, one.lang) in {(own.id, own.lang) for own in profile.articles}:
        yield RowFault(number, "id", "the profile has this article in this language", "change it there, or rename it")


def _is_dead(one: Article, today: date) -> bool:
    try:
        return has_expired(one, today)
    except ValueError:  # no day at all, which is a fault of its own
        return False


def _article(kept: Mapping[str, str]) -> Article:
    when = {name: (kept[name],) for name in ("category", "motif", "tool") if kept[name]}
    return Article(
        id=kept["article"],
        title=kept["title"],
        link=kept["link"],
        lang=kept["lang"],
        when=when,
        expires=kept["expires"],
        keywords=kept["keywords"],
        summary=kept["summary"],
    )


def _repeated(typed: Iterable[tuple[int, Mapping[str, str]]]) -> list[RowFault]:
    seen, found = dict[tuple[str, str], int](), list[RowFault]()
    for number, row in typed:
        first = seen.setdefault((row["id"], row["lang"]), number)
        if first != number:
            found.append(RowFault(number, "id", f"row {first} has this id and language too", "keep one of them"))
    return found


def as_csv(rows: Iterable[Any]) -> str:
    """Rows of the table as a file that can be read in again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = [getattr(row, "article" if name == "id" else name) for name in COLUMNS]
        writer.writerow(["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells])
    return "\ufeff" + out.getvalue()
