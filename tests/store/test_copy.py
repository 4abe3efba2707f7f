"""An installation moves from one database to another: all of it or nothing, and work goes on there."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    Table,
    create_engine,
    select,
    text,
)

from cases.actions import note
from cases.errors import ConfigurationError, PermanentError, TransientError
from store import bulk, schema
from store.copy import TABLES, Compared, opened
from store.tables import case, counter, entry, inbound, mailbox_state, presence
from store.tx import Store
from tests.desk.working import Work
from tests.ingest.conftest import NOW
from tests.mails import mail
from tests.servers.postgres import Postgres
from tests.store.installation import content, engine_of, fill, quiet
from tests.store.test_views import add_case

BOTH_WAYS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.servers("postgres")))


def copy(source: str, target: str) -> list[Compared]:
    with opened(source, target, "--to") as found:
        return found.run(quiet)


@pytest.fixture(scope="module")
def full(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an installation on SQLite, filled once."""
    path = tmp_path_factory.mktemp("full") / "aiguillage.db"
    shutil.copyfile(sqlite_template, path)
    with engine_of(f"sqlite:///{path}") as engine:
        fill(Store(engine))
    return path


@pytest.fixture
def filled(full: Path, sqlite_url: str) -> str:
    """The URL of such an installation of the test's own."""
    shutil.copyfile(full, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture(params=BOTH_WAYS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table, on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/copy.db"
        return
    with request.getfixturevalue("postgres").database(migrated=False) as url:
        yield url


def test_everything_is_copied_compared_and_left_as_it_was(filled: str, empty_url: str) -> None:
    before = content(filled)
    compared = copy(filled, empty_url)
    assert [one.table for one in compared] == [table.name for table in TABLES]
    assert all(one.equal for one in compared)
    assert {one.table: one.rows for one in compared} == {table.name: len(before[table.name]) for table in TABLES}
    assert all(one.rows for one in compared), "the installation of this test has a row in every table"
    assert (content(empty_url), content(filled)) == (before, before)


def test_there_and_back_it_is_the_same(filled: str, tmp_path: Path, empty_url: str) -> None:
    back = f"sqlite:///{tmp_path}/back.db"
    there, returned = copy(filled, empty_url), copy(empty_url, back)
    assert there == returned
    assert content(back) == content(filled)


def test_work_goes_on_in_the_copy(filled: str, empty_url: str) -> None:
    copy(filled, empty_url)
    with engine_of(empty_url) as engine:
        schema.require_head(engine)
        store = Store(engine)
        work = Work(store)
        work.later(days=1)
        ids = {row.id for row in (*table_rows(engine, inbound), *table_rows(engine, case))}
        with store.transaction("test") as tx:
            assert tx.mailboxes.acquire("assistance", "a new process", work.now, timedelta(minutes=1))
        while work.road.intake.process():
            pass
        with store.reading() as tx:
            assert tx.inbound.due_count(work.now) == 0
        [new] = work.road.take_in(mail("New.\n", message_id="<new@example.org>"), external_id="new")
        assert not {new.id, new.case_id} & ids
        work.do(work.desk.read(str(new.case_id)).number, note, "Looked at.")


def table_rows(engine: Engine, table: Table) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(table)).all())


def test_whoever_held_a_row_or_a_mailbox_holds_nothing_there(filled: str, empty_url: str) -> None:
    with engine_of(filled) as engine:
        assert any(row.lease for row in table_rows(engine, inbound))
    copy(filled, empty_url)
    with engine_of(empty_url) as engine:
        held = [row for table in (inbound, mailbox_state) for row in table_rows(engine, table) if row.lease]
        states = sorted(row.state for row in table_rows(engine, inbound))
    assert held == []
    assert states == ["done"] * 3 + ["pending"] * 2


# --- what is refused ---------------------------------------------------------------------------------------------


