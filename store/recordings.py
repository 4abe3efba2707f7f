"""Recordings: noted once, fetched as work, the sound kept by hash."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import blob, call, recording
from store.work import LeaseLostError, Work


class Recordings(Work):
    """The recordings of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, recording)
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add_once(self, row: dict[str, Any]) -> int | None:
        """Note a recording under its provider's id; its own id, or None where it was noted before."""
        statement = self._insert(recording).on_conflict_do_nothing(index_elements=["provider", "recording_sid"])
        return self._connection.execute(statement.returning(recording.c.id), row).scalar_one_or_none()

    def known_sids(self, provider: str, recording_sids: Collection[str]) -> set[str]:
        """Which of these were noted before."""
        mine = (recording.c.provider == provider) & recording.c.recording_sid.in_(recording_sids)
        return set(self._connection.execute(select(recording.c.recording_sid).where(mine)).scalars())

    def find(self, identity: int) -> Row[Any] | None:
        """The recording with that id, or None."""
        return self._connection.execute(select(recording).where(recording.c.id == identity)).one_or_none()

    def unowned(self, since: datetime) -> list[Row[Any]]:
        """The recordings since then of calls that we never saw, oldest first."""
        lost = recording.c.call_id.is_(None) & (recording.c.recorded_at >= since)
        return list(self._connection.execute(select(recording).where(lost).order_by(recording.c.id)).all())

    def of_case(self, *case_ids: int) -> list[Row[Any]]:
        """The recordings of a case, or of several, with the language of their call (`lang`), oldest first; absent ones
        are none."""
        mine = recording.c.case_id.in_(case_ids) & (recording.c.status != "absent")
        chosen = select(recording, call.c.lang).join(call, call.c.id == recording.c.call_id).where(mine)
        return list(self._connection.execute(chosen.order_by(recording.c.id)).all())

    def sound(self, identity: int) -> bytes | None:
        """The bytes of a recording, or None while or where there are none."""
        body = select(blob.c.body).join(recording, recording.c.sha256 == blob.c.sha256)
        return self._connection.execute(body.where(recording.c.id == identity)).scalar_one_or_none()

    def kept_before(self, moment: datetime, limit: int = 100) -> list[int]:
        """The ids of recordings made before then whose sound is still kept, oldest first."""
        old = recording.c.sha256.is_not(None) & (recording.c.recorded_at < moment)
        chosen = select(recording.c.id).where(old).order_by(recording.c.recorded_at).limit(limit)
        return list(self._connection.execute(chosen).scalars())

    def forget(self, identities: Collection[int]) -> None:
        """Delete the sound of these recordings; what was written down of it stays.

        The emptied row stays too: to delete it, a database would look for its hash in every message there is.
        """
        mine = recording.c.id.in_(identities)
        hashes = set(self._connection.execute(select(recording.c.sha256).where(mine)).scalars())
        self._connection.execute(update(recording).where(mine).values(sha256=None))
        elsewhere = exists().where(recording.c.sha256 == blob.c.sha256)  # two people can be equally silent
        sounds = blob.c.sha256.in_(hashes) & (blob.c.retention == "audio")
        self._connection.execute(update(blob).where(sounds, ~elsewhere).values(body=b"", size=0))

    def keep(self, lease: str, identity: int, sound: tuple[bytes, str], now: datetime) -> None:
        """Keep the bytes and their type with the row, which stays claimed; its attempts are counted anew. Raises
        LeaseLostError where it is not ours any more: whose it was may have been erased meanwhile."""
        body, content_type = sound
        mine = select(recording.c.id).where(recording.c.id == identity, recording.c.lease == lease)
        if self._connection.execute(mine.with_for_update()).first() is None:
            raise LeaseLostError("another worker has it by now, or it was erased")
        sha256 = hashlib.sha256(body).hexdigest()
        row = {"sha256": sha256, "size": len(body), "body": body, "created_at": now, "retention": "audio"}
        again = {"size": len(body), "body": body}  # an equal sound may have been forgotten
        self._connection.execute(self._insert(blob).on_conflict_do_update(index_elements=["sha256"], set_=again), row)
        self.change(lease, identity, sha256=sha256, content_type=content_type, fetched_at=now, attempts=1)

    def change(self, lease: str, identity: int, **columns: Any) -> None:
        """Write columns of a claimed row; one that is another worker's by now is left alone."""
        mine = (recording.c.id == identity) & (recording.c.lease == lease)
        self._connection.execute(update(recording).where(mine).values(**columns))
