"""The case, the keys by which a later message finds it, its timeline, and people with several addresses."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns

counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

case = Table(
    "case",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", String(40), nullable=False, unique=True),
    Column("status", String(12), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("source", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("category", String(40), nullable=False),
    Column("motif", String(40), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("scope", String(40), nullable=False),
    Column("review", Boolean, nullable=False),
    Column("tags", Document, nullable=False),
    Column("flags", Document, nullable=False),
    Column("requester_name", Text, nullable=False),
    Column("requester", String(320), nullable=False),
    Column("submitter", String(320), nullable=False),
    Column("phone", String(20)),
    Column("hidden", Boolean, nullable=False, server_default=text("false")),
    Column("linked_case_id", BigInteger, ForeignKey("case.id")),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False, index=True),
    Column("closed_at", UtcDateTime),
    Column("version", Integer, nullable=False, server_default="1"),
    *personal_columns("case"),
)

case_key = Table(
    "case_key",
    metadata,
    Column("kind", String(12), primary_key=True),
    Column("key", String(512), primary_key=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Index("ix_case_key_case_id", "case_id"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("data", Document, nullable=False),
    *personal_columns("case"),
)

contact_address = Table(
    "contact_address",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("person_key", String(32), nullable=False, index=True),
    Column("confirmed_at", UtcDateTime),
)
