"""The directory of seats: the profile's at the beginning, from then on what people made of it."""

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


def seats(tx: Transaction) -> list[Seat]:
    """The seats that may ring."""
    return [
        Seat(number=one.number, label=one.label, areas=frozenset(one.areas), order=one.ring_order)
        for one in tx.seats.all()
        if one.active
    ]
