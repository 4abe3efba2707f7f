"""Who may use the desk, and what it keeps of their work: sessions, drafts, who looks at what, bulk actions."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from store.tables.base import Document, Identity, UtcDateTime, metadata

account = Table(
    "account",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", Text),
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("preferences", Document, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    UniqueConstraint("issuer", "subject"),
)
"""Somebody who may sign in. `id` is the agent's in the profile, where they are one. `email` is in lower case;
`password` an Argon2 hash, null where they cannot sign in with one; `issuer` and `subject` are those of OpenID Connect
(Core 2)."""

session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False, index=True),
    Column("how", String(8), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, index=True),
)
"""A browser that somebody signed in with. `digest` is the SHA-256 of its cookie, in hexadecimal; `how` is password,
oidc or link."""

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False, index=True),
    Column("ends_at", UtcDateTime, nullable=False),
)
"""A link that signs somebody in once, to choose a password; the row goes when it is used."""

audit = Table(
    "audit",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(24), nullable=False),
    Column("about", String(64), nullable=False),
    Column("data", Document, nullable=False),
    Index("ix_audit_about_id", "about", "id"),
    Index("ix_audit_actor_id", "actor", "id"),
    Index("ix_audit_action_id", "action", "id"),
    Index("ix_audit_actor_action_id", "actor", "action", "id"),
)
"""Sign-ins and what became of accounts. `actor` and `about` are ids of accounts, '' where there is none; `actor` is
`command` where somebody typed it on the machine. No foreign key: lines outlive accounts."""

draft = Table(
    "draft",
    metadata,
    Column("account_id", String(64), ForeignKey("account.id"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("body", Document, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False, index=True),
)
"""What somebody has begun to write: `key` is `case:ID` for an answer or a note."""

looking = Table(
    "looking",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("account_id", String(64), ForeignKey("account.id"), primary_key=True),
    Column("writing", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
)
"""Who has a case open, and whether they write; a row says nothing any more some seconds after `seen_at`."""

bulk = Table(
    "bulk",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("account_id", String(64), ForeignKey("account.id"), nullable=False),
    Column("action", String(24), nullable=False),
    Column("changed", Document, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Index("ix_bulk_account_id_at", "account_id", "at"),
)
"""One action on several cases. `changed` holds for each case what is needed to take it back."""

form_draft = Table(
    "form_draft",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("fields", Document, nullable=False),
    Column("files", Document, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False, index=True),
)
"""What a citizen has begun to write in the form. `digest` is the SHA-256 of the cookie that it is found by; `files` are
{"filename", "content_type", "size", "key"}: the key of a blob that no other row names."""
