"""Reads the tables of our documents, so that a test can hold the code to them."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def rows(document: str, first_column: str) -> list[dict[str, str]]:
    """The rows of the table in `docs/DOCUMENT` whose header begins with that column; code marks are taken off."""
    lines = iter((DOCS / document).read_text(encoding="utf-8").splitlines())
    header = next(_cells(line) for line in lines if line.startswith(f"| {first_column} |"))
    next(lines)  # the rule under the header
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append(dict(zip(header, _cells(line), strict=True)))
    return table


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
