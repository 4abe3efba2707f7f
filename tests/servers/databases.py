"""`store`: the same tests on SQLite and on PostgreSQL. `sqlite_store` and `postgres_store` give one of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from store.engine import open_engine
from store.schema import upgrade
from store.tx import Store

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.servers("postgres")))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file with empty tables."""
    path = tmp_path_factory.mktemp("template") / "aiguillage.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file of the test's own, migrated and empty."""
    path = tmp_path / "aiguillage.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated database with empty tables, on each kind of database in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store with empty tables, on each kind of database in turn."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A migrated store with empty tables on SQLite, for tests in which the database plays no part."""
    yield from _opened(sqlite_url)


def _opened(url: str) -> Iterator[Store]:
    """On SQLite nothing waits for the disk: a process that is killed loses nothing by that, and no power fails here."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    yield Store(engine)
    engine.dispose()
