"""Where a waiting caller stands in line, and how long the wait may be. Pure: who waits and which seats there are, in.

Callers who wait and callbacks that are due stand in one line, by arrival; only those count as ahead who want a seat
that this caller wants too. Talks are taken to be as long as the line's latest ones were.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from cases.clock import Calendar
from ingest.voice.callbacks import first_try
from ingest.voice.routing import For, Person, Seat, serving

PICK_UP = timedelta(seconds=20)
"""How long a free seat rings before somebody answers."""
USUAL_TALK = timedelta(minutes=4)
ENOUGH_TALKS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """`position` 1 is next; `wait` is an estimate."""

    position: int
    wait: timedelta


def place(
    mine: Person, others: Iterable[Person], seats: Sequence[Seat], busy: Collection[str], talk: timedelta
) -> Place:
    """The place of a waiting caller. `busy` are the numbers of the seats where people talk, `talk` a usual talk.

    With every seat taken, one comes free each `talk` divided by their number.
    """
    able = {seat.number for seat in serving(mine, seats)}
    before = [one for one in others if _order(one) < _order(mine)]
    rivals = [one for one in before if not able or any(seat.number in able for seat in serving(one, seats))]
    position = len(rivals) + 1
    queueing = position - len(able - set(busy))
    return Place(position, PICK_UP + max(queueing, 0) * talk / max(len(able), 1))


def usual(talks: Sequence[timedelta]) -> timedelta:
    """How long a talk usually lasts, from the latest ones; a guess while there are few."""
    if len(talks) < ENOUGH_TALKS:
        return USUAL_TALK
    return timedelta(seconds=fmean(talk.total_seconds() for talk in talks))


def waiting_person(row: Any) -> Person:
    """A row of `call` as somebody who waits."""
    areas = frozenset((*row.tools, row.line, row.lang))
    return Person(what=For.CALL, identity=row.id, line=row.line, arrived_at=row.queued_at, areas=areas)


def promised_person(row: Any, calendar: Calendar, now: datetime) -> Person:
    """A row of `callback` as somebody who waits, since the arrival in the queue or since the hour agreed."""
    areas = frozenset((row.tool, row.line, row.lang))
    since = _since(row, calendar, now)
    return Person(what=For.CALLBACK, identity=row.id, line=row.line, arrived_at=since, areas=areas)


def _since(row: Any, calendar: Calendar, now: datetime) -> datetime:
    """Who is called at once keeps the place of the arrival; who is called later, or again, stands behind those who came
    before that hour. An hour still to come in real time is one of a rehearsal's clock, by which nobody has come."""
    later = row.tries > 0 or first_try(calendar, row.slot, row.arrived_at) > row.arrived_at
    since: datetime = row.call_at if later and row.arrived_at < row.call_at <= now else row.arrived_at
    return since


def _order(one: Person) -> tuple[datetime, str, int]:
    return one.arrived_at, one.what, one.identity
