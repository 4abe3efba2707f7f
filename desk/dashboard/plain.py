"""A review as plain values, for JSON: ids and numbers, no words of any language."""

from typing import Any

from cases.monthly import Review
from cases.tabled import Table


def plain(review: Review) -> dict[str, Any]:
    """What `aiguillage report --json` says of a review."""
    return {
        "first": review.first.isoformat(),
        "last": review.last.isoformat(),
        "known_at": review.known_at.isoformat(),
        "levels": [
            {name: getattr(one, name) for name in ("name", "unit", "value", "goal", "met", "part", "whole")}
            for one in review.levels
        ],
        "tables": {table.name: _rows(table) for table in review.tables},
        "missing": list(review.missing),
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [{str(row.kind): row.id, **dict(zip(names, row.values, strict=True))} for row in table.rows]
