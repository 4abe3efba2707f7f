"""When the installation was last backed up, and where to: rows by folder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import backup

LONGEST_FAULT = 400


class Backups:
    """The notes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def made(self, folder: str, at: datetime, size: int) -> None:
        """Note that a whole one was written there, of that many bytes."""
        self._note(folder, tried_at=at, made_at=at, bytes=size, fault=None)

    def failed(self, folder: str, at: datetime, fault: str) -> None:
        """Note that none was written there, and why; what is known of the last one stays."""
        self._note(folder, tried_at=at, fault=fault[:LONGEST_FAULT])

    def _note(self, folder: str, **columns: Any) -> None:
        put = self._insert(backup).on_conflict_do_update(index_elements=["folder"], set_=columns)
        self._connection.execute(put, {"folder": folder, **columns})

    def all(self) -> Sequence[Row[Any]]:
        """(folder, tried_at, made_at, bytes, fault) of each folder."""
        return self._connection.execute(select(backup).order_by(backup.c.folder)).all()
