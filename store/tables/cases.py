"""The case, the keys by which a later message finds it, its timeline, and people with several addresses."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

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
    Column("impact", SmallInteger, nullable=False, server_default="3"),
    Column("urgency", SmallInteger, nullable=False, server_default="3"),
    Column("priority", String(2), nullable=False, server_default="P4"),
    Column("assessment", Document),
    Column("queue", String(12), nullable=False, server_default="supervisor"),
    Column("routing", Document),
    Column("agent", String(64)),
    Column("response_due_at", UtcDateTime),
    Column("resolution_due_at", UtcDateTime),
    Column("n2_due_at", UtcDateTime),
    Column("alarm_at", UtcDateTime),
    Column("relay", String(64), nullable=False, server_default=""),
    Column("copied", Boolean, nullable=False, server_default=text("false")),
    Column("fields", Document),
    Column("merged_into", BigInteger),
    Column("signs", Text, nullable=False, server_default=""),
    *personal_columns("case"),
)
"""`assessment` is {"reasons", "corrected_by"} of the priority; `routing` is {"why", "rule", "skills", "agent"} of the
queue, with "but" for who handed the case back; `agent` is who has the case. The `_due_at` are the clocks'
(`cases.due`), None for one that does not run; at `alarm_at` the sweep looks at the case. `relay` is the label of who
passed it on, `copied` whether the submitter is written to as well, `fields` the values of the profile's own fields;
`merged_into` is the case that this one was merged into, closed. `signs` name what the message that opened it tells of
(`Tags.signs`), one word after the other, '' where nothing is known."""
Index(
    "ix_case_alarm_at",
    case.c.alarm_at,
    sqlite_where=case.c.alarm_at.is_not(None),
    postgresql_where=case.c.alarm_at.is_not(None),
)
Index(
    "ix_case_merged_into",
    case.c.merged_into,
    sqlite_where=case.c.merged_into.is_not(None),
    postgresql_where=case.c.merged_into.is_not(None),
)
_unassigned = case.c.agent.is_(None) & (case.c.status != "closed") & case.c.hidden.is_(False)
Index(
    "ix_case_unassigned",
    case.c.priority,
    case.c.opened_at,
    sqlite_where=_unassigned,
    postgresql_where=_unassigned,
)
_assigned = case.c.agent.is_not(None) & (case.c.status != "closed")
Index("ix_case_agent", case.c.agent, sqlite_where=_assigned, postgresql_where=_assigned)

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

Index(
    "ix_entry_no_article",
    entry.c.at,
    sqlite_where=entry.c.kind == "no_article",
    postgresql_where=entry.c.kind == "no_article",
)

contact_address = Table(
    "contact_address",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("person_key", String(32), nullable=False, index=True),
    Column("confirmed_at", UtcDateTime),
)