def refused(source: str, target: str) -> tuple[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        copy(source, target)
    [(key, cause, mend)] = caught.value.faults
    assert mend
    return key, cause


def test_a_target_with_rows_is_refused_and_keeps_them(filled: str, database_url: str) -> None:
    """(On SQLite both fixtures are one file: the source.)"""
    with engine_of(database_url) as engine, engine.connect() as connection, connection.begin():
        connection.execute(counter.insert(), {"name": "mine", "value": 7})
    before = content(database_url)
    key, cause = refused(filled, database_url)
    assert (key, "not empty" in cause or "open" in cause) == ("--to", True)
    assert content(database_url) == before


def test_a_target_with_the_schema_and_no_row_is_empty(filled: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/migrated.db"
    with engine_of(target) as engine:
        schema.upgrade(engine)
    assert all(one.equal for one in copy(filled, target))


def test_a_target_of_another_program_is_refused(filled: str, empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with (
        engine_of(empty_url) as engine,
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    assert refused(filled, empty_url) == ("--to", "is not empty: it has theirs")


def test_a_target_of_another_schema_is_refused(filled: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/older.db"
    with engine_of(target) as engine:
        schema.upgrade(engine, "0003")
    assert refused(filled, target) == ("--to", f"has schema 0003, this release needs {schema.HEAD}")


def test_a_source_of_an_older_release_is_upgraded_first(tmp_path: Path) -> None:
    older = f"sqlite:///{tmp_path}/older.db"
    with engine_of(older) as engine:
        schema.upgrade(engine, "0003")
    with pytest.raises(ConfigurationError, match="db upgrade"):
        copy(older, f"sqlite:///{tmp_path}/copy.db")
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("no url", "is not a database URL"),
        ("mysql://host/database", "mysql is not supported"),
        ("sqlite://", "names no file"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "cannot be opened"),
        ("sqlite:////dev/null/copy.db", "cannot be made"),
    ],
)
def test_a_wrong_target_is_named_as_the_target(filled: str, url: str, cause: str) -> None:
    key, found = refused(filled, url)
    assert (key, cause in found) == ("--to", True), found


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    key, cause = refused(f"sqlite:///{tmp_path}/absent.db", f"sqlite:///{tmp_path}/copy.db")
    assert (key, "there is no file" in cause) == ("AIGUILLAGE_DATABASE_URL", True)
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_another_process_has_open_is_refused(store: Store, tmp_path: Path) -> None:
    """It need not do anything at that moment: its connections are open."""
    with store.reading() as tx:
        assert tx.inbound.due_count(NOW) == 0
    url = store.engine.url.render_as_string(hide_password=False)
    key, cause = refused(url, f"sqlite:///{tmp_path}/copy.db")
    assert (key, "another process" in cause or "other connections" in cause) == ("AIGUILLAGE_DATABASE_URL", True)


def test_nobody_writes_while_it_is_copied(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, f"sqlite:///{tmp_path}/copy.db", "--to"), engine_of(database_url) as engine:
        late = create_engine(engine.url, connect_args=_HURRIED[engine.dialect.name])
        with pytest.raises(Exception, match="lock"), late.connect() as connection, connection.begin():
            connection.execute(presence.insert(), {"agent": "nora", "present": True, "since": NOW})
        late.dispose()


_HURRIED: dict[str, dict[str, Any]] = {"sqlite": {"timeout": 0.1}, "postgresql": {"options": "-c lock_timeout=100"}}


# --- cut short -----------------------------------------------------------------------------------------------------


class CutShortError(Exception):
    """The power went."""


def test_cut_short_anywhere_it_is_refused_and_begins_again(
    filled: str, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_ROWS", 3)
    passed: list[int] = []
    with opened(filled, f"{filled}.whole", "--to") as found:
        found.run(lambda done, *_: passed.append(done))
    for place in passed[:: max(1, len(passed) // 12)]:
        with pytest.raises(CutShortError), opened(filled, empty_url, "--to") as found:
            found.run(lambda done, *_, place=place: _cut_at(done, place))
        with engine_of(empty_url) as engine, pytest.raises(ConfigurationError, match="did not come to its end"):
            schema.require_head(engine)
        with engine_of(empty_url) as engine, pytest.raises(ConfigurationError, match="db copy"):
            schema.upgrade(engine)
    assert all(one.equal for one in copy(filled, empty_url))
    assert content(empty_url) == content(filled)


def _cut_at(done: int, place: int) -> None:
    if done == place:
        raise CutShortError


def test_a_copy_that_differs_is_not_kept(filled: str, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write = bulk.write

    def lose(connection: Any, table: Table, batch: list[dict[str, Any]]) -> None:
        write(connection, table, [row | {"text": "?"} for row in batch] if table is entry else batch)

    monkeypatch.setattr(bulk, "write", lose)
    compared = copy(filled, empty_url)
    assert [one.table for one in compared if not one.equal] == ["entry"]
    with engine_of(empty_url) as engine, pytest.raises(ConfigurationError, match="did not come to its end"):
        schema.require_head(engine)


@pytest.mark.servers("postgres")
@pytest.mark.parametrize(("value", "cause"), [("a\0b", "NUL"), ("x" * 65, "too long")])
def test_what_the_target_cannot_keep_is_named(sqlite_url: str, postgres: Postgres, value: str, cause: str) -> None:
    with engine_of(sqlite_url) as engine:
        identity = add_case(Store(engine), source=value)
    with postgres.database(migrated=False) as url:
        with pytest.raises(PermanentError, match=f"the row {identity} of case cannot be kept there: .*{cause}"):
            copy(sqlite_url, url)
        with engine_of(url) as engine, pytest.raises(ConfigurationError):
            schema.require_head(engine)


@pytest.mark.servers("postgres")
def test_a_server_that_goes_away_is_said_in_a_sentence(filled: str, postgres: Postgres) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
    with (
        postgres.database(migrated=False) as url,
        opened(filled, url, "--to") as found,
        pytest.raises(TransientError, match="cut short"),
    ):
        found.run(lambda *_: postgres.execute(ended))
