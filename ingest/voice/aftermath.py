"""What nobody told us: calls and legs whose end never came, and what came in while we were out.

The provider keeps its own record. It is asked about what is overdue, and its log is read: since a few days ago when
the process starts, then since the last look.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from cases.errors import AiguillageError, PermanentError
from ingest.voice.calls import Calls, Message, Ring
from ingest.voice.legs import Heard, Legs
from ingest.voice.provider import CallSeen, Outcome, Provider, RecordingSeen
from ingest.voice.recordings import ABSENT, COMPLETED

log = structlog.get_logger()

_Given = TypeVar("_Given")

EVERY = timedelta(minutes=1)
OVERDUE = timedelta(minutes=5)
"""How long a call goes on before its end is asked for; no harm is done where it still goes on."""
LONGEST_CALL = timedelta(hours=24)
"""After so long a call that the provider does not know either is over."""
SETTLED = timedelta(minutes=1)
"""How long ago a call must have begun before it counts as unseen: our own transaction may be under way."""
BACK = timedelta(days=3)
"""How far back the log is read when the process starts: the longest outage that leaves nothing behind."""
OVERLAP = timedelta(minutes=15)
RAW = {"source": "log"}
"""The raw fields of an event that the provider's log told, not a request of its."""


@dataclass
class Watch:
    """What one process remembers between two looks; a new process looks further back."""

    next: datetime | None = None
    read_until: datetime | None = None
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """Asks one provider for what it has not told."""

    calls: Calls
    legs: Legs
    provider: Provider
    clock: Callable[[], datetime]
    watch: Watch = field(default_factory=Watch)

    def process(self) -> int:
        """Look once a minute, or at once where a recording has come whose call nobody saw. Claims nothing: 0."""
        now = self.clock()
        due = self.watch.next is None or now >= self.watch.next
        if due:
            self.watch.next = now + EVERY
            self.watch.asked.clear()
        self._own_recordings(now)
        if due:
            self._ask(now)
            self._read_log(now)
            self._forget_sounds(now)
        return 0

    def _forget_sounds(self, now: datetime) -> None:
        """Delete the sounds that were kept for as long as callers were told."""
        before = now - timedelta(days=self.calls.profile.phone.voicemail_days)
        with self.calls.store.reading() as tx:
            old = tx.recordings.kept_before(before)
        if old:
            with self.calls.store.transaction("recording.forget") as tx:
                tx.recordings.forget(old)
            log.info("sounds_forgotten", count=len(old))

    def _own_recordings(self, now: datetime) -> None:
        """Find the calls of recordings that came by themselves, each at most once between two looks."""
        with self.calls.store.reading() as tx:
            orphans = {row.call_sid for row in tx.recordings.unowned(now - BACK)}
        new = orphans - self.watch.asked
        self.watch.asked |= new
        self._each(lambda call_sid: self._adopt(self.provider.call(call_sid)), new)

    def _ask(self, now: datetime) -> None:
        with self.calls.store.reading() as tx:
            running, unheard = tx.calls.running(now - OVERDUE), tx.legs.unheard(now)
        self._each(self._ask_call, [row.call_sid for row in running if row.provider == self.provider.name])
        self._each(self._ask_leg, unheard)

    def _ask_call(self, call_sid: str) -> None:
        try:
            seen = self.provider.call(call_sid)
        except PermanentError:
            with self.calls.store.reading() as tx:
                row = tx.calls.find_sid(self.provider.name, call_sid)
            if row and self.clock() - row.started_at > LONGEST_CALL:
                self.calls.ended(call_sid, Outcome.FAILED, 0, RAW, "log:status")
            return
        if seen.standing.outcome:
            self.calls.ended(call_sid, seen.standing.outcome, seen.standing.seconds, RAW, "log:status")

    def _ask_leg(self, row: Any) -> None:
        with self.calls.store.transaction("leg.asked") as tx:
            tx.legs.ask_again(row.id, self.clock() + EVERY)
        try:
            outcome = self.provider.call(row.call_sid).standing.outcome
        except PermanentError:
            outcome = Outcome.FAILED
        if outcome:
            self.legs.leg_ended(Heard(leg_id=row.id, call_sid=row.call_sid, raw=RAW), outcome)

    def _read_log(self, now: datetime) -> None:
        since = self.watch.read_until - OVERLAP if self.watch.read_until else now - BACK
        try:
            recordings, calls = self.provider.recordings_since(since), self.provider.calls_since(since)
        except AiguillageError as error:
            log.warning("log_not_read", error=type(error).__name__)
            return
        lines = {line.number for line in self.calls.profile.lines}
        ours = [call for call in calls if not call.outgoing and call.called in lines]
        self._each(partial(self._note, {call.call_sid for call in ours}), recordings)
        self._each(self._adopt, [call for call in ours if call.started_at < now - SETTLED])
        self.watch.read_until = now

    def _note(self, listed: Collection[str], seen: RecordingSeen) -> None:
        """A recording that nobody told us of. Its call may have begun long before what was `listed` now."""
        provider = self.provider.name
        with self.calls.store.reading() as tx:
            known = tx.recordings.known_sids(provider, [seen.recording_sid])
            ours = seen.call_sid in listed or tx.calls.find_sid(provider, seen.call_sid)
        if ours and not known:
            status = ABSENT if seen.absent else COMPLETED
            message = Message(recording_sid=seen.recording_sid, status=status, seconds=seen.seconds)
            self.calls.recording(seen.call_sid, message, RAW, f"recording:{seen.recording_sid}")

    def _adopt(self, seen: CallSeen) -> None:
        """Take in a call that is over and that we never saw, at its own time."""
        outcome = seen.standing.outcome
        with self.calls.store.reading() as tx:
            known = tx.calls.find_sid(self.provider.name, seen.call_sid)
        if outcome is None or known:
            return
        log.info("call_adopted", seconds=seen.standing.seconds)
        ring = Ring(call_sid=seen.call_sid, called=seen.called, caller_raw=seen.caller_raw, raw=RAW)
        _at(self.calls, seen.started_at).start(ring, "log:started")
        ended_at = seen.standing.ended_at or seen.started_at + timedelta(seconds=seen.standing.seconds)
        _at(self.calls, ended_at).ended(seen.call_sid, outcome, seen.standing.seconds, RAW, "log:status")

    def _each(self, act: Callable[[_Given], None], given: Iterable[_Given]) -> None:
        """One after the other: what fails is tried again with the next look, its neighbours go on."""
        for one in given:
            try:
                act(one)
            except AiguillageError as error:
                log.warning("aftermath_failed", error=type(error).__name__)


def _at(calls: Calls, moment: datetime) -> Calls:
    """The same calls, at that moment."""
    return replace(calls, clock=lambda: moment, office_clock=lambda: moment)
