"""Whether a backup was made is noted in the installation itself: its age is watched there (docs/watching.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from cases.errors import AiguillageError
from store import schema
from store.tx import Store, Transaction

log = structlog.get_logger()


@contextmanager
def noted(database: Engine, path: Path) -> Iterator[None]:
    """Note whether the block writes a backup to that path. One that cannot be noted is a good one all the same: its age
    alarms somebody."""
    folder = str(path.parent.resolve())
    try:
        yield
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        _note(database, lambda tx: tx.backups.failed(folder, datetime.now(UTC), fault))
        raise
    size = path.stat().st_size
    _note(database, lambda tx: tx.backups.made(folder, datetime.now(UTC), size))


def _note(database: Engine, change: Callable[[Transaction], None]) -> None:
    try:
        if schema.version(database) == schema.HEAD:
            store = Store(database)
            store.run("backup.noted", change)
    except (DBAPIError, AiguillageError) as error:
        log.warning("backup_not_noted", error=type(error).__name__)
