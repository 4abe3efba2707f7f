"""The calls that we place to seats, as a driver asks and tells about them.

The seat is rung first, whoever it is for. Once somebody has picked up, the driver asks what to join the leg to: the
queue of a waiting caller, or the number of a person who was promised a call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.profile import Profile
from ingest.voice.attempts import Attempts
from ingest.voice.provider import Outcome
from store.calls import Request
from store.tx import Kind, Store, Transaction

RINGING = 25
"""Seconds for which a citizen's phone rings."""

ASKED, PICKED_UP, PERSON = "asked", "picked_up", "person"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Join the leg to the caller who waits: both name that call, we and the provider."""

    call_id: int
    call_sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Ring that number, E.164, and join the two; `line_number` is shown to it."""

    number: str
    line_number: str
    timeout: int = RINGING


@dataclass(frozen=True, slots=True)
class Asked:
    """Ask the seat, in the person's language, to press 1 for the call; without that, hang up."""

    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request of the provider about a leg: its own id of the leg's call, and its raw fields."""

    leg_id: int
    call_sid: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Legs:
    """What the driver of that provider calls. Each is safe to repeat: what was said first stands."""

    provider: str
    store: Store
    profile: Profile
    attempts: Attempts
    clock: Callable[[], datetime]

    def leg_for(self, heard: Heard, *, confirmed: bool = False) -> Bridge | Reach | Asked | None:
        """A seat has picked up: what to join it to, or None where the person is gone or the leg is none of ours.

        Where seats confirm, one that has not is asked first, and is left as it is: it may be a machine.
        """
        ask = self.profile.phone.confirm and not confirmed
        return self.store.run("voice.leg", lambda tx: self._leg_for(tx, heard, ask=ask))

    def reached(self, heard: Heard, outcome: Outcome) -> None:
        """The ringing of the person behind a callback is over: COMPLETED where the two have talked."""
        self.store.run("voice.reached", lambda tx: self._reached(tx, heard, outcome))

    def leg_ended(self, heard: Heard, outcome: Outcome) -> None:
        """The leg is over: nobody picked up, or the talk has ended. The next seat is rung where somebody waits yet."""
        self.store.run("voice.leg_ended", lambda tx: self._leg_ended(tx, heard, outcome))

    def _leg_for(self, tx: Transaction, heard: Heard, *, ask: bool) -> Bridge | Reach | Asked | None:
        row = self._kept(tx, heard, ASKED if ask else PICKED_UP)
        if row is None:
            return None
        if ask:
            return Asked(tx.legs.person_lang(row) or self.profile.default_language)
        tx.legs.answer(row.id, heard.call_sid, self.clock())
        return self._reach(tx, row) if row.callback_id else _bridge(tx, row)

    def _reached(self, tx: Transaction, heard: Heard, outcome: Outcome) -> None:
        row = self._kept(tx, heard, f"{PERSON}:{outcome}")
        if row and row.callback_id and tx.legs.decide(row.id, outcome):
            self.attempts.settle(tx, row, outcome)

    def _leg_ended(self, tx: Transaction, heard: Heard, outcome: Outcome) -> None:
        row = self._kept(tx, heard, outcome)
        if row is None:
            return
        tx.legs.end(row.id, self.clock())
        if self.profile.phone.confirm and outcome == Outcome.COMPLETED and not row.answered_at:
            outcome = Outcome.NO_ANSWER  # a machine, or somebody who did not press 1
        if not (row.callback_id and row.answered_at):  # what the person's phone did is still to be told
            tx.legs.decide(row.id, outcome)
        tx.wake(Kind.LEG)

    def _kept(self, tx: Transaction, heard: Heard, word: str) -> Any:
        """The leg, with what the provider said of it kept among the events of the person's call; None where we know
        no such leg."""
        row = tx.legs.find(heard.leg_id)
        request = Request(
            provider=self.provider,
            call_sid=(row and tx.legs.person_sid(row)) or heard.call_sid,
            key=f"leg:{heard.leg_id}:{word}",
            kind="leg",
            at=self.clock(),
            raw=dict(heard.raw),
        )
        tx.calls.keep(request, _facts(row, word) if row else {}, owner=None)
        return row

    def _reach(self, tx: Transaction, row: Any) -> Reach | None:
        callback = tx.callbacks.lock(row.callback_id)
        shown = {line.name: line.number for line in self.profile.lines}.get(callback.line, "")
        return Reach(number=callback.number, line_number=shown) if callback.open else None


def _bridge(tx: Transaction, row: Any) -> Bridge | None:
    """The waiting call; a repeat finds it answered, by this very leg."""
    call = tx.calls.find(row.call_id)
    waits = call.ended_at is None and call.queued_at is not None
    return Bridge(call.id, call.call_sid) if waits and (call.answered_at is None or row.answered_at) else None


def _facts(row: Any, word: str) -> dict[str, Any]:
    """What figures need of a leg's event: `word` is picked_up, or an outcome; `reached` is about the person's phone."""
    return {"leg": row.id, "label": row.label, "callback": row.callback_id, "word": word}
