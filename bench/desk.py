"""The desk's pages before a million cases: each view of the inbox, the page of a case, and searches.

`python -m bench.desk DATABASE_URL CASES` prints JSON: the median and the 95th percentile of each page in milliseconds,
from the request to the whole page, in the process itself.
"""

import json
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from app import holidays
from app import profile as profiles
from app.http import application
from bench.many import make
from cases.tokens import Signer
from desk.service import Service
from store import schema
from store.engine import open_engine
from store.inbox import View
from store.tx import Store
from tests.desk.signed import BASE, browsing

ROUNDS = 20


def main() -> None:
    url, cases = sys.argv[1], int(sys.argv[2])
    engine = open_engine(url)
    schema.upgrade(engine)
    store = Store(engine)
    make(store, cases)
    json.dump(measured(store, cases), sys.stdout)


def pages(cases: int) -> dict[str, str]:
    """The pages that are measured, by name."""
    long_ago = (datetime.now(UTC) - timedelta(minutes=cases * 0.9)).date().isoformat()
    searches = {
        "a word in one case": f'"unique{cases // 2}"',
        "a word in every case": '"bonjour"',
        "the same, its begin alone": "bonj",
        "a word in one of twenty": "mot20x7",
        "two words": "permis mot5000x77",
        "two words, never together": f"mot20000x77 unique{cases // 3}",
        "words in a row": '"bien a vous"',
        "who wrote": "de:person77",
        "chips alone": "outil:notice statut:clos",
        "a word with chips": "permis outil:notice statut:nouveau",
        "a word before a day long ago": f"permis avant:{long_ago}",
        "a word that nobody wrote": "introuvable",
    }
    found = {f"view {view}": f"/desk/cases?view={view}" for view in View}
    found |= {"a case": f"/desk/cases/MPA-25-{cases // 2}"}
    return found | {f"search: {name}": f"/desk/cases?q={query}" for name, query in searches.items()}


def measured(store: Store, cases: int) -> dict[str, Any]:
    """Median and p95 of each page, in milliseconds, after one that is not counted."""
    profile = profiles.load(profiles.find("profiles/mon-permis"))
    calendars = {name: holidays.calendar(profile, name) for name in profile.hours}
    service = Service(store, profile, Signer(b"a key for measuring only"), calendars=calendars)
    app = application(service, bind="127.0.0.1:8080", public_url=BASE)
    with browsing(app, store) as browser:
        taken = {name: sorted(timed(browser, address)) for name, address in pages(cases).items()}
    return {
        name: {"median": statistics.median(each), "p95": each[int(0.95 * len(each))]} for name, each in taken.items()
    }


def timed(browser: TestClient, address: str) -> Iterator[float]:
    for number in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = browser.get(address)
        took = 1000 * (time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        if number:
            yield took


if __name__ == "__main__":
    main()
