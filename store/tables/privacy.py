"""What was erased, and how far: erasures of people, tombstones that keep them erased, and the marks of the purge."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from store.tables.base import Document, Identity, UtcDateTime, metadata
from store.tables.cases import case
from store.tables.outbound import outbound

erasure = Table(
    "erasure",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Document),
    Column("certificate", Document),
    Column("ended_at", UtcDateTime),
)
"""The erasure of one person. `person` is who, {"addresses", "phones", "names", "keys"}, until it is done and null from
then on; `certificate` what was done, without whose it was."""
Index(
    "ix_erasure_running",
    erasure.c.id,
    sqlite_where=erasure.c.ended_at.is_(None),
    postgresql_where=erasure.c.ended_at.is_(None),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("erasure_id", BigInteger, ForeignKey("erasure.id"), index=True),
)
"""Who and what was erased, known again only by whoever has the installation's key: of the kind `person` the person key,
erased up to `at`; of the kind `message` the HMAC of a fingerprint, `raw` that of raw bytes."""

purge = Table(
    "purge",
    metadata,
    Column("walk", String(24), primary_key=True),
    Column("reached_at", UtcDateTime),
    Column("reached_id", BigInteger, nullable=False, server_default="0"),
    Column("count", Integer, nullable=False, server_default="0"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    Column("oldest", UtcDateTime),
)
"""How far each walk of the purge has come, by moment and id, and what it has erased since it was last told of."""

Index(
    "ix_case_closed_at",
    case.c.closed_at,
    case.c.id,
    sqlite_where=case.c.closed_at.is_not(None),
    postgresql_where=case.c.closed_at.is_not(None),
)
Index(
    "ix_outbound_sha256",
    outbound.c.sha256,
    sqlite_where=outbound.c.sha256.is_not(None),
    postgresql_where=outbound.c.sha256.is_not(None),
)
