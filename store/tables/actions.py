"""What people do with cases: escalations to the second level, who is there, and how satisfied people were."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, SmallInteger, String, Table, Text

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns

escalation = Table(
    "escalation",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False, index=True),
    Column("n2", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("wording", Text, nullable=False),
    Column("details", Document, nullable=False),
    Column("ticket", String(64), index=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(12)),
    *personal_columns("case"),
)
"""A case's stay at a second level. `n2` is its id in the profile; `actor` who escalated, `rule` by which rule ('' by a
person). `details` are {"tool", "since", "affected", "tried", "files"}; `ticket` is its own key for it, once known;
`answered_at` when it first wrote."""
Index(
    "uq_escalation_open",
    escalation.c.case_id,
    unique=True,
    sqlite_where=escalation.c.ended_at.is_(None),
    postgresql_where=escalation.c.ended_at.is_(None),
)

presence = Table(
    "presence",
    metadata,
    Column("agent", String(64), primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
"""Who of the profile's agents is there; one without a row is not."""

satisfaction = Table(
    "satisfaction",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("closing", SmallInteger, primary_key=True),
    Column("satisfied", Boolean, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    *personal_columns("case"),
)
"""The answer to the question that the n-th closing of a case asked: one, the last that was given."""
