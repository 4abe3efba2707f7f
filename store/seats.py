"""The directory of seats, and its audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from store.tables import seat, seat_change


@dataclass(frozen=True, slots=True)
class By:
    """Who changes the directory, and when."""

    actor: str
    at: datetime


class Seats:
    """The directory in one transaction. Every change leaves its row in the audit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Row[Any]]:
        """Every seat in the order in which they ring."""
        return list(self._connection.execute(select(seat).order_by(seat.c.ring_order, seat.c.number)).all())

    def find(self, number: str) -> Row[Any] | None:
        """The seat with that number, or None."""
        return self._connection.execute(select(seat).where(seat.c.number == number)).one_or_none()

    def add(self, rows: Sequence[dict[str, Any]], by: By) -> None:
        """Add seats: {"number", "label", "areas", "ring_order", "active"}."""
        if rows:
            self._connection.execute(seat.insert(), rows)
            self._audit([(row["number"], None, row) for row in rows], by)

    def change(self, number: str, by: By, **columns: Any) -> bool:
        """Change a seat; False where there is none. A change of nothing leaves no trace."""
        before = self.find(number)
        if before is None:
            return False
        kept = before._asdict()
        if kept | columns != kept:
            self._connection.execute(update(seat).where(seat.c.number == number).values(**columns))
            self._audit([(number, kept, kept | columns)], by)
        return True

    def remove(self, number: str, by: By) -> bool:
        """Take a seat out; False where there is none."""
        before = self.find(number)
        if before is None:
            return False
        self._connection.execute(delete(seat).where(seat.c.number == number))
        self._audit([(number, before._asdict(), None)], by)
        return True

    def untouched(self) -> bool:
        """Whether nobody has ever written in the directory."""
        return self._connection.execute(select(func.count()).select_from(seat_change)).scalar_one() == 0

    def changes(self, limit: int = 50) -> list[Row[Any]]:
        """The newest changes, newest first."""
        return list(self._connection.execute(select(seat_change).order_by(seat_change.c.id.desc()).limit(limit)).all())

    def _audit(self, changes: Sequence[tuple[str, Any, Any]], by: By) -> None:
        rows = [
            {"at": by.at, "actor": by.actor, "number": number, "before": before, "after": after}
            for number, before, after in changes
        ]
        self._connection.execute(seat_change.insert(), rows)
