"""Programs that use the API: their tokens, what they were answered, and what they are told of."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from store.tables.base import Document, Identity, UtcDateTime, metadata, work_columns

program = Table(
    "program",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("address", String(500)),
    Column("events", Document),
    Column("salt", String(64)),
    Column("salt_before", String(64)),
    Column("salt_before_until", UtcDateTime),
)
"""A program that may use the API, under the name that stands on timelines. `address` is where it is told of `events`,
None for nowhere; what is sent there is signed with a secret that follows from `salt` and the installation's key, until
`salt_before_until` with the one before it as well."""
Index(
    "ix_program_address",
    program.c.id,
    sqlite_where=program.c.address.is_not(None),
    postgresql_where=program.c.address.is_not(None),
)

program_token = Table(
    "program_token",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("program_id", String(40), ForeignKey("program.id"), nullable=False, index=True),
    Column("hint", String(16), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("used_at", UtcDateTime),
)
"""What a program proves itself with: the SHA-256 of it in hexadecimal, and its first letters, by which people tell it
from others."""

program_answer = Table(
    "program_answer",
    metadata,
    Column("program_id", String(40), ForeignKey("program.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False, index=True),
    Column("answer", Document),
)
"""What was asked for under an idempotency key, and what was answered, None while that is under way: {"status",
"headers", "body"}."""

program_delivery = Table(
    "program_delivery",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("program_id", String(40), ForeignKey("program.id"), nullable=False, index=True),
    Column("type", String(24), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("done_at", UtcDateTime),
    Column("status", SmallInteger),
    *work_columns(),
)
"""One event that one program is told of. `status` is the last HTTP status that its address answered with."""
for _state, _column in (("pending", program_delivery.c.due_at), ("held", program_delivery.c.id)):
    _of_state = program_delivery.c.state == _state
    _name = "ix_program_delivery_due" if _state == "pending" else "ix_program_delivery_held"
    Index(_name, _column, sqlite_where=_of_state, postgresql_where=_of_state)

program_told = Table(
    "program_told",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("etag", String(64), nullable=False),
    Column("status", String(12), nullable=False),
)
"""How a case was when programs were told of it last; nothing while none has an address."""

program_seen = Table(
    "program_seen",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("first_case", BigInteger, nullable=False),
    Column("last_case", BigInteger, nullable=False),
)
"""One row: how far cases were looked through for what programs are told of. `first_case` is the newest case when that
began: an older one is never told of as new."""
