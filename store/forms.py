"""What people began to write in the form, and the files that came with it, in one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import blob, form_draft, inbound


class Forms:
    """The drafts of one transaction. A draft is found by the digest of a secret that its browser alone has."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def find(self, digest: str) -> Row[Any] | None:
        """The draft, or None."""
        return self._connection.execute(select(form_draft).where(form_draft.c.digest == digest)).one_or_none()

    def keep(self, digest: str, fields: Mapping[str, Any], files: list[dict[str, Any]], now: datetime) -> None:
        """Keep what was typed, and which files came: each {"filename", "content_type", "size", "key"}."""
        changed = {"fields": dict(fields), "files": files, "saved_at": now}
        kept = self._insert(form_draft).on_conflict_do_update(index_elements=["digest"], set_=changed)
        self._connection.execute(kept, {"digest": digest, **changed})

    def add_bytes(self, bodies: Mapping[str, bytes], now: datetime) -> None:
        """Keep the bytes of files under keys of their own: no two uploads share theirs, so that what one person takes
        back is nobody else's."""
        rows = [{"sha256": key, "size": len(body), "body": body, "created_at": now} for key, body in bodies.items()]
        if rows:
            self._connection.execute(blob.insert(), rows)

    def drop_bytes(self, keys: Collection[str]) -> None:
        """Forget the bytes of files that were not sent."""
        if keys:
            self._connection.execute(delete(blob).where(blob.c.sha256.in_(keys)))

    def bytes_of(self, key: str) -> bytes | None:
        """The bytes of a file, or None."""
        body = self._connection.execute(select(blob.c.body).where(blob.c.sha256 == key)).scalar()
        return bytes(body) if body is not None else None

    def take(self, digest: str) -> None:
        """The draft was sent: its files are the submission's."""
        self._connection.execute(delete(form_draft).where(form_draft.c.digest == digest))

    def forget(self, digest: str) -> None:
        """Forget a draft with its files."""
        found = self._connection.execute(
            delete(form_draft).where(form_draft.c.digest == digest).returning(form_draft.c.files)
        ).scalar()
        self.drop_bytes([one["key"] for one in found or ()])

    def stale(self, before: datetime, limit: int) -> list[str]:
        """The digests of drafts that nobody has touched since."""
        untouched = select(form_draft.c.digest).where(form_draft.c.saved_at < before).order_by(form_draft.c.saved_at)
        return list(self._connection.execute(untouched.limit(limit)).scalars())

    def sent(self, source: str, key: str) -> Row[Any] | None:
        """The inbound row of what was sent under that key, or None."""
        mine = (inbound.c.source == source) & (inbound.c.external_id == key)
        return self._connection.execute(select(inbound).where(mine)).one_or_none()
