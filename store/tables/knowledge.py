"""Articles that help, what was keyed for news by phone, and the probes that walk the real path."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from store.tables.base import Identity, UtcDateTime, metadata, personal_columns

article = Table(
    "article",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("article", String(40), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("title", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("category", String(40), nullable=False),
    Column("motif", String(40), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("keywords", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("expires", String(10), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("written_by", String(64), nullable=False),
    Column("approved_at", UtcDateTime),
    Column("approved_by", String(64)),
    Unique("article", "lang"),
)
"""A page in one language. `category`, `motif` and `tool` are '' where it is about any; `expires` is its last day, ''
for never. It is shown to nobody before `approved_at`, which goes when what it says is changed."""

code_try = Table(
    "code_try",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("call_id", BigInteger, ForeignKey("call.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("known", Boolean, nullable=False),
    *personal_columns("call"),
    Index("ix_code_try_at", "at"),
)
"""A code that a caller keyed to hear where a case stands. Those that were not `known` are counted against guessing."""

probe = Table(
    "probe",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),
    Column("source", String(64), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), index=True),
    Column("call_id", BigInteger, ForeignKey("call.id"), index=True),
    Column("arrived_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(12)),
)
"""A marked mail or call of our own. `source` is the mailbox or line that it went to, `arrived_at` when we took it in,
`ended_at` when its receipt was there or it was given up; `outcome` is null while it is awaited."""
Index(
    "ix_probe_awaited",
    probe.c.source,
    sqlite_where=probe.c.ended_at.is_(None),
    postgresql_where=probe.c.ended_at.is_(None),
)
