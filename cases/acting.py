"""What an action is given, and what it gives back. The actions themselves are in `cases.actions` and its neighbours.

An action is a pure function of a `Dossier` and of `Acting`; it returns an `Effect`, which `desk.actions` writes, or
raises `RefusedError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.case import EntryKind, Status
from cases.dossier import Dossier, Line, Message
from cases.errors import AiguillageError
from cases.escalation import Request
from cases.event import Tags
from cases.mails import Mail
from cases.priority import Priority
from cases.profile import Profile
from cases.routing import Agent
from cases.secondlevel import Outcome, Role
from cases.timers import Calendars, Timers, events, said, timers
from cases.triage import case_target


class RefusedError(AiguillageError):
    """An action that cannot be done: `cause` says why, `mend` what would help."""

    def __init__(self, cause: str, mend: str) -> None:
        self.cause, self.mend = cause, mend
        super().__init__(f"{cause}; {mend}")


class StaleError(AiguillageError):
    """The case is another by now than the one that was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts, when, and by which profile."""

    profile: Profile
    agent: Agent
    now: datetime

    @property
    def name(self) -> str:
        """How people see who acts."""
        return self.agent.name or self.agent.id

    def line(self, kind: EntryKind, text: str = "", **data: Any) -> Line:
        """A line of the timeline by this person."""
        return Line(kind=kind, at=self.now, actor=self.agent.id, text=text, data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A case that is opened out of another. `columns` are its own without keys and `tags`; `moved` go over to it."""

    id: int
    number: str
    columns: Mapping[str, Any]
    tags: Tags
    lines: tuple[Line, ...]
    moved: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an action does. `columns` are those of the case that change. `escalated` begins a stay at a second level,
    `ended` ends the open one."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    mails: tuple[Mail, ...] = ()
    escalated: Request | None = None
    ended: Outcome | None = None
    branch: Branch | None = None

    def __or__(self, other: "Effect") -> "Effect":
        """Both, one after the other."""
        return Effect(
            columns={**self.columns, **other.columns},
            lines=self.lines + other.lines,
            mails=self.mails + other.mails,
            escalated=other.escalated or self.escalated,
            ended=other.ended or self.ended,
            branch=other.branch or self.branch,
        )


class Action(StrEnum):
    """What people can do with a case; the commands of `aiguillage case`."""

    REPLY = "reply"
    NOTE = "note"
    TAKE = "take"
    ASSIGN = "assign"
    WAIT = "wait"
    RESUME = "resume"
    PRIORITISE = "prioritise"
    ESCALATE = "escalate"
    TELL = "tell-n2"
    RETURNED = "returned"
    CLOSE = "close"
    REOPEN = "reopen"
    SPLIT = "split"
    REQUESTER = "requester"
    COPY = "copy"
    FIELD = "field"


EVERY = frozenset(Status)
UNCLOSED = EVERY - {Status.CLOSED}
FROM: Mapping[Action, frozenset[Status]] = {
    Action.REPLY: UNCLOSED,
    Action.NOTE: EVERY,
    Action.TAKE: UNCLOSED,
    Action.ASSIGN: UNCLOSED,
    Action.WAIT: UNCLOSED,
    Action.RESUME: frozenset({Status.WAITING}),
    Action.PRIORITISE: UNCLOSED,
    Action.ESCALATE: UNCLOSED,
    Action.TELL: frozenset({Status.ESCALATED}),
    Action.RETURNED: frozenset({Status.ESCALATED}),
    Action.CLOSE: UNCLOSED,
    Action.REOPEN: frozenset({Status.CLOSED}),
    Action.SPLIT: UNCLOSED,
    Action.REQUESTER: EVERY,
    Action.COPY: EVERY,
    Action.FIELD: EVERY,
}
"""The statuses in which each can be done. While a second level has the case nobody waits for its requester."""

_MENDS: Mapping[Action, str] = {
    Action.RESUME: "a case goes on by itself when its requester writes",
    Action.TELL: "escalate it first",
    Action.RETURNED: "escalate it first",
    Action.REOPEN: "there is nothing to do",
}


def require(action: Action, case: Dossier, acting: Acting) -> None:
    """Raises RefusedError where this person may not do that, or nobody may now."""
    if acting.agent.role is Role.AUDITOR:
        raise RefusedError(f"{acting.name} is an auditor, who reads and changes nothing", "ask somebody of the team")
    if case.hidden and action is not Action.REOPEN:
        raise RefusedError(f"{case.number} is hidden", "re-open it first")
    if case.status not in FROM[action] and not (case.hidden and action is Action.REOPEN):
        mend = _MENDS.get(action) or "re-open it first"
        raise RefusedError(f"{case.number} is {case.status}: `{action}` cannot be done", mend)


def timed(case: Dossier, effect: Effect, calendars: Calendars, now: datetime) -> Timers:
    """The case's timers after that, computed anew from its whole timeline."""
    profile = calendars.profile
    timeline = (*case.timeline, *effect.lines)
    priority = Priority(effect.columns.get("priority", case.assessment.priority))
    stays = [stay.n2 for stay in case.stays] + ([effect.escalated.n2.id] if effect.escalated else [])
    return timers(
        events(case.opened_at, timeline),
        case_target(profile, priority, case.category, review=case.review),
        calendars.of_clocks(case.source, stays[-1] if stays else ""),
        profile,
        (now, said(timeline)),
    )
