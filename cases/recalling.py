"""An answer that waits some seconds before it may leave, and is taken back meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cases.acting import Acting, Action, Effect, require
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Line
from cases.refusal import Refusal, RefusedError
from cases.timers import unrecalled


def held_back(answer: Effect, case: Dossier, wait: timedelta) -> Effect:
    """The answer, whose mails wait for so long. Its line says how the case was, which it is again if taken back."""
    if not wait:
        return answer
    first, *rest = answer.lines
    before = {"status": case.status, "agent": case.agent}
    told = replace(first, data={**first.data, "before": before})
    return replace(answer, lines=(told, *rest), mails=tuple(replace(one, wait=wait) for one in answer.mails))


def last_held_back(case: Dossier, agent: str) -> Line | None:
    """The line of the last answer of that agent that was held back and not taken back, or None."""
    mine = (one for one in unrecalled(case.timeline) if one.kind is EntryKind.ANSWERED and one.actor == agent)
    return next((one for one in reversed(list(mine)) if "before" in one.data), None)


def recall(case: Dossier, acting: Acting) -> Effect:
    """Take back the last answer of who acts: the case is as it was, but for what others did to it since. Who writes
    the effect sees that none of its mails has left."""
    require(Action.NOTE, case, acting)
    sent = last_held_back(case, acting.agent.id)
    if sent is None:
        raise RefusedError(Refusal.LEFT_ALREADY)
    columns = dict(_columns(case, sent))
    line = acting.line(EntryKind.RECALLED, sent_at=sent.at.isoformat())
    return Effect(columns=columns, lines=(line,), recalled=sent.at)


def _columns(case: Dossier, sent: Line) -> Iterator[tuple[str, Any]]:
    before = sent.data["before"]
    if case.status is _made(case, sent.at, Status(before["status"])):
        yield "status", Status(before["status"])
        yield "closed_at", None
    if case.agent == sent.actor:
        yield "agent", before["agent"] or None


def _made(case: Dossier, at: datetime, before: Status) -> Status:
    """The status that the answer gave the case."""
    kinds = {one.kind for one in case.timeline if one.at == at}
    if EntryKind.CLOSED in kinds:
        return Status.CLOSED
    if EntryKind.WAITING in kinds:
        return Status.WAITING
    return Status.OPEN if before is Status.NEW else before
