"""What people have begun to write, and who has which case open, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import account, blob, draft, looking

FRESH = timedelta(seconds=45)
"""How long somebody counts as there after their page was last heard of; it is heard of every 15 seconds."""


OF_DRAFT = "draft"
"""The retention of files that came with a draft."""
MOST_FORGOTTEN = 500
"""Files that are forgotten at once."""


class Drafts:
    """The drafts of one transaction, each its writer's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def save(self, account_id: str, key: str, body: Mapping[str, Any], now: datetime) -> None:
        """Keep a draft in the place of the one before."""
        row = {"account_id": account_id, "key": key, "body": dict(body), "saved_at": now}
        kept = self._insert(draft).values(row)
        changed = {"body": kept.excluded.body, "saved_at": kept.excluded.saved_at}
        self._connection.execute(kept.on_conflict_do_update(index_elements=["account_id", "key"], set_=changed))

    def keep_files(self, bodies: Mapping[str, bytes], now: datetime) -> None:
        """Keep the bytes of files that came with a draft, each under a key that no other has."""
        rows = [
            {"sha256": key, "size": len(body), "body": body, "created_at": now, "retention": OF_DRAFT}
            for key, body in bodies.items()
        ]
        if rows:
            self._connection.execute(blob.insert(), rows)

    def sent(self, keys: Collection[str]) -> None:
        """These files left with an answer: they are the case's."""
        self._connection.execute(update(blob).where(blob.c.sha256.in_(keys)).values(retention="case"))

    def taken_back(self, keys: Collection[str], now: datetime) -> None:
        """These files are a draft's again."""
        mine = update(blob).where(blob.c.sha256.in_(keys))
        self._connection.execute(mine.values(retention=OF_DRAFT, created_at=now))

    def has_files_of(self, before: datetime) -> bool:
        """Whether a draft's file came before then."""
        old = select(blob.c.sha256).where(blob.c.retention == OF_DRAFT, blob.c.created_at < before)
        return self._connection.execute(old.limit(1)).first() is not None

    def forget_files(self, before: datetime) -> int:
        """Forget the files that came before then and that no draft names any more; how many.

        What a draft names meanwhile is either younger, or was named all the time.
        """
        named = {
            one["key"] for body in self._connection.execute(select(draft.c.body)).scalars() for one in _files(body)
        }
        old = select(blob.c.sha256).where(blob.c.retention == OF_DRAFT, blob.c.created_at < before)
        unnamed = [key for key in self._connection.execute(old).scalars() if key not in named][:MOST_FORGOTTEN]
        still = (blob.c.retention == OF_DRAFT) & (blob.c.created_at < before)
        return self._connection.execute(delete(blob).where(blob.c.sha256.in_(unnamed), still)).rowcount

    def find(self, account_id: str, key: str) -> Row[Any] | None:
        """The draft, with `body` and `saved_at`, or None."""
        mine = (draft.c.account_id == account_id) & (draft.c.key == key)
        return self._connection.execute(select(draft).where(mine)).one_or_none()

    def remove(self, account_id: str, key: str) -> None:
        self._connection.execute(delete(draft).where(draft.c.account_id == account_id, draft.c.key == key))


def _files(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The files of a draft; other pages keep theirs without any."""
    found: Sequence[Mapping[str, Any]] = body.get("files", ())
    return found


class Looking:
    """Who looks at which case. A row says nothing any more once it is not `FRESH`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def note(self, case_id: int, account_id: str, now: datetime, *, writing: bool) -> None:
        """Note that somebody has a case open. What nobody was heard of is swept out on the way."""
        self._connection.execute(delete(looking).where(looking.c.seen_at <= now - FRESH))
        row = {"case_id": case_id, "account_id": account_id, "writing": writing, "seen_at": now}
        kept = self._insert(looking).values(row)
        changed = {"writing": kept.excluded.writing, "seen_at": kept.excluded.seen_at}
        self._connection.execute(kept.on_conflict_do_update(index_elements=["case_id", "account_id"], set_=changed))

    def gone(self, case_id: int, account_id: str) -> None:
        """Note that somebody closed it."""
        mine = (looking.c.case_id == case_id) & (looking.c.account_id == account_id)
        self._connection.execute(delete(looking).where(mine))

    def others(self, case_id: int, account_id: str, now: datetime) -> list[Row[Any]]:
        """Who else has it open, by name: rows of `name` and `writing`."""
        chosen = select(account.c.name, looking.c.writing).join(account, account.c.id == looking.c.account_id)
        fresh = (looking.c.case_id == case_id) & (looking.c.seen_at > now - FRESH)
        there = chosen.where(fresh, looking.c.account_id != account_id)
        return list[Any](self._connection.execute(there.order_by(account.c.name)).all())
