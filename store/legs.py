"""The calls that we place to seats: routed one at a time, placed as work, moved forward only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import call, callback, leg
from store.work import State, Work

LATEST = 100
"""How many of the newest legs tell which seats were rung a moment ago: far more than seats ring at once."""

_GONE = call.c.ended_at.is_not(None) | call.c.answered_at.is_not(None) | call.c.queued_at.is_(None)


class Legs(Work):
    """The legs of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, leg)
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def serialise(self) -> None:
        """Let one router at a time decide (SQLite's writers are alone already)."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(4174677562)"))

    def add_once(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add legs to be placed, each under its unique `key`; a key that is there already is left alone."""
        if rows:
            self._connection.execute(self._insert(leg).on_conflict_do_nothing(index_elements=["key"]), rows)

    def find(self, identity: int) -> Row[Any] | None:
        """The leg with that id, or None."""
        return self._connection.execute(select(leg).where(leg.c.id == identity)).one_or_none()

    def of(self, calls: Collection[int], callbacks: Collection[int]) -> list[Row[Any]]:
        """Every leg that was made for these calls and callbacks, oldest first."""
        wanted = or_(leg.c.call_id.in_(calls), leg.c.callback_id.in_(callbacks))
        return list(self._connection.execute(select(leg).where(wanted).order_by(leg.c.id)).all())

    def running(self) -> list[Row[Any]]:
        """The legs that have not ended. (In no order: SQLite would walk the whole table for one.)"""
        return list(self._connection.execute(select(leg).where(leg.c.ended_at.is_(None))).all())

    def ended_since(self, moment: datetime) -> list[Row[Any]]:
        """The newest legs that ended after that moment."""
        newest = self._connection.execute(select(leg).order_by(leg.c.id.desc()).limit(LATEST))
        return [row for row in newest if row.ended_at and row.ended_at > moment]

    def is_wanted(self, row: Row[Any]) -> bool:
        """Whether the person behind a leg still waits, or is still to be called back."""
        waits = select(call.c.id).where(call.c.id == row.call_id, ~_GONE)
        promised = select(callback.c.id).where(callback.c.id == row.callback_id, callback.c.open.is_(True))
        return self._connection.execute(promised if row.callback_id else waits).first() is not None

    def unwanted(self) -> list[Row[Any]]:
        """Placed legs that still ring although their caller waits no longer. (Unordered, as `running`.)"""
        ringing = leg.c.ended_at.is_(None) & leg.c.answered_at.is_(None) & leg.c.call_sid.is_not(None)
        chosen = select(leg).join(call, call.c.id == leg.c.call_id).where(ringing, _GONE)
        return list(self._connection.execute(chosen).all())

    def unheard(self, now: datetime) -> list[Row[Any]]:
        """Placed legs of which nothing was heard for so long that the provider is asked (`due_at`)."""
        waited = leg.c.ended_at.is_(None) & (leg.c.state == State.DONE) & (leg.c.due_at <= now)
        return list(self._connection.execute(select(leg).where(waited)).all())

    def undecided(self, before: datetime) -> list[Row[Any]]:
        """Legs of open callbacks that a seat took and that ended before then, without a word about the citizen, whose
        number is `person`."""
        lost = leg.c.outcome.is_(None) & leg.c.answered_at.is_not(None) & (leg.c.ended_at < before)
        promised = select(leg, callback.c.number.label("person")).join(callback, callback.c.id == leg.c.callback_id)
        return list(self._connection.execute(promised.where(callback.c.open.is_(True), lost)).all())

    def known_sids(self, call_sids: Collection[str]) -> set[str]:
        """Which of these calls of the provider are legs of ours."""
        return set(self._connection.execute(select(leg.c.call_sid).where(leg.c.call_sid.in_(call_sids))).scalars())

    def ask_again(self, identity: int, due_at: datetime) -> None:
        """Note when the provider is asked about a leg, should nothing be heard."""
        self._connection.execute(update(leg).where(leg.c.id == identity).values(due_at=due_at))

    def answer(self, identity: int, call_sid: str, at: datetime) -> None:
        """Note that a seat has picked up; a repeat changes nothing. The call's id may be new to us after a crash."""
        mine = update(leg).where(leg.c.id == identity, leg.c.answered_at.is_(None))
        self._connection.execute(mine.values(answered_at=at, call_sid=call_sid))

    def person_sid(self, row: Row[Any]) -> str:
        """The provider's id of the call in which the person behind a leg came to us."""
        asked = select(callback.c.call_id).where(callback.c.id == row.callback_id).scalar_subquery()
        sid = select(call.c.call_sid).where(call.c.id == (row.call_id or asked))
        found: str = self._connection.execute(sid).scalar_one()
        return found

    def person_lang(self, row: Row[Any]) -> str:
        """The language of the person behind a leg, '' where it is not known."""
        of_callback = select(callback.c.lang).where(callback.c.id == row.callback_id)
        of_call = select(call.c.lang).where(call.c.id == row.call_id)
        return self._connection.execute(of_callback if row.callback_id else of_call).scalar_one() or ""

    def decide(self, identity: int, outcome: str) -> bool:
        """Keep the outcome unless there is one; whether it was kept."""
        mine = update(leg).where(leg.c.id == identity, leg.c.outcome.is_(None))
        return self._connection.execute(mine.values(outcome=outcome)).rowcount == 1

    def end(self, identity: int, at: datetime) -> bool:
        """Note the end of a leg, and that nothing is left to place; whether it was running."""
        mine = update(leg).where(leg.c.id == identity, leg.c.ended_at.is_(None))
        return self._connection.execute(mine.values(ended_at=at, state=State.DONE, lease=None)).rowcount == 1
