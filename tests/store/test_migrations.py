"""The schema goes down to each revision and up again with work in flight: no row is lost, and the work is finished."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, inspect, select

from store import schema
from store.tables import metadata
from store.tx import Store
from tests.desk.working import Work
from tests.store.installation import LEFT_BEHIND, fill

REVISIONS = [f"{number:04d}" for number in range(int(schema.HEAD) - 1, 0, -1)]
LEASES_END = timedelta(minutes=5)
REBUILT = {"words"}
"""Tables whose rows are made anew out of the others."""


def present(engine: Engine) -> dict[str, list[str]]:
    """The columns of each of our tables, as they are now."""
    found = inspect(engine)
    ours = {name: table.c for name, table in metadata.tables.items() if found.has_table(name)}
    return {
        name: [one["name"] for one in found.get_columns(name) if one["name"] in kept] for name, kept in ours.items()
    }


def rows(engine: Engine, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every row of these tables, in these columns."""
    with engine.connect() as connection:
        return {name: sorted(map(repr, connection.execute(chosen(name, kept)))) for name, kept in columns.items()}


def chosen(name: str, kept: list[str]) -> Any:
    table: Table = metadata.tables[name]
    return select(*(table.c[column] for column in kept if column not in LEFT_BEHIND))


@pytest.mark.slow
def test_down_to_each_revision_and_up_again_loses_no_row(store: Store) -> None:
    """One revision at a time, both ways: what lies between two of them is walked once, not once for each below."""
    work = fill(store)
    for revision in REVISIONS:
        before = rows(store.engine, present(store.engine))
        schema.downgrade(store.engine, revision)
        assert schema.version(store.engine) == revision
        there = rows(store.engine, present(store.engine))
        assert {name: len(found) for name, found in there.items()} == {name: len(before[name]) for name in there}
    for revision in [*reversed(REVISIONS[:-1]), schema.HEAD]:
        assert_upgrade_keeps(store, revision)
    assert_is_finished(store, work)


@pytest.mark.slow
def test_down_to_the_first_revision_and_up_again_at_once_loses_no_row(store: Store) -> None:
    work = fill(store)
    schema.downgrade(store.engine, REVISIONS[-1])
    assert_upgrade_keeps(store, schema.HEAD)
    assert_is_finished(store, work)


def assert_upgrade_keeps(store: Store, revision: str) -> None:
    """Every row in every column that was there."""
    kept = present(store.engine)
    there = rows(store.engine, kept)
    schema.upgrade(store.engine, revision)
    assert schema.version(store.engine) == revision
    again = rows(store.engine, kept)
    assert {name: found for name, found in again.items() if name not in REBUILT} == {
        name: found for name, found in there.items() if name not in REBUILT
    }
    assert (not again.get("words")) == (not there.get("words"))


def assert_is_finished(store: Store, work: Work) -> None:
    """What was pending when it all began becomes cases; what was to leave is still to leave."""
    with store.reading() as tx:
        waiting = tx.inbound.due_count(work.now + LEASES_END), len(tx.outbound.pending(1000))
        cases = len(tx.cases.latest(limit=1000))
    assert min(waiting) > 0
    work.road.now += LEASES_END
    while work.road.intake.process():
        pass
    with store.reading() as tx:
        assert tx.inbound.due_count(work.now) == 0
        assert len(tx.cases.latest(limit=1000)) == cases + waiting[0]
        assert len(tx.outbound.pending(1000)) > waiting[1]
