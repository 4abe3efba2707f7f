"""Duties that one of several processes has at a time: whoever dies loses them when the lease ends."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import lease


class Leases:
    """The lease rows of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def acquire(self, name: str, owner: str, now: datetime, length: timedelta) -> bool:
        """Take, or keep, a duty until `now + length`. False where another process has it."""
        statement = self._insert(lease).values(name=name, owner=owner, ends_at=now + length)
        taken = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": statement.excluded.owner, "ends_at": statement.excluded.ends_at},
            where=or_(lease.c.owner == owner, lease.c.ends_at <= now),
        )
        return self._connection.execute(taken.returning(lease.c.name)).first() is not None

    def release(self, name: str, owner: str) -> None:
        """Let another process have it now."""
        self._connection.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))
