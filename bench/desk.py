"""The measures of the desk: its pages before many cases on both databases, and when a browser first shows them."""

from typing import Any

from bench import kept
from bench.child import module, sized
from tests.servers.installed import missing

Figures = dict[str, Any]
CASES = sized(1_000_000)


def desk() -> Figures:
    """The time that each page and search takes the server."""
    taken = {"SQLite": module("bench.desk_pages", kept.sqlite(CASES), str(CASES))}
    if not missing("postgres"):
        with kept.postgresql(CASES) as url:
            taken["PostgreSQL"] = module("bench.desk_pages", url, str(CASES))
    return {"cases": CASES, "pages": taken}


def paint() -> Figures:
    """The time until a browser on a slow laptop shows the first of each page."""
    return {"cases": CASES, **module("bench.desk_paint", kept.sqlite(CASES), str(CASES))}
