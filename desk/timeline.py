"""What happened on a case, in order: what came in, what was decided, what left. Pure: rows in, lines out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cases.case import Disposition, EntryKind
from cases.event import Attachment
from cases.policy import RECEIPTS, OutboundKind, Verdict
from cases.timers import unrecalled
from desk.mail import Letter, read

THREAD = frozenset(
    {EntryKind.ESCALATED, EntryKind.N2_WROTE, EntryKind.N2_WRITTEN, EntryKind.RETURNED}
    | {EntryKind.TICKET_MADE, EntryKind.TICKET_WROTE, EntryKind.TICKET_MOVED}
    | {EntryKind.TICKET_UNSAID}
)
"""What is decided or noted in the thread with the second level, which the requester never sees."""


class InboundRow(Protocol):
    """What is read of an inbound row."""

    id: int
    received_at: datetime
    sender: str | None
    subject: str | None
    size: int
    disposition: str | None
    reason: str | None
    acknowledgement: str | None
    state: str
    last_error: str | None
    escalation_id: int | None
    content: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail that came in. `text` is what its sender wrote anew; `rest` what is folded: quoted text and signature.
    `private`: it is of the thread with the second level. Its bytes were erased at `erased_at`, after so many days, or
    where `erased_after` is None because a person asked."""

    id: int
    at: datetime
    name: str
    address: str
    subject: str
    lang: str
    text: str
    rest: str = ""
    size: int = 0
    disposition: str = ""
    reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    relay: str = ""
    defects: tuple[str, ...] = ()
    private: bool = False
    is_mail: bool = True
    erased_at: datetime | None = None
    erased_after: int | None = None
    kind: str = field(default="message", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that a rule or a person did: `word` says what, `data` with which particulars; `actor` is the person.
    `id` is that of its line, 0 where a message itself says it."""

    at: datetime
    word: str
    data: dict[str, Any] = field(default_factory=dict)
    actor: str = ""
    id: int = 0
    kind: str = field(default="decision", init=False)

    @property
    def private(self) -> bool:
        """Whether it is of the thread with the second level."""
        return self.word in THREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail of ours. `state` is its outcome where it has one, else the state of its row; `letter` once composed.
    `text` is what a person wrote in it, `by` who, `files` what went along; `copy`: somebody else got the same."""

    id: int
    at: datetime
    what: str
    recipient: str
    lang: str
    state: str
    smtp_reply: str
    error: str
    private: bool = False
    letter: Letter | None = None
    by: str = ""
    text: str = ""
    files: tuple[str, ...] = ()
    copy: bool = False
    kind: str = field(default="mail", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """A message that was spoken. `text` is what a machine understood; `sound` the address of the sound, '' where there
    is none yet, or none at all: `state` says which."""

    id: int
    at: datetime
    seconds: int
    lang: str
    text: str
    sound: str
    state: str
    error: str
    kind: str = field(default="voicemail", init=False)


Line = Message | Decision | Mail | Voicemail
_RANK = {"message": 0, "voicemail": 0, "decision": 1, "mail": 2}


def timeline(
    received: Sequence[InboundRow],
    entries: Sequence[Any],
    sent: Sequence[Any],
    bodies: dict[str, bytes],
    spoken: Sequence[Any] = (),
) -> list[Line]:
    """All lines of a case, oldest first. `bodies` are the composed bytes of the mails by hash, `spoken` the recordings:
    where there is one, it says itself that a message was left."""
    lines: list[Line] = [voicemail(row) for row in spoken]
    for row in received:
        lines += [message(row), *_decisions(row)]
    lines += [decision(entry) for entry in unrecalled(entries) if not _says_itself(entry, sent, spoken)]
    lines += [mail(row, bodies.get(row.sha256 or "")) for row in sent]
    return sorted(lines, key=lambda line: (line.at, _RANK[line.kind]))


def _says_itself(entry: Any, sent: Sequence[Any], spoken: Sequence[Any]) -> bool:
    """Whether a line would say again what a recording, or the mail that was written with it, says."""
    if entry.kind in WRITTEN:
        return any(row.kind == WRITTEN[entry.kind] and row.key.split(":")[2] == str(entry.id) for row in sent)
    return bool(spoken) and entry.kind == EntryKind.VOICEMAIL


WRITTEN = {EntryKind.ANSWERED: OutboundKind.REPLY, EntryKind.N2_WRITTEN: OutboundKind.N2_MESSAGE}
"""The mails that have the id of their line in their key."""


def message(row: InboundRow) -> Message:
    """The line of one message; one that was not read yet has no text."""
    content = row.content or {}
    text, rest = folded(content.get("text", ""), content.get("reply_text", ""))
    return Message(
        id=row.id,
        at=row.received_at,
        name=content.get("from", {}).get("name", ""),
        address=row.sender or "",
        subject=row.subject or "",
        lang=content.get("lang", ""),
        text=text,
        rest=rest,
        size=row.size,
        disposition=row.disposition or row.state,
        reason=row.reason or row.last_error or "",
        attachments=tuple(Attachment(**one) for one in content.get("attachments", ())),
        relay=content.get("relay", ""),
        defects=tuple(content.get("defects", ())),
        private=row.escalation_id is not None,
        is_mail="chosen" not in content,
        **_erased(content.get("erased")),
    )


def _erased(said: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"erased_at": datetime.fromisoformat(said["at"]), "erased_after": said["days"]} if said else {}


def folded(text: str, new: str) -> tuple[str, str]:
    """The new text, and the rest of the message: the whole of it where the two cannot be told apart again."""
    from ingest.email.reply import fold  # the rules of four languages: not needed to start

    if not new.strip() or text.strip() == new.strip():
        return text, ""
    again = fold(text)
    return (new, again.quoted) if again.new == new else (new, text)


def decision(entry: Any) -> Decision:
    """The line of one entry."""
    return Decision(at=entry.at, word=entry.kind, data=_particulars(entry), actor=_person(entry), id=entry.id)


def mail(row: Any, raw: bytes | None) -> Mail:
    """The line of one outgoing mail."""
    return Mail(
        id=row.id,
        at=row.sent_at or row.created_at,
        what=row.kind,
        recipient=row.recipient,
        lang=row.lang,
        state=row.outcome or row.state,
        smtp_reply=row.smtp_reply or "",
        error=row.last_error or "",
        private=row.escalation_id is not None,
        letter=read(raw) if raw else None,
        by=row.context.get("by", "") if row.kind in BY_PEOPLE else "",
        text=row.context.get("text", "") if row.kind in BY_PEOPLE else "",
        files=tuple(one["filename"] for one in row.context.get("files") or ()),
        copy=row.key.endswith(":copy"),
    )


BY_PEOPLE = frozenset(
    {OutboundKind.REPLY, OutboundKind.CLOSING, OutboundKind.N2_MESSAGE, OutboundKind.INCIDENT, OutboundKind.INCIDENT_N2}
)
"""The mails whose text a person wrote."""


def voicemail(row: Any) -> Voicemail:
    """The line of one recording."""
    return Voicemail(
        id=row.id,
        at=row.recorded_at,
        seconds=max(row.seconds, 0),
        lang=row.lang,
        text=row.transcript or "",
        sound=f"/desk/recordings/{row.id}/sound" if row.sha256 else "",
        state="pending" if row.seconds and not row.fetched_at else "gone" if row.fetched_at else "empty",
        error=row.last_error or "" if row.state == "held" else "",
    )


def _decisions(row: InboundRow) -> list[Decision]:
    """Why the sender was not acknowledged; that one was is plain from the mail itself, or from it having been late."""
    if row.disposition != Disposition.CASE or row.acknowledgement in (None, Verdict.SENT):
        return []
    return [Decision(at=row.received_at, word="not_acknowledged", data={"verdict": row.acknowledgement})]


MACHINES = frozenset({"intake", "phone", "sweep", "rule", "requester", "jira"})
"""Actors that are no person of ours."""


def _person(entry: Any) -> str:
    return "" if entry.actor in MACHINES else entry.actor or ""


def _particulars(entry: Any) -> dict[str, Any]:
    data = dict(entry.data or {})
    if entry.kind == EntryKind.REQUESTER_PROPOSED:
        data |= {"name": data["address"]["name"], "address": data["address"]["address"]}
    return data | ({"text": entry.text} if entry.text else {})


def acknowledged(lines: Sequence[Line]) -> Mail | None:
    """The receipt among the lines, or None."""
    return next((one for one in lines if isinstance(one, Mail) and one.what in RECEIPTS), None)
