"""What came in: the raw bytes once by hash, a row for each delivery, and the cursor of each mailbox."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns, work_columns

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("retention", String(16), nullable=False, server_default="raw"),
)
"""Raw bytes, once by hash. Whose they are stands on the inbound or outbound rows that name the hash: they are stored
before anybody has read them. What has the retention `draft` came with an answer that was not sent yet."""
Index(
    "ix_blob_draft",
    blob.c.created_at,
    sqlite_where=blob.c.retention == "draft",
    postgresql_where=blob.c.retention == "draft",
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("channel", String(8), nullable=False),
    Column("source", String(64), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("sha256", String(64), ForeignKey("blob.sha256"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("backfill", Boolean, nullable=False, server_default=text("false")),
    Column("marked", Boolean, nullable=False, server_default=text("true")),
    Column("disposition", String(10)),
    Column("reason", Text),
    Column("case_id", BigInteger, ForeignKey("case.id"), index=True),
    Column("fingerprint", String(64), index=True),
    Column("acknowledgement", String(40)),
    Column("sender", String(320)),
    Column("subject", Text),
    Column("content", Document),
    Column("escalation_id", BigInteger),
    *work_columns(),
    *personal_columns("message"),
    UniqueConstraint("source", "external_id"),
    Index("ix_inbound_received_at_source", "received_at", "source"),
    Index("ix_inbound_sha256_source", "sha256", "source"),
)
Index(
    "ix_inbound_due",
    inbound.c.due_at,
    sqlite_where=inbound.c.state == "pending",
    postgresql_where=inbound.c.state == "pending",
)
Index(
    "ix_inbound_held",
    inbound.c.id,
    sqlite_where=inbound.c.state == "held",
    postgresql_where=inbound.c.state == "held",
)
Index(
    "ix_inbound_unmarked",
    inbound.c.source,
    sqlite_where=inbound.c.marked.is_(False),
    postgresql_where=inbound.c.marked.is_(False),
)

mailbox_state = Table(
    "mailbox_state",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False, server_default="0"),
    Column("last_uid", BigInteger, nullable=False, server_default="0"),
    Column("lease", String(40)),
    Column("lease_until", UtcDateTime),
    Column("polled_at", UtcDateTime),
    Column("failing_since", UtcDateTime),
    Column("last_error", Text),
    Column("sub_addressing", Boolean),
    Column("lag_seconds", Float),
)
