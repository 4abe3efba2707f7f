"""One engine per process: SQLite made durable and polite, PostgreSQL with checked connections."""

import json
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from cases.errors import ConfigurationError
from store.again import OutdatedError, UnsureError

BUSY_SECONDS = 30
HURRIED_SECONDS = 1.2
"""How long a caller on the phone can wait for a lock; there must be time left to say sorry."""
CONNECT_SECONDS = 2
POOL, OVERFLOW = 10, 10
"""Connections to PostgreSQL that a process keeps, and those that it may have beside them for a moment."""

UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError, UnsureError, OutdatedError)
"""The database is down, locked, full or too slow; trying again at once leads nowhere."""


def open_engine(url: str, *, hurried: bool = False) -> Engine:
    """The engine for `AIGUILLAGE_DATABASE_URL`. Connects to nothing yet. Raises ConfigurationError.

    A `hurried` one rather fails than lets somebody wait: for locks, statements and connections a second or two.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", "is not a database URL", _EXAMPLES)]) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", "names no file", _EXAMPLES)])
    if backend == "sqlite":
        return _sqlite(url, hurried=hurried)
    if backend == "postgresql":
        return _postgresql(url, hurried=hurried)
    raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", f"{backend} is not supported", _EXAMPLES)])


_EXAMPLES = "write sqlite:////var/lib/aiguillage/aiguillage.db or postgresql+psycopg://user@host/database"


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _sqlite(url: str, *, hurried: bool) -> Engine:
    arguments = {"check_same_thread": False, "timeout": HURRIED_SECONDS if hurried else BUSY_SECONDS}
    engine = create_engine(url, connect_args=arguments, pool_size=20, **_common(hurried=hurried))
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, not the driver's
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: a later upgrade from reader to writer would fail, not wait."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: str, *, hurried: bool) -> Engine:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    milliseconds = round(1000 * HURRIED_SECONDS)
    options = f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}"
    arguments = {"connect_timeout": CONNECT_SECONDS, "options": options} if hurried else {}
    try:
        engine = create_engine(
            parsed,
            connect_args=arguments,
            pool_pre_ping=True,
            pool_size=POOL,
            max_overflow=OVERFLOW,
            **_common(hurried=hurried),
        )
    except ModuleNotFoundError as error:
        mend = "run `make install`, or install aiguillage[postgres]"
        raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", f"{error.name} is not installed", mend)]) from error
    event.listen(engine, "connect", _keep_before_answering)
    return engine


def _keep_before_answering(connection: Any, _: Any) -> None:
    """A commit is on disk before it is answered, whatever the server, the database or the account is set to: a mail
    is told to its server as kept (PostgreSQL 20.5.1). A server that is stricter stays so.

    Where the server can, what is long is compressed by LZ4 (20.11.1): its own way took a third of its time for a mail.
    """
    connection.execute(_NOT_OFF)
    connection.execute(_QUICK)
    connection.commit()


_NOT_OFF = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
_QUICK = """SELECT set_config(name, 'lz4', false) FROM pg_settings
WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"""


def shown(url: str) -> str:
    """A database URL for people to read: without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _common(*, hurried: bool) -> dict[str, Any]:
    pool_timeout = HURRIED_SECONDS if hurried else BUSY_SECONDS
    return {"json_serializer": _dumps, "hide_parameters": True, "pool_timeout": pool_timeout}
