"""Raw bytes as people read them: out of the database, or out of the archive where they went there."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from store.archive import Archive
from store.tables import blob, inbound, outbound

AWAY = (blob.c.size > 0) & (func.length(blob.c.body) == 0)
"""The bytes are in the archive: their row has kept its size."""


class Bodies:
    """The raw bytes of one transaction."""

    def __init__(self, connection: Connection, archive: Archive | None) -> None:
        self._connection = connection
        self._archive = archive

    def received(self, identity: int) -> bytes:
        """Those of an inbound row. Raises LookupError where they are not to be had."""
        return self._of(inbound, identity)

    def sent(self, identity: int) -> bytes | None:
        """Those of an outgoing mail, or None where it was not composed yet."""
        try:
            return self._of(outbound, identity)
        except LookupError:
            return None

    def find(self, hashes: Collection[str]) -> dict[str, bytes]:
        """By hash, all that are to be had. Raises PermanentError where the archive holds something else."""
        chosen = select(blob.c.sha256, blob.c.size, blob.c.body).where(blob.c.sha256.in_(hashes))
        rows = self._connection.execute(chosen).all() if hashes else []
        away = [row.sha256 for row in rows if row.size and not row.body]
        archived = self._archive.bodies(away) if away and self._archive else {}
        return archived | {row.sha256: row.body for row in rows if row.body or not row.size}

    def _of(self, table: Table, identity: int) -> bytes:
        chosen = select(table.c.sha256).where(table.c.id == identity)
        sha256 = self._connection.execute(chosen).scalar_one_or_none() or ""
        return self.find([sha256])[sha256]


def within_bytes(rows: Sequence[Row[Any]], most: int) -> Sequence[Row[Any]]:
    """The first rows whose `size` in all is at most that many bytes; always at least one."""
    total = 0
    for count, row in enumerate(rows):
        total += row.size
        if count and total > most:
            return rows[:count]
    return rows
