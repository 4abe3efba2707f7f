"""Two versions at once, two upgrades at once, an upgrade that dies half way, and servers that cannot serve."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text

from cases.errors import ConfigurationError
from store import schema, tenure
from store.again import OutdatedError
from store.engine import open_engine
from store.tx import Store
from tests.servers import forked
from tests.servers.databases import BOTH
from tests.servers.faulty import FaultProxy
from tests.servers.postgres import Postgres
from tests.servers.process import wait_until
from tests.store.dying import upgrade_it

ROOT = Path(__file__).parents[2]
on_postgresql = pytest.mark.servers("postgres")


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    with request.getfixturevalue("postgres").database(migrated=False) as url:
        yield url


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def complaint(engine: Engine) -> str:
    with pytest.raises(ConfigurationError) as refused:
        schema.require_head(engine)
    [(key, cause, mend)] = refused.value.faults
    assert key == "AIGUILLAGE_DATABASE_URL"
    return f"{cause}; {mend}"


@pytest.mark.parametrize("statements", [6, 20, 40])
def test_an_upgrade_that_dies_half_way_leaves_nothing_and_can_begin_again(empty_url: str, statements: int) -> None:
    with opened(empty_url) as engine:
        schema.upgrade(engine, "0004")
        before = tables(engine)
        engine.dispose()
        done = forked.run([empty_url, str(statements)], os.environ, ROOT, program=upgrade_it)
        assert done.returncode == -9
        assert (schema.version(engine), tables(engine)) == ("0004", before)
        assert "run `aiguillage db upgrade`" in complaint(engine)
        schema.upgrade(engine)
        schema.require_head(engine)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_of_two_upgrades_at_once_one_waits_for_the_other(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: forked.run([empty_url], os.environ, ROOT, program=upgrade_it), range(2)))
    assert [(one.returncode, one.stderr) for one in done] == [(0, b"")] * 2
    with opened(empty_url) as engine:
        schema.require_head(engine)


def test_a_newer_database_is_refused(store: Store) -> None:
    with store.transaction("test") as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = complaint(store.engine)
    assert f"schema 9999, this release needs {schema.HEAD}; install the release that made it" in said
    with pytest.raises(ConfigurationError, match="9999"):
        schema.upgrade(store.engine)


def test_a_process_whose_database_was_upgraded_writes_nothing_more(database_url: str) -> None:
    with opened(database_url) as old, opened(database_url) as new:
        schema.hold(old)
        store = Store(old)
        store.run("test", lambda tx: tx.cases.reserve(2026, 1))
        old.dispose()
        with Store(new).transaction("test") as tx:
            tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(OutdatedError, match="upgraded under this process"):
            store.run("test", lambda tx: tx.cases.reserve(2026, 1))


@on_postgresql
def test_nobody_upgrades_under_a_process_at_work(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenure, "PATIENCE_SECONDS", 0.2)
    with postgres.database() as url, opened(url) as old, opened(url) as new:
        with Store(new).transaction("test") as tx:
            tx.connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        tenure.hold(old, "0007")
        Store(old).run("test", lambda tx: tx.cases.reserve(2026, 1))
        with pytest.raises(ConfigurationError, match="are at work") as refused:
            schema.upgrade(new)
        assert "stop web, worker and connect" in str(refused.value.faults)


@on_postgresql
def test_who_waited_for_another_upgrade_starts_though_that_process_is_at_work(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`web`, `worker` and `connect` start at once on an empty database."""
    monkeypatch.setattr(tenure, "PATIENCE_SECONDS", 0.2)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with postgres.database(migrated=False) as url, opened(url) as first, opened(url) as second, opened(url) as third:
        with ThreadPoolExecutor(1) as beside, third.connect() as at_work:
            with first.connect() as connection, connection.begin():
                connection.execute(text(f"SELECT pg_advisory_xact_lock({schema._LOCK})"))
                late = beside.submit(schema.upgrade, second)
                wait_until(lambda: at_work.execute(text(waiting)).scalar(), "the other waits")
                command.upgrade(schema.configuration(connection), "head")
                at_work.execute(text(f"SELECT pg_advisory_lock_shared({tenure._AT_WORK})"))
            late.result(20)
        schema.require_head(second)


@on_postgresql
def test_an_account_without_rights_is_told_which(postgres: Postgres) -> None:
    with postgres.database() as url, postgres.database(migrated=False) as empty:
        reader, writer = (one.replace("postgres@", "reader@") for one in (url, empty))
        postgres.execute("CREATE ROLE reader LOGIN")
        try:
            with opened(reader) as engine:
                assert "may not be written by this account (account" in complaint(engine)
            with opened(writer) as engine, pytest.raises(ConfigurationError) as refused:
                schema.upgrade(engine)
            assert "permission denied" in str(refused.value.faults)
            assert "GRANT ALL ON SCHEMA public" in str(refused.value.faults)
        finally:
            postgres.execute("DROP ROLE reader")


@on_postgresql
def test_a_server_that_can_only_be_read_is_refused(postgres: Postgres) -> None:
    with postgres.database() as url, opened(url) as engine:
        postgres.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
        assert complaint(engine).startswith("can only be read; name the primary server")


@on_postgresql
def test_an_old_server_is_refused(postgres: Postgres) -> None:
    with postgres.database() as url, FaultProxy(postgres.port).running() as proxy:
        proxy.faults.rewrite = lambda portion: portion.replace(b"\0\0\0\x0615", b"\0\0\0\x0614")
        with opened(url.replace(str(postgres.port), str(proxy.port))) as engine:
            assert complaint(engine) == "is a PostgreSQL 14; use PostgreSQL 15 or newer"


@on_postgresql
def test_a_database_that_is_not_there_is_refused(postgres: Postgres) -> None:
    with opened(postgres.url("elsewhere")) as engine:
        assert 'database "elsewhere" does not exist' in complaint(engine)
