"""Actions on several cases at once, kept so that they can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from store.tables import bulk


class Bulks:
    """The bulk actions of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: str, action: str, changed: dict[str, Any], at: datetime) -> int:
        """Keep what was done; its id. `changed` holds what is needed to take it back."""
        row = {"account_id": account, "action": action, "changed": changed, "at": at}
        return int(self._connection.execute(insert(bulk).returning(bulk.c.id), row).scalar_one())

    def find(self, identity: int, account: str) -> Row[Any] | None:
        """One of that account's, or None."""
        mine = (bulk.c.id == identity) & (bulk.c.account_id == account)
        return self._connection.execute(select(bulk).where(mine)).one_or_none()

    def take_back(self, identity: int, at: datetime) -> bool:
        """Note that it is being taken back; whether nobody had begun to before."""
        mine = (bulk.c.id == identity) & bulk.c.undone_at.is_(None)
        return self._connection.execute(update(bulk).where(mine).values(undone_at=at)).rowcount == 1

    def note(self, identity: int, changed: dict[str, Any]) -> None:
        """Write anew what became of it."""
        self._connection.execute(update(bulk).where(bulk.c.id == identity).values(changed=changed))
