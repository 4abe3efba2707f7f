"""What is taken back of an action on several cases, where nobody has changed the case since; and who had it before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.acting import Acting, Action, Effect, require
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.routing import Queue, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who had a case, and how it came to them."""

    agent: str
    queue: Queue
    status: Status
    routing: Mapping[str, Any]


def holder(case: Dossier) -> Holder:
    return Holder(agent=case.agent, queue=case.queue, status=case.status, routing=case.routing)


def give_back(case: Dossier, acting: Acting, before: Holder) -> Effect:
    """The case is again whose it was. Nobody is written to."""
    require(Action.ASSIGN, case, acting)
    columns = {"agent": before.agent or None, "queue": before.queue, "routing": dict(before.routing)}
    told: dict[str, Any] = {
        "queue": before.queue,
        "before": case.queue,
        "why": Why.BY_HAND,
        "agent": case.agent,
        "undone": True,
    }
    line = (
        acting.line(EntryKind.ASSIGNED, agent=before.agent, before=case.agent, undone=True)
        if before.agent
        else acting.line(EntryKind.ROUTED, **told)
    )
    return Effect(columns={**columns, "status": before.status}, lines=(line,))
