"""What an action is given, and what it gives back. The actions themselves are in `cases.actions` and its neighbours.

An action is a pure function of a `Dossier` and of `Acting`; it returns an `Effect`, which `desk.actions` writes, or
raises `cases.refusal.RefusedError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.case import EntryKind, Status, case_number
from cases.dossier import Dossier, Line, Message
from cases.errors import AiguillageError
from cases.escalation import Request
from cases.event import Tags
from cases.mails import Mail
from cases.priority import Priority
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.review import Cause, Labels
from cases.routing import Agent
from cases.secondlevel import Outcome, Role
from cases.timers import Calendars, Timers, events, said, timers
from cases.triage import case_target

SHOWN = 3
"""Lines that a stale case names."""


class StaleError(AiguillageError):
    """The case is another by now than the one that was read: `lines` are the last of what happened meanwhile, newest at
    the end."""

    def __init__(self, case: Dossier, changed: Sequence[Line]) -> None:
        self.lines = tuple(changed[-SHOWN:])
        told = ", ".join(f"{line.kind} by {line.actor} at {line.at:%H:%M} UTC" for line in self.lines)
        super().__init__(f"{case.number} was changed meanwhile ({told or case.status}); look at it again")


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
class Correction:
    """What a person made of the tags that were shown. `undoes` is the id of the correction that this one takes back."""

    cause: Cause
    shown: Labels
    chosen: Labels
    why: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What an action does to the other case that it is about, besides."""

    case: Dossier
    columns: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an action does. `columns` are those of the case that change. `escalated` begins a stay at a second level,
    `ended` ends the open one; `recalled` is when the answer was sent that is taken back."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    mails: tuple[Mail, ...] = ()
    escalated: Request | None = None
    ended: Outcome | None = None
    branch: Branch | None = None
    correction: Correction | None = None
    there: There | None = None
    recalled: datetime | None = None

    def __or__(self, other: "Effect") -> "Effect":
        """Both, one after the other."""
        return Effect(
            columns={**self.columns, **other.columns},
            lines=self.lines + other.lines,
            mails=self.mails + other.mails,
            escalated=other.escalated or self.escalated,
            ended=other.ended or self.ended,
            branch=other.branch or self.branch,
            correction=other.correction or self.correction,
            there=other.there or self.there,
            recalled=other.recalled or self.recalled,
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
    TAG = "tag"
    LINK = "link"
    UNLINK = "unlink"
    MERGE = "merge"
    UNMERGE = "unmerge"


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
    Action.TAG: EVERY,
    Action.LINK: EVERY,
    Action.UNLINK: EVERY,
    Action.MERGE: UNCLOSED,
    Action.UNMERGE: frozenset({Status.CLOSED}),
}
"""The statuses in which each can be done. While a second level has the case nobody waits for its requester."""

MERGED_TOO = frozenset({Action.NOTE, Action.UNMERGE})
"""What can be done with a case that was merged into another: all else is done there."""

_NOT_NOW: Mapping[Action, Refusal] = {
    Action.RESUME: Refusal.NOT_WAITING,
    Action.TELL: Refusal.NOT_ESCALATED,
    Action.RETURNED: Refusal.NOT_ESCALATED,
    Action.REOPEN: Refusal.NOT_CLOSED,
    Action.UNMERGE: Refusal.NOT_MERGED,
}
"""Why an action cannot be done in another status than its own; the others only need a case that is not closed."""


def require(action: Action, case: Dossier, acting: Acting) -> None:
    """Raises RefusedError where this person may not do that, or nobody may now."""
    if acting.agent.role is Role.AUDITOR:
        raise RefusedError(Refusal.AUDITOR, name=acting.name)
    if case.hidden and action is not Action.REOPEN:
        raise RefusedError(Refusal.HIDDEN, number=case.number)
    if case.merged_into and action not in MERGED_TOO:
        into = case_number(acting.profile.case_prefix, case.merged_into)
        raise RefusedError(Refusal.MERGED, number=case.number, into=into)
    if case.status not in FROM[action] and not (case.hidden and action is Action.REOPEN):
        refusal = _NOT_NOW.get(action, Refusal.CLOSED)
        raise RefusedError(refusal, number=case.number, status=case.status, action=action)


def timed(case: Dossier, effect: Effect, calendars: Calendars, now: datetime) -> Timers:
    """The case's timers after that, computed anew from its whole timeline."""
    profile = calendars.profile
    timeline = (*case.timeline, *effect.lines)
    priority = Priority(effect.columns.get("priority", case.assessment.priority))
    category, review = effect.columns.get("category", case.category), effect.columns.get("review", case.review)
    stays = [stay.n2 for stay in case.stays] + ([effect.escalated.n2.id] if effect.escalated else [])
    return timers(
        events(case.opened_at, timeline),
        case_target(profile, priority, category, review=review),
        calendars.of_clocks(case.source, stays[-1] if stays else ""),
        profile,
        (now, said(timeline)),
    )
