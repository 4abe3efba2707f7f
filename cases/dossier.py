"""A case with everything that an action looks at, as one value, and what its mails have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.case import EntryKind, Status
from cases.event import Address, Attachment, Channel, Tags
from cases.mails import Mail
from cases.policy import OutboundKind
from cases.priority import Assessment
from cases.profile import Profile
from cases.routing import Queue
from cases.secondlevel import Outcome


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
    """A message of the case. `person`: somebody wrote it, no machine. `private`: of a thread with a second level.
    `merged`: it came for a case that was merged into this one."""

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
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stay of the case at a second level, open while `outcome` is None. `n2` is its id in the profile."""

    id: int
    n2: str
    ticket: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """Who passed on a case that was merged into this one, by whose number they know it."""

    number: str
    address: str


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
    what leaves less room for automatic mail; `transcripts` are those of messages left on the phone. `opened_by` is the
    id of the message that opened it, None for a call; `model` is the one that tagged it, `tagging` what is kept with
    its tags. `proposed` is the id of a case that may be about the same, `merged_into` of the one that it was merged
    into, `merged` are the ids of those that were merged into it, and `relays` who
    passed these on."""

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
    scope: str = "in"
    model: str = ""
    tagging: Mapping[str, Any] = field(default_factory=dict)
    opened_by: int | None = None
    proposed: int | None = None
    merged_into: int | None = None
    merged: tuple[int, ...] = ()
    relays: tuple[Relay, ...] = ()
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


def mailbox_of(profile: Profile, source: str) -> str:
    """The mailbox in whose name a case is written about; the first where it came by none, and by no line."""
    named = profile.mailbox_of(source)
    return named if any(box.name == named for box in profile.mailboxes) else profile.mailboxes[0].name


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
