"""One moment of a database as a file, taken beside the running service, and such a file as a database again.

SQLite by its online backup, within one reading transaction: writers go on, and none of what they write is in it. For
PostgreSQL see `store.dump`.
"""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, inspect, make_url, select, table, text
from sqlalchemy.exc import DBAPIError

from cases.errors import ConfigurationError, PermanentError, TransientError
from store import dump
from store.bulk import first_line

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PAGES = 2_000
"""How many pages are copied between two words about the progress."""

Told = Callable[[int, int], object]
"""Takes how much is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the file holds: the `kind` of database, its schema's `revision` ('' for the archive), rows by table."""

    kind: str
    revision: str
    rows: Mapping[str, int]


def kind_of(url: str) -> str:
    """The kind of database that a URL names."""
    return make_url(url).get_backend_name()


def file_of(url: str) -> Path:
    """The file of an SQLite database."""
    return Path(make_url(url).database or "").resolve()


def is_there(engine: Engine) -> bool:
    """Whether the database has a table. Makes no file. Raises TransientError where it does not answer."""
    if engine.dialect.name == SQLITE and not file_of(str(engine.url)).is_file():
        return False
    try:
        return bool(inspect(engine).get_table_names())
    except DBAPIError as error:
        raise TransientError(f"the database cannot be opened ({first_line(error)})") from error


def size_of(engine: Engine) -> int:
    """About how many bytes the database has."""
    with engine.connect() as connection:
        asked = "SELECT pg_database_size(current_database())"
        if engine.dialect.name == SQLITE:
            asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(connection.execute(text(asked)).scalar_one())


def take(engine: Engine, path: Path, told: Told) -> Snapshot:
    """Write one moment of the database into a new file. Raises ConfigurationError, PermanentError, TransientError."""
    try:
        if engine.dialect.name == SQLITE:
            _copy(engine, path, told)
            return look(path)
        with engine.connect() as connection, connection.begin():
            name = dump.share(connection)
            names = inspect(connection).get_table_names()
            rows = {one: connection.execute(select(func.count()).select_from(table(one))).scalar_one() for one in names}
            revision = connection.execute(_VERSION).scalar_one() if _NOTE in names else ""
            dump.take(engine.url, name, path)
    except (DBAPIError, sqlite3.Error) as error:
        raise TransientError(f"the backup was cut short ({first_line(error)})") from error
    rows.pop(_NOTE, None)
    return Snapshot(kind=POSTGRESQL, revision=str(revision), rows=rows)


_NOTE = "alembic_version"
_VERSION = text(f"SELECT version_num FROM {_NOTE}")  # noqa: S608 - a constant


def _copy(engine: Engine, path: Path, told: Told) -> None:
    """The transaction that begins with the first look keeps what is copied as it is now, whoever writes meanwhile."""
    with engine.connect() as connection, connection.begin(), closing(sqlite3.connect(path)) as place:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        origin = connection.connection.driver_connection
        origin.backup(place, pages=PAGES, progress=lambda _, left, total: told(total - left, total))  # type: ignore[union-attr]
        place.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def look(path: Path) -> Snapshot:
    """What an SQLite file holds, every page of it looked at. Raises PermanentError where it is not whole."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as place:
            [found] = place.execute("PRAGMA integrity_check(1)").fetchone()
            names = [name for (name,) in place.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {name: place.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
            revision = place.execute(str(_VERSION)).fetchone() if _NOTE in rows else None
    except sqlite3.Error as error:
        raise PermanentError(f"{path.name} is no whole database ({error})") from error
    if found != "ok":
        raise PermanentError(f"{path.name} is no whole database ({found})")
    rows.pop(_NOTE, None)
    return Snapshot(kind=SQLITE, revision=revision[0] if revision else "", rows=rows)


def require_room(url: str, key: str) -> None:
    """Refuse to put a database where there is one. `key` is what named the URL. Raises ConfigurationError."""
    from store.engine import open_engine

    if kind_of(url) == SQLITE:
        path = file_of(url)
        beside = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
        if there := [one.name for one in beside if one.exists()]:
            mend = "move it away, or name another file: nothing is overwritten"
            raise ConfigurationError([(key, f"is not empty: {path.parent} has {', '.join(there)}", mend)])
        return
    engine = open_engine(url)
    try:
        if is_there(engine):
            raise ConfigurationError([(key, "is not empty", "drop that database and create it again, or name another")])
    finally:
        engine.dispose()


def settle(path: Path, final: Path) -> None:
    """Give a file that is whole its name, on disk before it is told. Raises FileExistsError, and overwrites nothing."""
    _sync(path)
    os.link(path, final)
    _sync(final.parent)


def replace(path: Path, final: Path) -> None:
    """Have a file that is whole take the place of another, on disk before it is told."""
    _sync(path)
    path.replace(final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
