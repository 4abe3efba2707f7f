"""Banners: what callers hear, and receipts say, about a running incident."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from store.tables import banner


class Banners:
    """The banners of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, row: dict[str, Any]) -> int:
        """Start one: {"line", "texts", "starts_at", "ends_at", "made_at", "made_by"} and, where it concerns some tools
        alone, "tools", and where receipts say it in other words, "receipts"; its id."""
        identity: int = self._connection.execute(banner.insert().returning(banner.c.id), row).scalar_one()
        return identity

    def end(self, at: datetime, identity: int | None = None) -> int:
        """End that one, or all that run or are to run; how many."""
        alive = banner.c.ends_at.is_(None) | (banner.c.ends_at > at)
        chosen = alive if identity is None else alive & (banner.c.id == identity)
        return self._connection.execute(update(banner).where(chosen).values(ends_at=at)).rowcount

    def running(self, now: datetime) -> list[Row[Any]]:
        """Those that run now, newest first; `tools` is None where they concern every tool."""
        runs = (banner.c.starts_at <= now) & or_(banner.c.ends_at.is_(None), banner.c.ends_at > now)
        found = self._connection.execute(select(banner).where(runs)).all()
        return sorted(found, key=lambda row: -row.id)  # ordered by the database, all that ever ran would be read

    def latest(self, limit: int = 20) -> list[Row[Any]]:
        """The newest, newest first."""
        return list(self._connection.execute(select(banner).order_by(banner.c.id.desc()).limit(limit)).all())
