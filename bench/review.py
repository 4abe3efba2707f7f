"""The monthly review of 20,000 cases that one month brought, with the months before it.

`python -m bench.review DATABASE_URL CASES` prints JSON: seconds of CPU, the database server's included, of counting the
month out of its events, and of each form that it is written in; how many statements; and how long a day takes that the
sweep counts and keeps.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event

from app import holidays
from app import profile as profiles
from bench.lived import live
from bench.steps import server_cpu
from classify.golden import golden_set
from desk.dashboard import paper
from desk.dashboard.reckoning import Reckoning
from desk.dashboard.reviewing import Reviewing
from desk.dashboard.wording import Wording
from desk.dashboard.workbook import workbook
from desk.pages import Pages
from desk.period import Kind, Period
from store import schema
from store.engine import open_engine
from store.tx import Store

Figures = dict[str, float]
MONTH = Period.around(Kind.MONTH, date(2027, 1, 31))
NOW = datetime(2027, 6, 1, tzinfo=UTC)
SEED = 7


def main() -> None:
    url, cases = sys.argv[1], int(sys.argv[2])
    store = Store(open_engine(url))
    schema.upgrade(store.engine)
    live(store, golden_set(), SEED, cases, months=1)
    json.dump(figures(url, reckoning(store)), sys.stdout)


def reckoning(store: Store) -> Reckoning:
    profile = profiles.load(profiles.find("profiles/mon-permis"))
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    return Reckoning(store, profile, calendars, lambda: NOW)


def figures(url: str, counts: Reckoning) -> Figures:
    """The seconds of each step, once what is loaded at the first use is loaded."""
    reviewing, pages = Reviewing(counts), Pages(counts.profile)
    reviewing.review(Period.around(Kind.DAY, MONTH.first), anew=True)
    with counted(counts.store) as statements:
        counting, review = taken(url, lambda: reviewing.review(MONTH, anew=True))
    words = Wording(counts.profile, pages.words("fr"))
    paper.pdf(pages, "fr", review)
    return {
        "cases": sum(row.values[0] or 0 for row in review.table("breaches").rows),
        "statements": len(statements),
        "counting": counting,
        "html": taken(url, lambda: paper.html(pages, "fr", review))[0],
        "pdf": taken(url, lambda: paper.pdf(pages, "fr", review))[0],
        "excel": taken(url, lambda: workbook(words, review))[0],
        "a day": taken(url, lambda: counts.keep([MONTH.first + timedelta(days=10)], NOW))[0],
    }


def taken(url: str, ask: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of CPU, and what came of it."""
    before, began = server_cpu(url), time.process_time()
    found = ask()
    return time.process_time() - began + server_cpu(url) - before, found


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield found
    event.remove(store.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
