"""A transaction that somebody else ended is done again as a whole, and never where it may be kept already."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.again import UnsureError, patiently
from store.engine import HURRIED_SECONDS, open_engine
from store.tx import Kind, Store, Transaction
from tests.servers.faulty import FaultProxy
from tests.servers.postgres import Postgres

YEAR = 2026

on_postgresql = pytest.mark.servers("postgres")


def first(store: Store) -> int:
    return store.run("test", lambda tx: tx.cases.reserve(YEAR, 1))[0]


@contextmanager
def opened(url: str, *, hurried: bool = False) -> Iterator[Store]:
    engine = open_engine(url, hurried=hurried)
    yield Store(engine, hurried=hurried)
    engine.dispose()


@contextmanager
def behind_a_proxy(postgres: Postgres, *, hurried: bool = False) -> Iterator[tuple[FaultProxy, Store]]:
    with postgres.database() as url, FaultProxy(postgres.port).running() as proxy:
        there = url.replace(str(postgres.port), str(proxy.port))
        with opened(there, hurried=hurried) as store:
            yield proxy, store


def test_what_succeeds_is_done_once_and_wakes_once(store: Store) -> None:
    woken: list[Kind] = []
    store.wake = woken.append

    def change(tx: Transaction) -> int:
        tx.wake(Kind.CASE)
        return tx.cases.reserve(YEAR, 1)[0]

    before = store.run("test", change)
    assert (first(store) - before, woken) == (1, [Kind.CASE])


def test_a_fault_of_our_own_is_not_done_again(store: Store) -> None:
    calls: list[int] = []

    def change(tx: Transaction) -> None:
        calls.append(1)
        tx.connection.execute(text("SELECT no_such_column"))

    with pytest.raises(Exception, match="no_such_column"):
        store.run("test", change)
    assert len(calls) == 1


@on_postgresql
def test_every_connection_ended_costs_the_caller_nothing(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as store:
        before = first(store)
        pids: list[int] = []

        def change(tx: Transaction) -> int:
            pids.append(tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            if len(pids) == 1:
                postgres.execute(f"SELECT pg_terminate_backend({pids[0]})")
            return tx.cases.reserve(YEAR, 1)[0]

        assert store.run("test", change) == before + 1
        assert len(pids) == 2


@on_postgresql
def test_two_who_wait_for_each_other_both_come_through(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as store:
        both = Barrier(2)

        def writer(names: tuple[str, str]) -> int:
            calls: list[int] = []

            def change(tx: Transaction) -> int:
                calls.append(1)
                touch(tx, names[0])
                if len(calls) == 1:
                    both.wait(10)
                touch(tx, names[1])
                return len(calls)

            return store.run("test", change)

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(writer, [("a", "b"), ("b", "a")])) == [1, 2]


def touch(tx: Transaction, name: str) -> None:
    statement = "INSERT INTO lease VALUES (:name, '', now()) ON CONFLICT (name) DO UPDATE SET ends_at = now()"
    tx.connection.execute(text(statement), {"name": name})


@on_postgresql
def test_a_storm_of_serialization_failures_loses_and_doubles_nothing(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as store:
        database = url.rpartition("/")[2]
        postgres.execute(f"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'")
        before = first(store)
        with ThreadPoolExecutor(6) as threads:
            numbers = list(threads.map(lambda _: first(store), range(60)))
        assert sorted(numbers) == list(range(before + 1, before + 61))


@on_postgresql
def test_what_may_be_kept_already_is_not_done_again(postgres: Postgres) -> None:
    with behind_a_proxy(postgres) as (proxy, store):
        before = first(store)

        def change(tx: Transaction) -> None:
            tx.cases.reserve(YEAR, 1)
            proxy.faults.cut_after = 0  # the answer to the commit is never heard

        with pytest.raises(UnsureError):
            store.run("test", change)
        assert first(store) == before + 2


@on_postgresql
def test_a_caller_is_told_soon_that_a_database_is_away(postgres: Postgres) -> None:
    with behind_a_proxy(postgres, hurried=True) as (proxy, store):
        first(store)
        proxy.faults.refuse = True
        proxy.cut_all()
        with pytest.raises(OperationalError):
            first(store)
        proxy.faults.refuse = False
        first(store)


@on_postgresql
def test_a_start_waits_for_a_server_that_restarts_and_not_for_ever(postgres: Postgres) -> None:
    with behind_a_proxy(postgres) as (proxy, store):
        calls: list[int] = []

        def ask() -> int:
            calls.append(1)
            proxy.faults.refuse = len(calls) < 3
            proxy.cut_all()
            with store.reading() as tx:
                return tx.connection.execute(text("SELECT 1")).scalar_one()

        assert (patiently(ask, 60), len(calls)) == (1, 3)
        calls.clear()
        with pytest.raises(OperationalError):
            patiently(ask, 0)
        assert len(calls) == 1


def test_a_start_waits_for_nothing_else() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise ValueError("no database")

    with pytest.raises(ValueError, match="no database"):
        patiently(fail, 60)
    assert len(calls) == 1


@on_postgresql
def test_a_commit_is_on_disk_whatever_the_server_is_set_to(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as store, opened(url, hurried=True) as hurried:
        postgres.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = off")
        for one in (store, hurried):
            with one.transaction("test") as tx:
                assert tx.connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        with hurried.reading() as tx:
            assert tx.connection.execute(text("SHOW lock_timeout")).scalar_one() == f"{round(1000 * HURRIED_SECONDS)}ms"


@on_postgresql
def test_what_is_long_is_compressed_in_the_quick_way_where_the_server_can(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as store, store.transaction("test") as tx:
        able = text("SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        expected = "lz4" if tx.connection.execute(able).scalar_one() else "pglz"
        assert tx.connection.execute(text("SHOW default_toast_compression")).scalar_one() == expected
