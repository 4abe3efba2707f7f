"""What people have begun to write, and who has which case open, in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import account, draft, looking

FRESH = timedelta(seconds=45)
"""How long somebody counts as there after their page was last heard of; it is heard of every 15 seconds."""


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

    def find(self, account_id: str, key: str) -> Row[Any] | None:
        """The draft, with `body` and `saved_at`, or None."""
        mine = (draft.c.account_id == account_id) & (draft.c.key == key)
        return self._connection.execute(select(draft).where(mine)).one_or_none()

    def remove(self, account_id: str, key: str) -> None:
        self._connection.execute(delete(draft).where(draft.c.account_id == account_id, draft.c.key == key))


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
