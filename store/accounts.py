"""Who may sign in, and the browsers in which they are, in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from store.tables import account, session, sign_in_link


class Accounts:
    """The accounts and sessions of one transaction. Secrets come here as digests only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: dict[str, Any]) -> None:
        """Add an account. Raises IntegrityError where its id or address is taken."""
        self._connection.execute(account.insert(), {"preferences": {}, **row})

    def find(self, identity: str) -> Row[Any] | None:
        """The account with that id, or None."""
        return self._connection.execute(select(account).where(account.c.id == identity)).one_or_none()

    def all(self) -> list[Row[Any]]:
        """Every account, by id."""
        return list(self._connection.execute(select(account).order_by(account.c.id)).all())

    def open_session(self, row: dict[str, Any]) -> None:
        self._connection.execute(session.insert(), row)

    def signed_in(self, digest: str, now: datetime) -> Row[Any] | None:
        """The account of a session that has not ended, with the session's own columns; None where there is none, or
        the account was disabled."""
        chosen = select(account, session.c.digest, session.c.how, session.c.seen_at, session.c.ends_at).join(session)
        alive = (session.c.digest == digest) & (session.c.ends_at > now) & account.c.disabled_at.is_(None)
        return self._connection.execute(chosen.where(alive)).one_or_none()

    def close_session(self, digest: str) -> None:
        self._connection.execute(delete(session).where(session.c.digest == digest))

    def add_link(self, row: dict[str, Any]) -> None:
        self._connection.execute(sign_in_link.insert(), row)

    def use_link(self, digest: str, now: datetime) -> str | None:
        """The account that a link signs in, once; None where it was used, or its time is over."""
        used = delete(sign_in_link).where(sign_in_link.c.digest == digest).returning(sign_in_link)
        found = self._connection.execute(used).one_or_none()
        return str(found.account_id) if found is not None and found.ends_at > now else None

    def prefer(self, identity: str, preferences: dict[str, Any]) -> None:
        """Keep how somebody likes the pages."""
        self._connection.execute(update(account).where(account.c.id == identity).values(preferences=preferences))
