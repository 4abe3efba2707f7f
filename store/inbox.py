"""What the inbox lists: each view by an index of its own, a page at a time, with a count that stops at a hundred.

Nothing here writes, so it belongs inside `Store.reading()`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, func, literal, select, tuple_

from store.tables import callback, case, inbound
from store.tables.base import UtcDateTime
from store.tables.inbox import NEVER, due, same, shown, unclosed
from store.views import message_with_number, of_cases

MOST = 100
"""What is counted no further."""


class View(StrEnum):
    """The lists of the inbox. All are open cases but `CLOSED`, `HELD` (messages) and `CALLBACKS`."""

    OPEN = "open"
    REVIEW = "review"
    MINE = "mine"
    OVERDUE = "overdue"
    WAITING = "waiting"
    N2 = "n2"
    CALLBACKS = "callbacks"
    HELD = "held"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of a page: by what it is sorted, and its id."""

    at: datetime
    id: int


def place(view: View, row: Any) -> Place:
    """Where a row of that view stands in it."""
    match view:
        case View.CLOSED:
            return Place(row.closed_at, row.id)
        case View.CALLBACKS:
            return Place(row.call_at, row.id)
        case View.HELD:
            return Place(NEVER, row.id)
        case _:
            clocks = (row.response_due_at, row.resolution_due_at, row.n2_due_at)
            return Place(min((at for at in clocks if at), default=NEVER), row.id)


class Inbox:
    """The lists of one transaction. `agent` is whose «mine» is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, agent: str, now: datetime) -> dict[View, int]:
        """How many rows each view has, `MOST` where there are as many or more. One statement."""
        chosen = {view: select(case.c.id).where(*_of(view, agent, now)) for view in View if view not in _OTHERS}
        chosen |= {View.HELD: select(inbound.c.id).where(_HELD), View.CALLBACKS: select(callback.c.id).where(_ASKED)}
        counted = [
            select(func.count()).select_from(one.limit(MOST).subquery()).scalar_subquery().label(view)
            for view, one in chosen.items()
        ]
        row = self._connection.execute(select(*counted)).one()
        return {view: getattr(row, view) for view in View}

    def cases(self, view: View, agent: str, now: datetime, after: Place | None, limit: int) -> list[Row[Any]]:
        """The cases of a view from a place on, the next due first; of closed ones the last closed first."""
        chosen = of_cases().where(*_of(view, agent, now))
        if view is View.CLOSED:
            return self._page(chosen, (case.c.closed_at, case.c.id), after, limit, falling=True)
        return self._page(chosen, (due, case.c.id), after, limit)

    def callbacks(self, after: Place | None, limit: int) -> list[Row[Any]]:
        """Those whom somebody is to call back, with the number, subject and agent of their case, by when they are
        called."""
        theirs = (case.c.number.label("case_number"), case.c.requester_name, case.c.agent, case.c.status)
        chosen = select(callback, *theirs).join(case, case.c.id == callback.c.case_id).where(_ASKED)
        return self._page(chosen, (callback.c.call_at, callback.c.id), after, limit)

    def held(self, after: Place | None, limit: int) -> list[Row[Any]]:
        """Messages that wait for a person, newest first."""
        chosen = message_with_number().where(_HELD)
        if after is not None:
            chosen = chosen.where(inbound.c.id < after.id)
        return list(self._connection.execute(chosen.order_by(inbound.c.id.desc()).limit(limit)).all())

    def _page(
        self, chosen: Select[Any], key: Sequence[Any], after: Place | None, limit: int, *, falling: bool = False
    ) -> list[Row[Any]]:
        if after is not None:
            at, given = literal(after.at, UtcDateTime), literal(after.id, BigInteger)
            beyond = tuple_(*key) < tuple_(at, given) if falling else tuple_(*key) > tuple_(at, given)
            from_there = key[0] <= at if falling else key[0] >= at  # SQLite goes straight to an expression, not a row
            chosen = chosen.where(from_there, beyond)
        ordered = chosen.order_by(*(one.desc() if falling else one for one in key))
        return list(self._connection.execute(ordered.limit(limit)).all())


_OTHERS = frozenset({View.HELD, View.CALLBACKS})
_HELD = inbound.c.state == same("held")
_ASKED = callback.c.open.is_(True)


def _of(view: View, agent: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What the cases of a view have in common, as its index has it."""
    if view is View.CLOSED:
        return case.c.status == same("closed"), shown
    own: dict[View, ColumnElement[bool]] = {
        View.REVIEW: case.c.review.is_(True),
        View.MINE: case.c.agent == agent,
        View.OVERDUE: due < now,
        View.WAITING: case.c.status == same("waiting"),
        View.N2: case.c.status == same("escalated"),
    }
    return (unclosed, own[view]) if view in own else (unclosed,)
