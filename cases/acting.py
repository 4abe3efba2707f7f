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
from cases.errors import AiguillageError
from cases.escalation import Request
from cases.event import Address, Attachment, Channel, Tags
from cases.mails import Mail
from cases.policy import OutboundKind
from cases.priority import Assessment, Priority
from cases.profile import Profile
from cases.routing import Agent, Queue
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
class Line:
    """A line of the timeline. `data` are its particulars by kind (docs/actions.md)."""

    kind: EntryKind
    at: datetime
    actor: str = ""
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of the case. `person`: somebody wrote it, no machine. `private`: of a thread with a second level."""

    id: int
    at: datetime
    sender: str
    subject: str
    text: str
    tags: Tags
    message_id: str = ""
    sha256: str = ""
    attachments: tuple[Attachment, ...] = ()
    person: bool = True
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay of the case at a second level, open while `outcome` is None. `n2` is its id in the profile."""

    id: int
    n2: str
    ticket: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """What the next mail of a conversation answers: Message-IDs (RFC 5322 3.6.4)."""

    in_reply_to: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """Automatic mails of late: to each address within the profile's window, and by the case's mailbox in an hour."""

    to: Mapping[str, int] = field(default_factory=dict)
    by_mailbox: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case with everything that an action looks at. `mailbox` is the one in whose name is written about it, `sent`
    what leaves less room for automatic mail; `transcripts` are those of messages left on the phone."""

    id: int
    number: str
    version: int
    status: Status
    channel: Channel
    source: str
    mailbox: str
    subject: str
    lang: str
    category: str
    motif: str
    tool: str
    review: bool
    assessment: Assessment
    queue: Queue
    opened_at: datetime
    hidden: bool = False
    routing: Mapping[str, Any] = field(default_factory=dict)
    agent: str = ""
    requester: Address = Address("", "")
    submitter: str = ""
    phone: str = ""
    relay: str = ""
    copied: bool = False
    flags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    timeline: tuple[Line, ...] = ()
    messages: tuple[Message, ...] = ()
    stays: tuple[Stay, ...] = ()
    transcripts: tuple[str, ...] = ()
    thread: Thread = Thread()
    private_thread: Thread = Thread()
    sent: Sent = Sent()

    @property
    def stay(self) -> Stay | None:
        """The one that is open."""
        return next((one for one in self.stays if one.outcome is None), None)

    @property
    def letters(self) -> tuple[Message, ...]:
        """What people wrote to us, without the threads with a second level."""
        return tuple(one for one in self.messages if one.person and not one.private)

    @property
    def files(self) -> tuple[tuple[Message, Attachment], ...]:
        """The files that came with it, in the order in which people are shown them; the first is chosen by a 1."""
        public = (one for one in self.messages if not one.private)
        return tuple((message, attachment) for message in public for attachment in message.attachments)


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
class Effect:
    """What an action does. `columns` are those of the case that change. `escalated` begins a stay at a second level,
    `ended` ends the open one; `moved` are the ids of messages that a new case takes over."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    mails: tuple[Mail, ...] = ()
    escalated: Request | None = None
    ended: Outcome | None = None
    moved: tuple[int, ...] = ()

    def __or__(self, other: "Effect") -> "Effect":
        """Both, one after the other."""
        return Effect(
            columns={**self.columns, **other.columns},
            lines=self.lines + other.lines,
            mails=self.mails + other.mails,
            escalated=other.escalated or self.escalated,
            ended=other.ended or self.ended,
            moved=self.moved + other.moved,
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


def mailbox_of(profile: Profile, source: str) -> str:
    """The mailbox in whose name a case is written about; the first where it came by none, and by no line."""
    named = profile.mailbox_of(source)
    return named if any(box.name == named for box in profile.mailboxes) else profile.mailboxes[0].name


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


def mail(case: Dossier, kind: OutboundKind, key: str, recipient: str, context: Mapping[str, Any]) -> Mail:
    """A mail about the case to its requester, in their language. `{entry}` in the key becomes the id of the first line
    that is written with it."""
    return Mail(
        kind=kind,
        key=key,
        case_id=case.id,
        mailbox=case.mailbox,
        recipient=recipient,
        lang=case.lang,
        context={**common(case), **headers(case.thread), **context},
    )


def common(case: Dossier) -> dict[str, Any]:
    """What every mail about a case can say."""
    return {
        "number": case.number,
        "subject": case.subject[:200],
        "category": case.category,
        "motif": case.motif,
        "tool": case.tool,
        "review": case.review,
    }


def headers(thread: Thread) -> dict[str, Any]:
    """The same, for its place in a conversation."""
    return {"in_reply_to": thread.in_reply_to, "references": list(thread.references)}
