"""What leaves: one row per mail, written with the case, under a unique key and a fixed Message-ID."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns, work_columns

outbound = Table(
    "outbound",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False, index=True),
    Column("mailbox", String(64), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("context", Document, nullable=False),
    Column("sha256", String(64), ForeignKey("blob.sha256")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sending_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("outcome", String(12)),
    Column("smtp_reply", Text),
    Column("undelivered", Document),
    Column("escalation_id", BigInteger),
    *work_columns(),
    *personal_columns("message"),
    Index("ix_outbound_recipient_created_at", "recipient", "created_at"),
    Index("ix_outbound_mailbox_created_at", "mailbox", "created_at"),
)
Index(
    "ix_outbound_due",
    outbound.c.due_at,
    sqlite_where=outbound.c.state == "pending",
    postgresql_where=outbound.c.state == "pending",
)
Index(
    "ix_outbound_held",
    outbound.c.id,
    sqlite_where=outbound.c.state == "held",
    postgresql_where=outbound.c.state == "held",
)
