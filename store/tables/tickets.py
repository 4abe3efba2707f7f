"""Tickets that cases have in Jira, what is to be done there, and the notices that something was."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from store.tables.base import Document, Identity, UtcDateTime, metadata, work_columns

ticket = Table(
    "ticket",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True, autoincrement=False),
    Column("key", String(64), index=True),
    Column("issue_id", String(32), index=True),
    Column("link", String(400), nullable=False, server_default=""),
    Column("status", String(120), nullable=False, server_default=""),
    Column("agreed", String(12), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime),
    Column("seen_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Column("last_error", String(500)),
)
"""A case's ticket: without `key` until it is made. `status` is the one there as it was last seen, `agreed` ours when
both sides last agreed; at `look_at` it is looked at next, None for never."""
Index(
    "ix_ticket_look_at",
    ticket.c.look_at,
    sqlite_where=ticket.c.look_at.is_not(None),
    postgresql_where=ticket.c.look_at.is_not(None),
)

ticket_push = Table(
    "ticket_push",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("entry_id", BigInteger),
    Column("data", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sending_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("result", String(120)),
    *work_columns(),
    Index("ix_ticket_push_case_id_state", "case_id", "state"),
)
"""One thing to do there. `sending_at` stands while nobody knows whether it was done; `result` is what it became there.
What is said is composed when it is sent, so none of it is kept here."""
Index(
    "ix_ticket_push_due",
    ticket_push.c.due_at,
    sqlite_where=ticket_push.c.state == "pending",
    postgresql_where=ticket_push.c.state == "pending",
)
Index(
    "ix_ticket_push_held",
    ticket_push.c.id,
    sqlite_where=ticket_push.c.state == "held",
    postgresql_where=ticket_push.c.state == "held",
)

ticket_notice = Table(
    "ticket_notice",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("identifier", String(200), nullable=False, unique=True),
    Column("issue", String(64), nullable=False),
    Column("author", String(128), nullable=False),
    Column("event", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    *work_columns(),
)
"""A webhook: that something happened to an issue (its key or id), and by which account. What happened is asked for."""
Index(
    "ix_ticket_notice_due",
    ticket_notice.c.due_at,
    sqlite_where=ticket_notice.c.state == "pending",
    postgresql_where=ticket_notice.c.state == "pending",
)
