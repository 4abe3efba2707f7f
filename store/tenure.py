"""Two versions at once: nobody changes the schema under a process that works with it, nor works with another one's.

On PostgreSQL every connection of a working process holds a shared advisory lock, which the upgrade wants for itself
(PostgreSQL 13.3.5). On SQLite, whose upgrade waits for nobody, each writer looks at the version first.
"""

import time
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from cases.errors import ConfigurationError
from store.again import OutdatedError

PATIENCE_SECONDS = 5.0
"""How long the upgrade waits for commands that are about to end."""

_AT_WORK = 4174677563
_VERSION = "SELECT version_num FROM alembic_version"
_HOLD = "SELECT version_num, pg_try_advisory_lock_shared(%s) FROM alembic_version"
_ALONE = text("SELECT pg_try_advisory_xact_lock(:key)").bindparams(key=_AT_WORK)
_OUTDATED = "the database was upgraded under this process: stop it, and start the release that did so"


def hold(engine: Engine, revision: str) -> None:
    """Have every use of this engine from now on find that revision. What does not raises OutdatedError."""

    def look(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            found = connection.connection.driver_connection
            _require(found.execute(_VERSION).fetchone(), revision)  # type: ignore[union-attr]

    def take(connection: Any, _: Any) -> None:
        _require(connection.execute(_HOLD, [_AT_WORK]).fetchone(), revision)
        connection.commit()

    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", look)
    else:
        engine.dispose()  # what was opened before holds nothing
        event.listen(engine, "connect", take)


def _require(found: Any, revision: str) -> None:
    version, *held = found or (None,)
    if version != revision or not all(held):
        raise OutdatedError(_OUTDATED)


def take_alone(connection: Connection) -> None:
    """Let no process of the service be at work until this transaction ends. Raises ConfigurationError where one is."""
    if connection.dialect.name == "sqlite":
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not connection.execute(_ALONE).scalar_one():
        if time.monotonic() > deadline:
            cause, mend = "processes of the service are at work with it", "stop web, worker and connect, then try again"
            raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", cause, mend)])
        time.sleep(0.05)
