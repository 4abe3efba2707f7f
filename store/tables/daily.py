"""What each day counted, kept beside the events that say it: to be read at once, and once the events are purged."""

from sqlalchemy import Boolean, Column, Index, String, Table

from store.tables.base import Document, UtcDateTime, metadata

day_count = Table(
    "day_count",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("counts", Document, nullable=False),
    Column("known_at", UtcDateTime, nullable=False),
    Column("settled", Boolean, nullable=False),
)
"""`counts` are those of `cases.daily`, `day` is the service's own (ISO 8601). Events up to `known_at` are in them; a
`settled` day changes no more. Nobody is named in it."""
Index(
    "ix_day_count_unsettled",
    day_count.c.known_at,
    sqlite_where=day_count.c.settled.is_(False),
    postgresql_where=day_count.c.settled.is_(False),
)
