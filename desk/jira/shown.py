"""The ticket of a case as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from desk.dossier import Rows
from desk.service import Service
from store.tx import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTicket:
    """`key` is '' until it is made; `reasons` say why something waits."""

    key: str
    link: str
    status: str
    seen_at: datetime | None
    reasons: Sequence[str]


def values(tx: Transaction, service: Service, request: Request, case: Any, rows: Rows) -> Mapping[str, Any]:
    """What its template is given: None without a ticket, and nothing is asked where the profile has no Jira."""
    found = tx.tickets.of_case(case.id) if service.profile.jira.is_on else None
    if found is None:
        return {"ticket": None}
    waiting = [row.last_error for row in tx.tickets.pushes.of_case(case.id)]
    reasons = dict.fromkeys(filter(None, (*waiting, found.last_error)))
    shown = ShownTicket(
        key=found.key or "",
        link=found.link,
        status=found.status,
        seen_at=found.seen_at,
        reasons=tuple(reasons),
    )
    return {"ticket": shown}
