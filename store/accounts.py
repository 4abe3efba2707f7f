"""Who may sign in, and the browsers in which they are, in one transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from store.tables import account, incident, session, sign_in_link
from store.tables.incidents import alive

IDLE = timedelta(hours=2)
"""A session of which nothing was seen for that long has ended."""


class Accounts:
    """The accounts and sessions of one transaction. Secrets come here as digests only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: dict[str, Any]) -> None:
        """Add an account. Raises IntegrityError where its id or address is taken."""
        self._connection.execute(account.insert(), {"preferences": {}, **row})

    def find(self, identity: str) -> Row[Any] | None:
        """The account with that id, or None."""
        return self._one(account.c.id == identity)

    def find_email(self, email: str) -> Row[Any] | None:
        """The account with that address, whatever its capitals, or None."""
        return self._one(account.c.email == email.strip().lower())

    def find_subject(self, issuer: str, subject: str) -> Row[Any] | None:
        """The account that an issuer knows under that subject (OpenID Connect Core 5.7), or None."""
        return self._one((account.c.issuer == issuer) & (account.c.subject == subject))

    def _one(self, chosen: ColumnElement[bool]) -> Row[Any] | None:
        return self._connection.execute(select(account).where(chosen)).one_or_none()

    def all(self) -> list[Row[Any]]:
        """Every account, by id."""
        return list(self._connection.execute(select(account).order_by(account.c.id)).all())

    def are_none(self) -> bool:
        """Whether nobody has an account yet."""
        return self._connection.execute(select(account.c.id).limit(1)).first() is None

    def change(self, identity: str, **columns: Any) -> None:
        """Change columns of an account."""
        self._connection.execute(update(account).where(account.c.id == identity).values(columns))

    def prefer(self, identity: str, preferences: Mapping[str, Any]) -> None:
        """Keep how somebody likes the pages."""
        self.change(identity, preferences=dict(preferences))

    def open_session(self, row: dict[str, Any]) -> None:
        self._connection.execute(session.insert(), row)

    def signed_in(self, digest: str, now: datetime) -> Row[Any] | None:
        """The account of a session that has not ended, with the session's own columns, and how many incidents are
        proposed (`waves`); None where there is none, or the account was disabled."""
        own = (session.c.digest, session.c.how, session.c.opened_at, session.c.seen_at, session.c.ends_at)
        proposed = select(func.count()).select_from(incident).where(incident.c.state == "proposed", alive)
        waves = proposed.scalar_subquery().label("waves")
        chosen = select(account, *own, waves).join(session).where(session.c.digest == digest, _alive(now))
        return self._connection.execute(chosen.where(account.c.disabled_at.is_(None))).one_or_none()

    def sessions(self, identity: str, now: datetime) -> list[Row[Any]]:
        """The sessions of an account that have not ended, the newest first."""
        chosen = select(session).where(session.c.account_id == identity, _alive(now))
        return list(self._connection.execute(chosen.order_by(session.c.opened_at.desc(), session.c.digest)).all())

    def count_sessions(self, now: datetime) -> dict[str, int]:
        """How many sessions of each account have not ended."""
        counted = select(session.c.account_id, func.count()).where(_alive(now)).group_by(session.c.account_id)
        return {row.account_id: int(row[1]) for row in self._connection.execute(counted)}

    def seen(self, digest: str, now: datetime) -> None:
        """Note that something was asked for in that session."""
        self._connection.execute(update(session).where(session.c.digest == digest).values(seen_at=now))

    def prolong(self, digest: str, now: datetime, ends_at: datetime) -> None:
        """Let a session end later."""
        self._connection.execute(update(session).where(session.c.digest == digest).values(seen_at=now, ends_at=ends_at))

    def close_session(self, digest: str) -> Row[Any] | None:
        """End a session; what it was, or None where there is none."""
        ended = delete(session).where(session.c.digest == digest).returning(session)
        return self._connection.execute(ended).one_or_none()

    def close_sessions(self, identity: str, *, but: str = "") -> int:
        """End every session of an account, or all others than one; how many."""
        chosen = (session.c.account_id == identity) & (session.c.digest != but)
        return self._connection.execute(delete(session).where(chosen)).rowcount

    def forget_ended(self, now: datetime) -> None:
        """Delete what can sign nobody in any more."""
        self._connection.execute(delete(session).where(~_alive(now)))
        self._connection.execute(delete(sign_in_link).where(sign_in_link.c.ends_at <= now))

    def add_link(self, row: dict[str, Any]) -> None:
        """Make a link the only one that its account has."""
        self.drop_links(row["account_id"])
        self._connection.execute(sign_in_link.insert(), row)

    def link(self, digest: str, now: datetime) -> str | None:
        """The account that a link signs in; None where it was used, or its time is over, or the account disabled."""
        found = select(sign_in_link.c.account_id).join(account)
        alive = (sign_in_link.c.digest == digest) & (sign_in_link.c.ends_at > now) & account.c.disabled_at.is_(None)
        return self._connection.execute(found.where(alive)).scalar_one_or_none()

    def use_link(self, digest: str, now: datetime) -> str | None:
        """The same, once: whoever comes second finds none."""
        whose = self.link(digest, now)
        used = delete(sign_in_link).where(sign_in_link.c.digest == digest)
        return whose if self._connection.execute(used).rowcount else None

    def drop_links(self, identity: str) -> None:
        self._connection.execute(delete(sign_in_link).where(sign_in_link.c.account_id == identity))

    def active_with_role(self, role: str) -> int:
        """How many with that role may sign in; who else would change one of them waits until this is committed."""
        chosen = (account.c.role == role) & account.c.disabled_at.is_(None)
        locked = select(account.c.id).where(chosen).order_by(account.c.id).with_for_update()
        return len(self._connection.execute(locked).all())


def _alive(now: datetime) -> ColumnElement[bool]:
    return (session.c.ends_at > now) & (session.c.seen_at > now - IDLE)
