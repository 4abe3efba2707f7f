"""What people said of tags, and what a model beside the one in use would have said. Rows are only ever added."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from store.tables.base import Document, Identity, UtcDateTime, metadata, personal_columns
from store.tables.cases import case

correction = Table(
    "correction",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False, index=True),
    Column("inbound_id", BigInteger, ForeignKey("inbound.id"), nullable=False),
    Column("cause", String(8), nullable=False),
    Column("shown", Document, nullable=False),
    Column("chosen", Document, nullable=False),
    Column("changed", Boolean, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("model", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undoes", BigInteger, ForeignKey("correction.id"), unique=True),
    *personal_columns("case"),
)
"""`shown` and `chosen` are {"motif", "tool", "scope"}; `changed` says whether they differ. `undoes` names the row that
this one takes back: neither counts any longer."""

shadow_tags = Table(
    "shadow_tags",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("inbound_id", BigInteger, ForeignKey("inbound.id"), nullable=False),
    Column("model", String(64), nullable=False),
    Column("shown_model", String(64), nullable=False),
    Column("shown", Document, nullable=False),
    Column("said", Document, nullable=False),
    Column("differs", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    *personal_columns("case"),
    Unique("model", "inbound_id"),
)
"""`said` is what `model` would have tagged the message, `shown` what the model in use did."""

_to_review = case.c.review.is_(True) & case.c.hidden.is_(False)
Index("ix_case_to_review", case.c.id, sqlite_where=_to_review, postgresql_where=_to_review)
