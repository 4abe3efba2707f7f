"""Calls as figures count them, out of the rows of `call_event` and nothing else. Pure: rows in, records out.

Rows may come double in meaning, late, or without their beginning, as providers tell them: what counts is what was said,
not in which order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from cases.figures import CallRecord, Try
from cases.probe import is_probe_call
from ingest.voice.event import Result
from ingest.voice.provider import Outcome

PERSON = "person:"
"""How the words of a leg begin that tell of the person's own phone."""

Promise = Callable[[str, datetime], datetime]
"""By when a callback is promised that was asked for on that line at that moment."""


class EventRow(Protocol):
    """What is read of a row."""

    provider: str
    call_sid: str
    kind: str
    at: datetime
    answer: dict[str, Any]
    person_key: str | None


@dataclass(slots=True)
class _Told:
    """What was said of one call so far."""

    first_at: datetime
    started: EventRow | None = None
    person: str = ""
    topic: str = ""
    offered_at: datetime | None = None
    closed: bool = False
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    over: EventRow | None = None
    recorded: bool = False
    settles: str = ""
    callback: str = ""
    asked_at: datetime | None = None
    tries: list[Try] = field(default_factory=list)
    is_call: bool = False

    @property
    def is_probe(self) -> bool:
        """Whether it is a call of our own, which no figure counts."""
        return self.started is not None and is_probe_call(self.started.answer)

    @property
    def is_complete(self) -> bool:
        """Whether its beginning is among the rows, or nobody has ever seen it."""
        return self.started is not None or not (self.over and self.over.answer.get("result"))


def records(rows: Iterable[EventRow], promise: Promise) -> list[CallRecord]:
    """A record for each call but probes, in the order in which they were first heard of. `rows` are by time."""
    told: dict[tuple[str, str], _Told] = {}
    for row in rows:
        _hear(told.setdefault((row.provider, row.call_sid), _Told(row.at)), row)
    return [_record(one, promise) for one in told.values() if one.is_call and one.is_complete and not one.is_probe]


def _hear(told: _Told, row: EventRow) -> None:
    told.is_call |= row.kind != "leg"
    told.person = told.person or row.person_key or ""
    match row.kind:
        case "started":
            told.started = row
        case "answered":
            told.answered_at = told.answered_at or row.at
            told.settles = told.settles or row.answer.get("settles", "")
        case "status":
            told.over = told.over or row
        case "recording":
            told.recorded |= row.answer.get("seconds", 0) != 0
        case "leg":
            _hear_leg(told, row)
    if state := row.answer.get("state"):
        _hear_state(told, state, row.at)


def _hear_leg(told: _Told, row: EventRow) -> None:
    """A ringing of the person's own phone; where the seat hung up first, nobody was tried."""
    word = str(row.answer.get("word", ""))
    outcome = word.removeprefix(PERSON)
    if row.answer.get("callback") and word.startswith(PERSON) and outcome != Outcome.CANCELED:
        told.tries.append(Try(row.at, outcome == Outcome.COMPLETED))


def _hear_state(told: _Told, state: dict[str, Any], at: datetime) -> None:
    """Where the call has come to; a state only ever says more than those before it."""
    if state.get("chosen"):
        told.topic = "+".join(sorted(state.get("tools", ())))
    if told.offered_at is None and (state.get("chosen") or state.get("queued")):
        told.offered_at, told.closed = at, bool(state.get("closed"))
    if told.queued_at is None and state.get("queued"):
        told.queued_at = at
    if not told.callback and state.get("callback"):
        told.callback, told.asked_at = state["callback"], at
    told.recorded |= bool(state.get("recorded"))


def _record(told: _Told, promise: Promise) -> CallRecord:
    line = told.started.answer["line"] if told.started else ""
    return CallRecord(
        line=line,
        started_at=told.started.at if told.started else told.first_at,
        person=told.person,
        topic=told.topic,
        offered_at=told.offered_at,
        closed=told.closed,
        queued_at=told.queued_at,
        answered_at=_answered_at(told),
        ended_at=_ended_at(told),
        fate=_fate(told),
        settles=told.settles,
        callback=told.callback,
        asked_at=told.asked_at,
        promised_by=promise(line, told.asked_at) if told.asked_at else None,
        tries=tuple(told.tries),
    )


def _fate(told: _Told) -> str:
    """What became of it, with what was told only after its end; '' while it goes on."""
    if told.started is None or told.over is None:
        return ""
    if told.answered_at:
        return Result.ANSWERED
    said = str(told.over.answer.get("result") or _at_its_beginning(told))
    return Result.VOICEMAIL if told.recorded and said != Result.ANSWERED else said


def _at_its_beginning(told: _Told) -> Result:
    """A call whose end was told before its beginning heard the first words and no more."""
    heard = told.started is not None and (told.started.answer.get("state") or {}).get("banner_heard")
    return Result.DEFLECTED if heard else Result.ABANDONED


def _answered_at(told: _Told) -> datetime | None:
    """When the two were joined; where that was told only after the end, nobody knows better than the end."""
    if told.answered_at and told.over and told.answered_at > told.over.at:
        return _ended_at(told)
    return told.answered_at


def _ended_at(told: _Told) -> datetime | None:
    """So many seconds after the beginning as the provider's final word has, which it rounds: at the latest when that
    word came, and not before the two were joined."""
    if told.over is None:
        return None
    seconds = told.over.answer.get("seconds") or 0
    began = told.started.at if told.started else told.first_at
    end = min(told.over.at, began + timedelta(seconds=seconds)) if seconds else told.over.at
    return max(end, told.answered_at) if told.answered_at and told.answered_at <= told.over.at else end
