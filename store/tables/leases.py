"""Who of several processes does what only one may do."""

from sqlalchemy import Column, String, Table

from store.tables.base import UtcDateTime, metadata

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)
"""A duty, the process that has it, and until when. One whose row has ended, or has none, is free."""
