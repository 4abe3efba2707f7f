"""The directory of seats: the profile's at the beginning, from then on what people made of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cases.profile import Profile
from ingest.voice.routing import Seat
from store.seats import By
from store.tx import Transaction


def begin(tx: Transaction, profile: Profile, now: datetime) -> None:
    """Write the profile's seats into a directory that nobody has touched yet."""
    if profile.seats and tx.seats.untouched():
        tx.seats.add(
            [row(seat.number, seat.label, seat.areas, seat.order) for seat in profile.seats], By("profile", now)
        )


def row(number: str, label: str, areas: tuple[str, ...], order: int) -> dict[str, Any]:
    """A seat as its row."""
    return {"number": number, "label": label, "areas": list(areas), "ring_order": order, "active": True}


def seats(tx: Transaction, profile: Profile) -> list[Seat]:
    """The seats that may ring: the profile's, as long as nobody has touched the directory."""
    rows = tx.seats.all()
    if not rows and tx.seats.untouched():
        return [_seat(seat.number, seat.label, seat.areas, seat.order) for seat in profile.seats]
    return [_seat(one.number, one.label, one.areas, one.ring_order) for one in rows if one.active]


def _seat(number: str, label: str, areas: Iterable[str], order: int) -> Seat:
    return Seat(number=number, label=label, areas=frozenset(areas), order=order)
