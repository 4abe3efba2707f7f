"""Commit, then wake; a failure leaves neither."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from store import schema
from store.failpoint import arm
from store.inbound import Delivery
from store.tables import metadata
from store.tx import Kind, Store

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def delivery(n: int = 1, at: datetime = NOW) -> Delivery:
    return Delivery(source="box", external_id=str(n), raw=b"x", received_at=at)


def count(store: Store) -> int:
    with store.reading() as tx:
        return tx.inbound.due_count(NOW)


def test_the_wake_leaves_after_the_commit_and_once(store: Store) -> None:
    seen: list[tuple[Kind, int]] = []
    store.wake = lambda kind: seen.append((kind, count(store)))
    with store.transaction("test") as tx:
        tx.inbound.add_once([delivery()], NOW)
        tx.wake(Kind.INBOUND)
        tx.wake(Kind.INBOUND)
        assert seen == []
    assert seen == [(Kind.INBOUND, 1)]


def test_what_fails_is_rolled_back_and_wakes_nobody(store: Store) -> None:
    seen: list[Kind] = []
    store.wake = seen.append
    with pytest.raises(RuntimeError), store.transaction("test") as tx:
        tx.inbound.add_once([delivery()], NOW)
        tx.wake(Kind.INBOUND)
        raise RuntimeError("no")
    assert (seen, count(store)) == ([], 0)


def test_a_lost_wake_costs_the_caller_nothing(store: Store) -> None:
    def lost(_: Kind) -> None:
        raise ConnectionError("the broker is away")

    store.wake = lost
    with store.transaction("test") as tx:
        tx.inbound.add_once([delivery()], NOW)
        tx.wake(Kind.INBOUND)
    assert count(store) == 1


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    brussels = timezone(timedelta(hours=2))
    with store.transaction("test") as tx:
        [identity] = tx.inbound.add_once([delivery(at=NOW.astimezone(brussels))], NOW)
    with store.reading() as tx:
        found = tx.inbound.get([identity])[0].received_at
    assert (found, found.tzinfo) == (NOW, UTC)


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="aware"), store.transaction("test") as tx:
        tx.inbound.add_once([delivery(at=datetime(2026, 3, 24))], NOW)  # noqa: DTZ001 - the fault under test


def test_an_armed_failpoint_kills_the_process_at_that_passage(tmp_path: Path) -> None:
    script = "from store.failpoint import arm, reach\narm('b:2')\nfor n in 'abab': reach(n); print(n, flush=True)\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (-9, ["a", "b", "a"])


@pytest.mark.parametrize("passages", ["often", "0", "-1"])
def test_a_failpoint_that_is_no_number_is_refused(passages: str) -> None:
    with pytest.raises(ValueError, match=passages):
        arm(f"name:{passages}")


def test_a_reader_sees_one_state_whatever_is_committed_meanwhile(store: Store) -> None:
    with store.reading() as reader:
        assert reader.inbound.due_count(NOW) == 0
        with store.transaction("test") as tx:
            tx.inbound.add_once([delivery()], NOW)
        assert reader.inbound.due_count(NOW) == 0
    assert count(store) == 1


def is_comparable(name: str | None, kind: str, _: Any) -> bool:
    """Whether metadata can say it: what full-text search is made of, it cannot."""
    return not (name or "").startswith("words_index") and (name, kind) not in FULL_TEXT


FULL_TEXT = {("ix_words_vector", "index"), ("vector", "column")}


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite cannot tell of them; PostgreSQL does
def test_the_migrations_make_what_the_code_expects(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with store.engine.connect() as connection:
        opts = {"compare_server_default": False, "include_name": is_comparable}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
        assert ScriptDirectory.from_config(schema.configuration(connection)).get_current_head() == schema.HEAD
    assert schema.version(store.engine) == schema.HEAD


def test_the_migrations_go_down_and_up_again(store: Store) -> None:
    from alembic import command

    with store.engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(schema.configuration(connection), "base")
    with pytest.raises(Exception, match="db upgrade"):
        schema.require_head(store.engine)
    schema.upgrade(store.engine)
    schema.require_head(store.engine)
