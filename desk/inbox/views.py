"""The inbox's views with their counts, and the addresses of its lists. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from desk.words import Words
from store.inbox import MOST, Place, View

PATH = "/desk/cases"
LONGEST_ID = 13
"""Digits of the id of a case, with one to spare."""
KEYS: Mapping[View, str] = {
    View.OPEN: "o",
    View.REVIEW: "t",
    View.MINE: "m",
    View.OVERDUE: "r",
    View.WAITING: "a",
    View.N2: "n",
    View.CALLBACKS: "p",
    View.HELD: "h",
    View.CLOSED: "c",
}
"""The key that goes to a view, after `g`."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One view as people choose it. `count` is «99+» beyond 99."""

    view: View
    title: str
    count: str
    address: str
    current: bool

    @property
    def calls(self) -> bool:
        """Whether something in it should not be there at all."""
        return self.view in (View.OVERDUE, View.HELD) and self.count != "0"


def tabs(t: Words, counts: Mapping[View, int], current: View | None) -> list[Tab]:
    """All views; closed cases are not counted for people."""
    return [
        Tab(view, t(f"inbox.view.{view}"), counted(counts[view]), address(view=view), view is current) for view in View
    ]


def counted(number: int) -> str:
    """A count that stops at a hundred."""
    return f"{MOST - 1}+" if number >= MOST else str(number)


def address(**parts: str) -> str:
    """The address of a list."""
    said = {name: value for name, value in parts.items() if value}
    return f"{PATH}?{urlencode(said)}" if said else PATH


def written_place(place: Place) -> str:
    """A place in a list for an address."""
    return f"{place.at.isoformat()}_{place.id}"


def read_place(text: str) -> Place | None:
    """The place in an address, None where there is none. Raises ValueError."""
    if not text:
        return None
    at, _, identity = text.rpartition("_")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo != UTC or not identity.isdecimal() or len(identity) > LONGEST_ID:
        raise ValueError("no place in a list")
    return Place(moment, int(identity))
