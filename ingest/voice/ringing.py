"""Who is to be rung now: rows in, legs to be placed out, decided by one process at a time."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.profile import Profile
from ingest.voice import directory
from ingest.voice.attempts import Attempts
from ingest.voice.queue import promised_person, waiting_person
from ingest.voice.routing import For, Leg, Person, route
from store.tx import Store, Transaction

REST = timedelta(seconds=10)
"""How long a seat is left alone after a leg: to write down what was said, or because it is busy or does not answer."""

PAUSE, MOST = timedelta(minutes=5), 2
"""In so long a time a promised call makes at most so many legs: where nobody is at a desk, or the provider refuses, no
phone rings without end. Whoever waits on the line is rung for all the time."""


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """Makes legs for who waits on the line, and for who was promised a call and whose line is open."""

    store: Store
    profile: Profile
    attempts: Attempts
    clock: Callable[[], datetime]
    office_clock: Callable[[], datetime]

    def route(self) -> None:
        """Make the legs that can ring now; a moment with nobody to ring for takes no lock."""
        with self.store.reading() as tx:
            idle = not tx.calls.waiting() and not self._due(tx)
        if not idle:
            with self.store.transaction("leg.route") as tx:
                tx.legs.serialise()
                people = [*map(waiting_person, tx.calls.waiting()), *map(self._promised, self._due(tx))]
                people = _with_their_legs(tx, people, self.clock() - PAUSE)
                self._add_legs(tx, people, tx.legs.ended_since(self.clock() - REST))

    def route_callback(self, identity: int) -> None:
        """Make a leg for that callback now, whatever the hour, where a seat is free; nobody is left to rest."""
        with self.store.transaction("leg.route") as tx:
            tx.legs.serialise()
            person = self._promised(tx.callbacks.lock(identity))
            self._add_legs(tx, _with_their_legs(tx, [person], self.clock()), resting=())

    def _promised(self, row: Any) -> Person:
        return promised_person(row, self.attempts.calendar(row.line), self.clock())

    def _due(self, tx: Transaction) -> list[Any]:
        now = self.office_clock()
        lines = [line.name for line in self.profile.lines if self.attempts.calendar(line.name).is_open(now)]
        return tx.callbacks.due(now, lines)

    def _add_legs(self, tx: Transaction, people: Sequence[Person], resting: Sequence[Any]) -> None:
        now = self.clock()
        directory.begin(tx, self.profile, now)
        busy = {leg.number for leg in (*tx.legs.running(), *resting)}
        tx.legs.add_once([_row(leg, now) for leg in route(people, directory.seats(tx, self.profile), busy)])


def _with_their_legs(tx: Transaction, people: Sequence[Person], since: datetime) -> list[Person]:
    ids = {what: [person.identity for person in people if person.what is what] for what in For}
    legs: dict[tuple[For, int], list[Any]] = {}
    for leg in tx.legs.of(ids[For.CALL], ids[For.CALLBACK]):
        whose = (For.CALL, leg.call_id) if leg.call_id else (For.CALLBACK, leg.callback_id)
        legs.setdefault(whose, []).append(leg)
    return [_with_legs(person, legs.get((person.what, person.identity), []), since) for person in people]


def _with_legs(person: Person, legs: Sequence[Any], since: datetime) -> Person:
    """A leg that has ended without an outcome is under way still: what a callback's own phone did is to be told. So is
    a promised call that has made enough legs since then."""
    ringing = any(leg.ended_at is None or leg.outcome is None for leg in legs)
    lately = sum(leg.ended_at is not None and leg.ended_at > since for leg in legs)
    pauses = person.what is For.CALLBACK and lately >= MOST
    return replace(person, rung=Counter(leg.number for leg in legs), ringing=ringing or pauses)


def _row(leg: Leg, now: datetime) -> dict[str, Any]:
    """A leg to be placed. Its key counts the person's legs: two routers at once make the same one, once."""
    person = leg.person
    return {
        "key": f"{person.what}:{person.identity}:{sum(person.rung.values()) + 1}",
        "call_id": person.identity if person.what is For.CALL else None,
        "callback_id": person.identity if person.what is For.CALLBACK else None,
        "number": leg.seat.number,
        "label": leg.seat.label,
        "line": person.line,
        "created_at": now,
        "due_at": now,
    }
