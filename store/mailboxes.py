"""The cursor of each mailbox, who owns it now, and how it fares."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import mailbox_state


class Mailboxes:
    """The mailbox rows of one transaction. A mailbox gets its row at the first `acquire`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def find(self, name: str) -> Row[Any] | None:
        """The row of that mailbox, or None where it was never polled."""
        return self._connection.execute(select(mailbox_state).where(mailbox_state.c.name == name)).one_or_none()

    def all(self) -> list[Row[Any]]:
        """All rows, by name."""
        return list(self._connection.execute(select(mailbox_state).order_by(mailbox_state.c.name)).all())

    def acquire(self, name: str, owner: str, now: datetime, lease: timedelta) -> bool:
        """Become, or stay, the one process that polls this mailbox, until `now + lease`. False where another is."""
        self._connection.execute(
            self._insert(mailbox_state).on_conflict_do_nothing(index_elements=["name"]), {"name": name}
        )
        free = or_(mailbox_state.c.lease.is_(None), mailbox_state.c.lease == owner, mailbox_state.c.lease_until <= now)
        mine = update(mailbox_state).where(mailbox_state.c.name == name, free)
        return self._connection.execute(mine.values(lease=owner, lease_until=now + lease)).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Let another process poll it."""
        mine = update(mailbox_state).where(mailbox_state.c.name == name, mailbox_state.c.lease == owner)
        self._connection.execute(mine.values(lease=None, lease_until=None))

    def release_all(self) -> None:
        """Let go of every mailbox: for the one process of the embedded mode, at its start."""
        self._connection.execute(update(mailbox_state).values(lease=None, lease_until=None))

    def advance(self, name: str, uidvalidity: int, last_uid: int) -> None:
        """Move the cursor: all UIDs up to `last_uid` of that UIDVALIDITY are ours (RFC 9051 2.3.1.1)."""
        self._note(name, uidvalidity=uidvalidity, last_uid=last_uid)

    def polled(self, name: str, now: datetime, lag: timedelta | None = None) -> None:
        """Note a poll that went well, and how long the oldest mail that it brought had lain on its server."""
        lagged = {"lag_seconds": lag.total_seconds()} if lag is not None else {}
        self._note(name, polled_at=now, failing_since=None, last_error=None, **lagged)

    def failed(self, name: str, error: str, now: datetime) -> None:
        """Note a poll that failed; `failing_since` keeps the first failure of a row of failures."""
        row = self.find(name)
        since = (row.failing_since if row else None) or now
        self._note(name, failing_since=since, last_error=error)

    def set_sub_addressing(self, name: str, works: bool | None) -> None:
        """Keep what the probe found: whether `local+detail@domain` reaches this mailbox; None is not known."""
        self._note(name, sub_addressing=works)

    def _note(self, name: str, **columns: Any) -> None:
        self._connection.execute(update(mailbox_state).where(mailbox_state.c.name == name).values(**columns))
