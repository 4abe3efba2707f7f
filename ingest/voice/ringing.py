"""Who is to be rung now: rows in, legs to be placed out, decided by one process at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.profile import Profile
from ingest.voice import directory
from ingest.voice.attempts import Attempts
from ingest.voice.routing import For, Leg, Person, route
from store.tx import Store, Transaction

REST = timedelta(seconds=10)
"""How long a seat is left alone after a leg: to write down what was said, or because it is busy or does not answer."""


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
                self._add_legs(tx, tx.calls.waiting(), self._due(tx))

    def route_callback(self, identity: int) -> None:
        """Make a leg for that callback now, whatever the hour, where a seat is free."""
        with self.store.transaction("leg.route") as tx:
            tx.legs.serialise()
            self._add_legs(tx, [], [tx.callbacks.lock(identity)])

    def _due(self, tx: Transaction) -> list[Any]:
        now = self.office_clock()
        lines = [line.name for line in self.profile.lines if self.attempts.calendar(line.name).is_open(now)]
        return tx.callbacks.due(now, lines)

    def _add_legs(self, tx: Transaction, calls: Sequence[Any], callbacks: Sequence[Any]) -> None:
        now = self.clock()
        directory.begin(tx, self.profile, now)
        busy = {leg.number for leg in (*tx.legs.running(), *tx.legs.ended_since(now - REST))}
        legs = route(_people(tx, calls, callbacks), directory.seats(tx), busy)
        tx.legs.add_once([_row(leg, now) for leg in legs])


def _people(tx: Transaction, calls: Sequence[Any], callbacks: Sequence[Any]) -> list[Person]:
    legs = tx.legs.of([call.id for call in calls], [callback.id for callback in callbacks])
    waiting = [
        _person(For.CALL, call, call.queued_at, call.tools, [leg for leg in legs if leg.call_id == call.id])
        for call in calls
    ]
    promised = [
        _person(For.CALLBACK, one, one.arrived_at, [one.tool], [leg for leg in legs if leg.callback_id == one.id])
        for one in callbacks
    ]
    return waiting + promised


def _person(what: For, row: Any, arrived_at: datetime, tools: Sequence[str], legs: Sequence[Any]) -> Person:
    """`legs` are those that there were for this person. One that ended tells nothing yet of a callback's own phone."""
    rung: dict[str, int] = {}
    for leg in legs:
        rung[leg.number] = rung.get(leg.number, 0) + 1
    return Person(
        what=what,
        identity=row.id,
        line=row.line,
        arrived_at=arrived_at,
        areas=frozenset((*tools, row.line, row.lang)),
        rung=rung,
        ringing=any(leg.ended_at is None or leg.outcome is None for leg in legs),
    )


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
