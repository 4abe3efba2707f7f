"""Answers that wait before they may leave, so that their writer can take them back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cases.dossier import Dossier
from cases.policy import OutboundKind
from cases.recalling import last_held_back
from store.work import State

ANSWERS = frozenset({OutboundKind.REPLY, OutboundKind.CLOSING, OutboundKind.RELAY_CLOSING})
"""The mails that leave with an answer."""


def waits(row: Any) -> bool:
    """Whether that row of the outbox is held back, and nobody has begun to send it."""
    return bool(row.state == State.PENDING and row.attempts == 0 and row.due_at > row.created_at)


def leaves_at(case: Dossier, agent: str, rows: Sequence[Any], now: datetime) -> datetime | None:
    """When the last answer of that agent leaves; None where there is none that can still be taken back."""
    sent = last_held_back(case, agent)
    theirs = [row for row in rows if sent and row.created_at == sent.at and row.kind in ANSWERS]
    if not theirs or not all(map(waits, theirs)):
        return None
    first = min(row.due_at for row in theirs)
    return first if first > now else None
