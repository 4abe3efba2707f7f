"""Who signed in, who could not, and who changed what others may do: written once, never changed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from store.tables import audit


class Noted(StrEnum):
    """What an audit's line can tell."""

    SIGNED_IN = "signed-in"
    NOT_SIGNED_IN = "not-signed-in"
    SIGNED_OUT = "signed-out"
    SESSIONS_ENDED = "sessions-ended"
    ADDED = "account-added"
    LINKED = "link-made"
    ROLE = "role-changed"
    DISABLED = "account-disabled"
    ENABLED = "account-enabled"
    PASSWORD = "password-changed"
    BOUND = "account-bound"
    ARTICLES_WRITTEN = "articles-written"
    ARTICLE_APPROVED = "article-approved"
    ARTICLE_WITHDRAWN = "article-withdrawn"
    PURGED = "purged"
    ERASED = "person-erased"
    EXPORTED = "person-exported"
    TESTED = "mailbox-tested"
    LINE_TESTED = "line-tested"
    REPLAYED = "rows-replayed"
    MODEL = "model-chosen"
    PRESENCE = "presence-noted"
    PROGRAM_ADDED = "program-added"
    PROGRAM_REVOKED = "program-revoked"
    PROGRAM_TOLD = "program-told"
    TOKEN_ROTATED = "token-rotated"


class Audit:
    """The audit's lines of one transaction. They hold neither addresses nor secrets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, action: Noted, at: datetime, actor: str, about: str, data: Mapping[str, Any] | None = None) -> None:
        """Write a line: `actor` did that to the account `about`; '' where nobody knows who, or no account is meant."""
        row = {"at": at, "actor": actor, "action": action, "about": about, "data": dict(data or {})}
        self._connection.execute(audit.insert(), row)

    def newest(self, limit: int, about: str = "") -> list[Row[Any]]:
        """The newest lines, those about one account where it is named."""
        chosen = select(audit).order_by(audit.c.id.desc()).limit(limit)
        return list(self._connection.execute(chosen.where(audit.c.about == about) if about else chosen).all())

    def page(self, limit: int, before: int = 0, actor: str = "", action: str = "") -> list[Row[Any]]:
        """The newest lines before the one with that id, 0 for the newest of all; of one person, of one kind or of both
        where these are named. Each by an index of its own."""
        chosen = select(audit).order_by(audit.c.id.desc()).limit(limit)
        wanted = ((before, audit.c.id < before), (actor, audit.c.actor == actor), (action, audit.c.action == action))
        return list(self._connection.execute(chosen.where(*(rule for given, rule in wanted if given))).all())
