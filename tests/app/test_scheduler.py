"""One of several schedulers sweeps; another takes over when it stops, and when its lease ends."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from app.scheduler import LEASE, Scheduler
from store.tx import Store


class Office:
    """Schedulers over one database, by a clock that the test moves; `swept` says who did, in order."""

    def __init__(self, store: Store) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        self.swept: list[str] = []
        self._store = store

    def scheduler(self, name: str, *, deaf: bool = False) -> Scheduler:
        return Scheduler(self._store, lambda: self.now, lambda: self.swept.append(name), lambda: deaf)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


def test_one_sweeps_and_the_next_takes_over_when_its_lease_ends(office: Office) -> None:
    first, second = office.scheduler("first"), office.scheduler("second")
    for _ in range(3):
        first.round()
        second.round()
        office.now += LEASE / 2
    assert office.swept == ["first"] * 3
    office.now += LEASE
    second.round()
    first.round()
    assert office.swept == ["first"] * 3 + ["second"]
    assert (first.leads, second.leads) == (False, True)


def test_whoever_hears_no_wake_sweeps_too(office: Office) -> None:
    first, deaf = office.scheduler("first"), office.scheduler("deaf", deaf=True)
    first.round()
    deaf.round()
    assert office.swept == ["first", "deaf"]
    assert not deaf.leads


def test_one_that_ends_lets_go(office: Office) -> None:
    ended = Event()
    ended.set()
    office.scheduler("first").run(ended)
    office.now += timedelta(seconds=1)
    office.scheduler("second").round()
    assert office.swept == ["first", "second"]


def test_without_a_database_nobody_leads_and_nothing_breaks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = office.scheduler("first")
    monkeypatch.setattr(office._store, "transaction", _fails)
    scheduler.round()
    assert (office.swept, scheduler.leads) == ([], False)


def _fails(name: str) -> None:
    raise ConnectionError(name)
