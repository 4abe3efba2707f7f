"""The purge beside other work: a little at once, then a rest; and what a killed process left in the archive goes."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app import purge
from app.purge import Purge
from cases.retention import Retention
from store.archive import Archive
from store.engine import open_engine
from store.tables import blob
from store.tx import Store
from tests.desk.working import Work
from tests.store.test_purging import closed

MANY = 25


def due(store: Store) -> Work:
    work = Work(store)
    for n in range(MANY):
        closed(work, message_id=f"<{n}@example.org>")
    work.later(days=366)
    return work


def test_it_works_a_little_and_rests(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    work = due(sqlite_store)
    monkeypatch.setattr(purge, "SLICE", 0)
    resting = Purge(sqlite_store, Retention(), lambda: work.now)
    assert 0 < resting.process() < MANY
    assert resting.process() == 0, "it rests, whatever is still due"
    assert any(one.count for one in resting.due())


def test_told_to_do_it_at_once_it_goes_on_to_the_end(sqlite_store: Store) -> None:
    work = due(sqlite_store)
    hurried = Purge(sqlite_store, Retention(), lambda: work.now, share=0)
    while hurried.process():
        pass
    assert not any(one.count for one in hurried.due())


def test_what_was_left_in_the_archive_goes_with_the_first_rest(sqlite_store: Store, tmp_path: Path) -> None:
    """Killed after the database let go of bytes and before the archive did."""
    work = due(sqlite_store)
    [row] = work.road.rows([1])
    away = Archive(open_engine(f"sqlite:///{tmp_path}/archive.db"))
    away.make()
    with sqlite_store.reading() as tx:
        away.put({row.sha256: tx.bodies.received(1)})
    with sqlite_store.transaction("test.killed") as tx:
        tx.connection.execute(update(blob).where(blob.c.sha256 == row.sha256).values(body=b"", size=0))
    sqlite_store.archive = away
    hurried = Purge(sqlite_store, Retention(raw_mail=3_000, cases=3_000), lambda: work.now, share=0)
    while hurried.process():
        pass
    assert away.some(10) == {}
