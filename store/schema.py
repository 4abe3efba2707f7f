"""The schema's version: what the code needs, what the database has, and the way from one to the other (Alembic)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from cases.errors import ConfigurationError, PermanentError
from store import tenure
from store.fitness import require_fit

HEAD = "0018"
"""The newest revision in `store/migrations/versions`; a test keeps it true, so that no start-up imports Alembic."""

COPYING = f"copy of {HEAD}"
"""The revision of a database that is being filled from another (`store.copy`), until all of it is there."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 4174677562
_NOT_ALLOWED = "42501"
"""insufficient_privilege (PostgreSQL appendix A)."""


def version(engine: Engine) -> str | None:
    """The revision that the database is at, or None where it is empty."""
    with engine.connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_head(engine: Engine) -> None:
    """Refuse a database that this code does not fit. Raises ConfigurationError."""
    with _opened():
        require_fit(engine)
        found = version(engine)
    if found == HEAD:
        return
    cause, mend = f"schema {found or 'none'}, this release needs {HEAD}", "install the release that made it"
    if found == COPYING:
        cause, mend = "holds a copy that did not come to its end", "run `aiguillage db copy` into it again"
    elif found is None or found < HEAD:
        mend = "run `aiguillage db upgrade`"
    raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", cause, mend)])


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up; one process at a time. Does nothing, quickly, where it is there already.

    All of it is one transaction: cut short anywhere, nothing of it stays. Raises ConfigurationError where the database
    cannot be opened or changed, was made by a newer release, or is at work.
    """
    with _opened():
        require_fit(engine)
        found = version(engine)
    if found == HEAD and revision == "head":
        return
    if found is not None and found > HEAD:
        require_head(engine)
    from alembic import command  # slow to import, and only needed here

    with _opened(), _changing(engine) as connection:
        if revision == "head" and _version(connection) == HEAD:
            return  # it was waited for another process, which may be at work by now
        tenure.take_alone(connection)
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back; what only later revisions can keep is lost. All of it is one transaction.

    Raises ConfigurationError where the database is not past that revision, cannot be changed, or is at work.
    """
    with _opened():
        found = version(engine)
    if found is None or not "0000" < revision < found <= HEAD:
        cause, mend = f"schema {found or 'none'} cannot go back to {revision}", "name an older revision, such as 0007"
        raise ConfigurationError([("REVISION", cause, mend)])
    from alembic import command  # slow to import, and only needed here

    with _opened(), _changing(engine) as connection:
        tenure.take_alone(connection)
        command.downgrade(configuration(connection), revision)


def hold(engine: Engine) -> None:
    """Keep this schema for as long as the process works: see `store.tenure`."""
    tenure.hold(engine, HEAD)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """One transaction, while nobody else changes the schema.

    SQLite changes a table by making it anew, which rows that refer to it would forbid: they are looked at in the end
    (SQLite, ALTER TABLE, section 7).
    """
    with engine.connect().execution_options(writes=True) as connection:
        _refer(connection, "OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
                _look_at_references(connection)
        finally:
            _refer(connection, "ON")


def _refer(connection: Connection, state: str) -> None:
    """Have SQLite watch references, or not; within a transaction it does not listen."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[union-attr]


def _look_at_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (row := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise PermanentError(f"the schema was left as it is: a row of {row[0]} would refer to none of {row[2]}")


@contextmanager
def _opened() -> Iterator[None]:
    """The first look at a database finds out whether it is one, and ours to open."""
    try:
        yield
    except DBAPIError as error:
        cause = f"cannot be opened ({str(error.orig).splitlines()[0]})"
        mend = "start the database, or correct its address, account and rights"
        if getattr(error.orig, "sqlstate", None) == _NOT_ALLOWED:
            mend = "as the database's owner, GRANT ALL ON SCHEMA public to this account"
        raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", cause, mend)]) from error


def configuration(connection: Any) -> Any:
    """Alembic's configuration over an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
