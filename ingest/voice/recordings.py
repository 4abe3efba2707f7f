"""Recordings: a row as soon as the provider speaks of one."""

from dataclasses import dataclass
from datetime import datetime

from store.tx import Kind, Transaction
from store.work import State

COMPLETED, ABSENT = "completed", "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a provider says of a recording. `seconds` is its length, below 0 where unknown; `absent`: nothing was
    recorded. `call_id` and `case_id` are None for a call that we never saw."""

    provider: str
    recording_sid: str
    call_sid: str
    seconds: int
    recorded_at: datetime
    absent: bool = False
    call_id: int | None = None
    case_id: int | None = None
    person_key: str | None = None


def noted(tx: Transaction, taken: Taken, now: datetime) -> int | None:
    """Note a recording once, to be fetched; its id, or None where it was noted before."""
    row = {
        "provider": taken.provider,
        "recording_sid": taken.recording_sid,
        "call_sid": taken.call_sid,
        "call_id": taken.call_id,
        "case_id": taken.case_id,
        "seconds": taken.seconds,
        "status": ABSENT if taken.absent else COMPLETED,
        "recorded_at": taken.recorded_at,
        "state": State.DONE if taken.absent else State.PENDING,
        "due_at": now,
        "person_key": taken.person_key,
    }
    identity = tx.recordings.add_once(row)
    if identity is not None and not taken.absent:
        tx.wake(Kind.RECORDING)
    return identity
