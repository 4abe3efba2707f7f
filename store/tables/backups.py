"""When the installation was last backed up, and where to."""

from sqlalchemy import BigInteger, Column, String, Table

from store.tables.base import UtcDateTime, metadata

backup = Table(
    "backup",
    metadata,
    Column("folder", String(400), primary_key=True),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime),
    Column("bytes", BigInteger),
    Column("fault", String(400)),
)
"""A folder that backups are written to, as the machine that makes them names it. `made_at` and `bytes` are the last
whole one's; `fault` is why the last try made none, null where it did."""
