"""Sole use of a database, for whoever moves it: nobody else has it open before, and nobody changes it meanwhile."""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from cases.errors import ConfigurationError
from store.engine import open_engine

PATIENCE_SECONDS = 2.0
"""How long others may take to leave: a service that was just stopped still closes its connections."""

MEND = "stop every process of the service and whatever else looks into it, then try again"


def open_alone(url: str, key: str, *, writes: bool) -> Engine:
    """An engine for one connection at a time on a database that nobody else has open. `key` is what named the URL.

    On SQLite the file stays locked against readers and writers until the engine is disposed of. On PostgreSQL no other
    session is in the database now. Raises ConfigurationError.
    """
    try:
        engine = open_engine(url)
    except ConfigurationError as error:
        raise ConfigurationError([(key, cause, mend) for _, cause, mend in error.faults]) from error
    if engine.dialect.name == "sqlite":
        _lock_file(engine, key, writes=writes)
    _look_at(engine, key)
    return engine


def _lock_file(engine: Engine, key: str, *, writes: bool) -> None:
    """Exclusive locking fails where any other process has the file open, even if it does nothing at the moment."""
    path = Path(engine.url.database or "")
    if writes:
        _make_folder(path.parent, key)
    elif not path.is_file():
        raise ConfigurationError([(key, f"there is no file {path}", "correct its path")])

    def lock(connection: Any, _: Any) -> None:
        patience = round(1000 * PATIENCE_SECONDS)
        for pragma in ("locking_mode=EXCLUSIVE", f"busy_timeout={patience}", f"query_only={not writes}"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", lock, insert=True)  # before the first look into the file, else others are let in


def _make_folder(folder: Path, key: str) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        cause = f"the folder {folder} cannot be made ({error.strerror})"
        raise ConfigurationError([(key, cause, "correct its path or its rights")]) from error


def _look_at(engine: Engine, key: str) -> None:
    try:
        others = _wait_alone(engine)
    except DBAPIError as error:
        cause = str(error.orig).splitlines()[0]
        if cause == "database is locked":
            raise ConfigurationError([(key, "another process has it open", MEND)]) from error
        mend = "start the database, or correct its address, account and rights"
        raise ConfigurationError([(key, f"cannot be opened ({cause})", mend)]) from error
    if others:
        raise ConfigurationError([(key, f"{others} other connections are in this database", MEND)])


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
)


def _wait_alone(engine: Engine) -> int:
    """How many others stay. The service keeps connections open as long as it runs; the server's own have no user."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (others := _count_others(engine)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return others


def _count_others(engine: Engine) -> int:
    """In a transaction of its own: within one, the same sessions would be seen for ever. (To open SQLite is enough.)"""
    with engine.connect() as connection:
        return int(connection.execute(_OTHERS).scalar_one()) if engine.dialect.name == "postgresql" else 0
