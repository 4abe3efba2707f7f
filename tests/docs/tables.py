"""Reads the tables of our documents, so that a test can hold the code to them."""

from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

Row = dict[str, str]


def rows(document: str, first_columns: str) -> list[Row]:
    """The rows of the first table in `docs/DOCUMENT` whose header begins so; code marks are taken off."""
    return next(table for header, table in _tables(document) if " | ".join(header).startswith(first_columns))


def sections(document: str, first_column: str) -> dict[str, list[Row]]:
    """The tables in `docs/DOCUMENT` that begin with that column, by the heading that they stand under."""
    return {
        heading: table
        for heading, text in _headings(document)
        for header, table in _tables_in(text)
        if header[0] == first_column
    }


def _headings(document: str) -> Iterator[tuple[str, list[str]]]:
    for part in _read(document).split("\n## ")[1:]:
        heading, *lines = part.splitlines()
        yield heading.strip("`"), lines


def _tables(document: str) -> Iterator[tuple[list[str], list[Row]]]:
    return _tables_in(_read(document).splitlines())


def _tables_in(lines: list[str]) -> Iterator[tuple[list[str], list[Row]]]:
    header: list[str] = []
    table: list[Row] = []
    for line in [*lines, ""]:
        if not line.startswith("|"):
            if header:
                yield header, table
            header, table = [], []
        elif not header:
            header = _cells(line)
        elif not line.startswith("|--"):
            table.append(dict(zip(header, _cells(line), strict=True)))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip()[1:-1].split("|")]


def _read(document: str) -> str:
    return (DOCS / document).read_text(encoding="utf-8")
