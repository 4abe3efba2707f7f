"""Callbacks: when they are due, what a try leads to, and the row that a request opens or amends.

Times of day are those of the office clock, which a rehearsal may set; timelines are written in real time.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from cases.case import EntryKind
from cases.clock import AFTERNOON, MORNING, Calendar
from store.tx import Transaction

TRIES = 3
SECOND_TRY = timedelta(hours=2)
_WINDOWS = {"morning": MORNING, "afternoon": AFTERNOON}


class Step(StrEnum):
    """What a case's timeline says of a callback."""

    ASKED = "asked"
    ASKED_AGAIN = "asked_again"
    TRIED = "tried"
    REACHED = "reached"
    GIVEN_UP = "given_up"
    SETTLED = "settled"


SETTLED = "settled"
"""The outcome of a callback that was not needed any more: the person has called again and was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a caller has asked for.

    `number` is E.164, `tool` a tool's id or `aucun`, `slot` soon, morning or afternoon. `arrived_at` is the caller's
    own arrival in the queue, or at the menu where it was closed: it keeps the place in line.
    """

    call_id: int
    case_id: int
    number: str
    tool: str
    line: str
    lang: str
    slot: str
    arrived_at: datetime
    person_key: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """The same moment twice: real time, and the office's."""

    real: datetime
    office: datetime


def request(tx: Transaction, wanted: Wanted, calendar: Calendar, now: Now) -> int:
    """Open the callback, or amend the one that is open for that number and tool; its id.

    Asked again, a callback keeps its arrival, its tries and its promise: only the hour follows the caller's new wish.
    """
    call_at = first_try(calendar, wanted.slot, now.office)
    row = tx.callbacks.open_once(_row(wanted, call_at, promised_by(calendar, now.office)))
    step = Step.ASKED if row else Step.ASKED_AGAIN
    if row is None:
        row = tx.callbacks.open_for(wanted.number, wanted.tool)
        tx.callbacks.change(row.id, slot=wanted.slot, call_at=call_at)
    told = {"slot": wanted.slot, "call_at": call_at.isoformat(), "promised_by": row.promised_by.isoformat()}
    for case_id in sorted({wanted.case_id, row.case_id}):
        note(tx, row, step, now.real, case_id=case_id, **told)
    return int(row.id)


def first_try(calendar: Calendar, slot: str, now: datetime) -> datetime:
    """When a callback is first due: the caller's slot, at the earliest now, always within opening hours."""
    window = _WINDOWS.get(slot)
    wished = calendar.opens_in_window(now, window) if window else None
    return wished or calendar.next_opening(now) or now


def promised_by(calendar: Calendar, now: datetime) -> datetime:
    """The end of the next working day (the customer charter of 2012: "before the end of the next working day")."""
    opening = calendar.next_opening(_tomorrow(calendar, now))
    if opening is None:
        return now + timedelta(days=1)
    _, closing = calendar.spans(opening.astimezone(calendar.zone).date())[-1]
    return closing


def next_try(calendar: Calendar, tries: int, now: datetime) -> datetime | None:
    """When to call again after that many tries: two hours later, then the next morning of opening, then never."""
    if tries >= TRIES:
        return None
    return calendar.next_opening(now + SECOND_TRY if tries < TRIES - 1 else _tomorrow(calendar, now))


def note(tx: Transaction, row: Any, step: Step, at: datetime, *, case_id: int | None = None, **told: Any) -> None:
    """A line on the case's timeline, with `told` as its particulars; pages that show the case are read again."""
    tx.cases.stir(case_id or row.case_id, at)
    tx.cases.add_entries(
        [
            {
                "case_id": case_id or row.case_id,
                "kind": EntryKind.CALLBACK,
                "at": at,
                "actor": "phone",
                "text": "",
                "data": {"callback": row.id, "step": step, **told},
                "person_key": row.person_key,
            }
        ]
    )


def _row(wanted: Wanted, call_at: datetime, promise: datetime) -> dict[str, Any]:
    return {
        "call_id": wanted.call_id,
        "case_id": wanted.case_id,
        "number": wanted.number,
        "tool": wanted.tool,
        "line": wanted.line,
        "lang": wanted.lang,
        "arrived_at": wanted.arrived_at,
        "promised_by": promise,
        "call_at": call_at,
        "slot": wanted.slot,
        "person_key": wanted.person_key,
    }


def _tomorrow(calendar: Calendar, now: datetime) -> datetime:
    """The first moment of the next day, where the calendar is."""
    day = now.astimezone(calendar.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), calendar.zone)
