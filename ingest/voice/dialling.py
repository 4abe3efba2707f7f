"""The work on legs: each is placed once, at most one request to the provider a second.

A leg's claim is committed before its request leaves. Where a process dies in between, or no answer comes, nobody knows
whether the seat rings: such a leg is never placed again. The provider's log is read a while later, and a leg that is
not in it has failed, so that the next one is made.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from cases.errors import AiguillageError
from cases.profile import Profile
from ingest.voice.legs import Heard, Legs
from ingest.voice.provider import CallSeen, Dial, Outcome, Provider, UnsureError
from ingest.voice.ringing import Ringing
from store.tx import Kind, Store
from store.work import LeaseLostError

log = structlog.get_logger()

RINGING = 20
"""Seconds for which a seat rings before the next one does."""
SILENCE = timedelta(seconds=90)
"""How long after a leg was placed the provider is asked, should it say nothing by itself."""
UNSURE = timedelta(seconds=15)
"""How long after a request without an answer the provider's log is read."""
SKEW = timedelta(minutes=2)
"""How far the provider's clock may be from ours."""
GRACE = timedelta(seconds=30)
"""How long after a leg's end the word about the person's own phone may still come."""


class Pace:
    """At most one request in so many seconds: more than that a provider queues, for hours."""

    def __init__(self, seconds: float = 1.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._seconds = seconds
        self._sleep = sleep
        self._next = 0.0

    def wait(self) -> None:
        """Wait for the next request's turn."""
        early = self._next - time.monotonic()
        if early > 0:
            self._sleep(early)
        self._next = max(self._next, time.monotonic()) + self._seconds


@dataclass(frozen=True, kw_only=True)
class Dialling:
    """Rings seats, and stops ringing those that nobody waits for any more."""

    store: Store
    profile: Profile
    provider: Provider
    ringing: Ringing
    legs: Legs
    clock: Callable[[], datetime]
    pace: Pace = field(default_factory=Pace)

    def process(self) -> int:
        """Decide who is rung, end what nobody waits for, place one leg; how many legs were claimed."""
        self._settle()
        self.ringing.route()
        self._hang_up()
        return self._place_next()

    def dial_now(self, call_sid: str) -> Any:
        """Ring for the open callback that this call asked for, whatever the hour; its row after that, or None where
        that call asked for none. Nothing rings where a leg is under way already, or no seat is free."""
        with self.store.reading() as tx:
            row = tx.callbacks.of_sid(self.provider.name, call_sid)
        if row is None or not row.open:
            return row
        self.ringing.route_callback(row.id)
        while self._place_next():
            pass
        with self.store.reading() as tx:
            return tx.callbacks.of_sid(self.provider.name, call_sid)

    def _settle(self) -> None:
        """A try of which nothing was ever told: the provider's log says what the person's phone did."""
        before = self.clock() - GRACE
        with self.store.reading() as tx:
            undecided = tx.legs.undecided(before)
        if not undecided:
            return
        try:
            calls = self.provider.calls_since(min(row.answered_at for row in undecided) - SKEW)
        except AiguillageError as error:
            log.warning("tries_undecided", legs=len(undecided), error=type(error).__name__)
            return
        for row in undecided:
            if outcome := _told_by(calls, row):
                self.legs.reached(Heard(leg_id=row.id, call_sid=row.call_sid), outcome)

    def _hang_up(self) -> None:
        with self.store.reading() as tx:
            unwanted = tx.legs.unwanted()
        for row in unwanted:
            self.pace.wait()
            try:
                self.provider.hang_up(row.call_sid)
            except AiguillageError as error:
                log.warning("leg_not_hung_up", leg=row.id, error=type(error).__name__)
            else:
                self._end(row, Outcome.CANCELED)

    def _place_next(self) -> int:
        with self.store.reading() as tx:
            if not tx.legs.due_count(self.clock()):
                return 0
        self.pace.wait()
        lease = uuid4().hex
        with self.store.transaction("leg.claim") as tx:
            claimed = [(row, tx.legs.is_wanted(row)) for row in tx.legs.claim(lease, 1, self.clock())]
        for row, wanted in claimed:
            if row.attempts > 1:
                self._find(lease, row)
            elif wanted:
                self._place(lease, row)
            else:
                self._end(row, Outcome.CANCELED)
        return len(claimed)

    def _place(self, lease: str, row: Any) -> None:
        shown = {line.name: line.number for line in self.profile.lines}.get(row.line, "")
        dial = Dial(number=row.number, line_number=shown, leg_id=row.id, timeout=RINGING)
        try:
            call_sid = self.provider.dial(dial)
        except UnsureError as error:
            self._look_later(lease, row, error)
        except AiguillageError as error:
            self._fail(row, error)
        else:
            self._placed(lease, row, call_sid)

    def _find(self, lease: str, row: Any) -> None:
        """Find out what became of a leg whose request was never answered."""
        if row.call_sid:  # it has spoken for itself meanwhile
            self._placed(lease, row, row.call_sid)
            return
        try:
            calls = self.provider.calls_since(row.created_at - SKEW)
        except AiguillageError as error:
            self._look_later(lease, row, error)
            return
        with self.store.reading() as tx:
            others = tx.legs.known_sids([call.call_sid for call in calls])
        found = next((call for call in calls if _is_of(call, row) and call.call_sid not in others), None)
        if found:
            self._placed(lease, row, found.call_sid)
        else:
            self._fail(row, AiguillageError("the provider's log has no such call"))

    def _placed(self, lease: str, row: Any, call_sid: str) -> None:
        try:
            with self.store.transaction("leg.placed") as tx:
                tx.legs.finish(lease, [{"id": row.id, "call_sid": call_sid, "due_at": self.clock() + SILENCE}])
        except LeaseLostError:
            log.info("leg_over_before_it_was_noted", leg=row.id)  # its end was told before the answer to our request

    def _look_later(self, lease: str, row: Any, error: Exception) -> None:
        log.warning("leg_unsure", leg=row.id, error=type(error).__name__)
        with self.store.transaction("leg.unsure") as tx:
            tx.legs.retry_later(lease, row.id, type(error).__name__, self.clock() + UNSURE)

    def _fail(self, row: Any, error: Exception) -> None:
        log.warning("leg_not_placed", leg=row.id, error=type(error).__name__)
        self._end(row, Outcome.FAILED)

    def _end(self, row: Any, outcome: Outcome) -> None:
        with self.store.transaction("leg.end") as tx:
            tx.legs.decide(row.id, outcome)
            tx.legs.end(row.id, self.clock())
            tx.wake(Kind.LEG)


def _told_by(calls: Sequence[CallSeen], row: Any) -> Outcome | None:
    """What became of the call to the person behind a leg, None while it runs. One that is not in the log counts as a
    try that failed: the seat picked up in vain."""
    rung = (one for one in calls if one.outgoing and one.called == row.person and one.call_sid != row.call_sid)
    found = next((one for one in rung if one.started_at >= row.answered_at - SKEW), None)
    return found.standing.outcome if found else Outcome.FAILED


def _is_of(call: CallSeen, row: Any) -> bool:
    return call.outgoing and call.called == row.number
