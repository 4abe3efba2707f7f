"""Which seat is rung for whom. Pure: who waits, who was promised a call and which seats are free, in; legs, out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class For(StrEnum):
    """Whom a leg is for."""

    CALL = "call"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A number where somebody answers. `areas` are tools, lines or languages; none means every one."""

    number: str
    label: str
    areas: frozenset[str] = frozenset()
    order: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who waits on the line, or whose callback is due.

    `areas` are what the request is about: candidate tools, line, language. `rung` counts by seat the legs that there
    were for this person; `ringing` says that one of them is under way.
    """

    what: For
    identity: int
    line: str
    arrived_at: datetime
    areas: frozenset[str] = frozenset()
    rung: Mapping[str, int] = field(default_factory=dict)
    ringing: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """Ring that seat for that person."""

    person: Person
    seat: Seat


def route(people: Sequence[Person], seats: Sequence[Seat], busy: Collection[str]) -> Iterator[Leg]:
    """The legs to place now: the oldest arrival first, one seat for each person, one person for each seat.

    Of the free seats that serve a person, the one that was rung least for them rings: a seat that does not answer is
    followed by the next, and when all were rung, by the first again. `busy` are the numbers that must not ring.
    """
    free = {seat.number: seat for seat in seats if seat.number not in busy}
    for person in sorted(people, key=lambda one: (one.arrived_at, one.what, one.identity)):
        able = [seat for seat in serving(person, seats) if seat.number in free]
        if able and not person.ringing:
            seat = min(able, key=lambda one: (person.rung.get(one.number, 0), one.order, one.number))
            del free[seat.number]
            yield Leg(person, seat)


def serving(person: Person, seats: Sequence[Seat]) -> Sequence[Seat]:
    """The seats that serve a person: those of an area of the request, or all where no seat has one of them."""
    return [seat for seat in seats if not seat.areas or seat.areas & person.areas] or seats
