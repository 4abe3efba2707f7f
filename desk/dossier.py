"""The rows of a case as the value that actions look at. Pure: rows in, a dossier out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cases.case import BY_STAFF, Disposition, EntryKind, Status
from cases.dossier import Dossier, Line, Message, Stay, Thread, mailbox_of
from cases.event import CHOSEN, Address, Attachment, Channel, Tags
from cases.mails import TO_STAFF
from cases.priority import Assessment, Priority, Reason
from cases.profile import Profile
from cases.routing import Queue
from cases.secondlevel import Outcome

PERSONS = frozenset({Disposition.CASE, Disposition.REPLY, Disposition.SPAM})
"""Where a message goes that a person wrote."""

AS_KEPT = (
    *("id", "number", "version", "hidden", "merged_into", "opened_at", "source", "subject", "lang", "scope", "review"),
    *("category", "motif", "tool", "submitter", "relay", "copied"),
)
"""What of a case is as its row has it."""

NEWEST = 10
"""Message-IDs that a mail refers to."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one case, each list oldest first. `transcripts` are those of messages left on the phone. `inbound`
    and `outbound` have those of the cases that were merged into it, whose ids are `merged`."""

    case: Any
    entries: Sequence[Any] = ()
    inbound: Sequence[Any] = ()
    outbound: Sequence[Any] = ()
    escalations: Sequence[Any] = ()
    transcripts: Sequence[str] = ()
    merged: Sequence[int] = ()


def dossier(rows: Rows, profile: Profile) -> Dossier:
    """The dossier of a case."""
    case = rows.case
    return Dossier(
        **{name: getattr(case, name) for name in AS_KEPT},
        status=Status(case.status),
        channel=Channel(case.channel),
        mailbox=mailbox_of(profile, case.source),
        model=(case.tags or {}).get("model", ""),
        tagging=case.tags or {},
        opened_by=next((row.id for row in rows.inbound if _opens(row, case.id)), None),
        proposed=case.linked_case_id,
        merged=tuple(rows.merged),
        assessment=_assessment(case),
        queue=Queue(case.queue),
        routing=case.routing or {},
        agent=case.agent or "",
        requester=Address(case.requester_name, case.requester),
        phone=case.phone or "",
        flags=tuple(case.flags),
        fields=case.fields or {},
        timeline=tuple(_line(row) for row in rows.entries),
        messages=tuple(replace(_message(row), merged=row.case_id != case.id) for row in rows.inbound),
        stays=tuple(_stay(row) for row in rows.escalations),
        transcripts=tuple(rows.transcripts),
        thread=_thread(rows, private=False),
        private_thread=_thread(rows, private=True),
    )


def _opens(row: Any, case_id: int) -> bool:
    return bool(row.disposition == Disposition.CASE and row.case_id == case_id)


def _assessment(case: Any) -> Assessment:
    told = case.assessment or {}
    return Assessment(
        impact=case.impact,
        urgency=case.urgency,
        priority=Priority(case.priority),
        reasons=tuple(map(Reason, told.get("reasons", ()))),
        corrected_by=told.get("corrected_by", ""),
    )


def _line(row: Any) -> Line:
    return Line(kind=EntryKind(row.kind), at=row.at, actor=row.actor, text=row.text, data=row.data or {})


def _message(row: Any) -> Message:
    content = row.content or {}
    return Message(
        id=row.id,
        at=row.received_at,
        sender=row.sender or "",
        subject=row.subject or "",
        text=content.get("reply_text") or content.get("text", ""),
        tags=tags_of(content),
        message_id=content.get("message_id", ""),
        sha256=row.sha256,
        attachments=tuple(Attachment(**one) for one in content.get("attachments", ())),
        person=_is_theirs(row),
        private=row.escalation_id is not None,
    )


def _is_theirs(row: Any) -> bool:
    """Whether somebody who asks wrote it, and none of our own people."""
    return row.disposition in PERSONS and row.reason != BY_STAFF


def tags_of(content: Content) -> Tags:
    """The tags that were kept with a message (`ingest.rows.content`); they were in doubt where they have a reason."""
    details = content.get("tags", {})
    labels = {name: content.get(name, "") for name in ("lang", "category", "motif", "tool", "scope")}
    return Tags(
        **labels,
        urgency=details.get("urgency", 3),
        impact=details.get("impact", 3),
        several_requests=details.get("several_requests", False),
        confidence=details.get("confidence", {}),
        review=bool({*details.get("reason", "unknown").split(", ")} - {"", CHOSEN}),
        reason=details.get("reason", ""),
        evidence=tuple(details.get("evidence", ())),
        members=details.get("members", {}),
        cues=details.get("cues", {}),
        model=details.get("model", ""),
    )


def _stay(row: Any) -> Stay:
    outcome = Outcome(row.outcome) if row.outcome else None
    return Stay(id=row.id, n2=row.n2, ticket=row.ticket or "", outcome=outcome)


def _thread(rows: Rows, *, private: bool) -> Thread:
    """What the next mail of one conversation answers: the last that was written to us in it, or else our own last."""
    theirs = [
        (row.received_at, 0, (row.content or {}).get("message_id", ""))
        for row in rows.inbound
        if (row.escalation_id is not None) is private and (private or _is_theirs(row))
    ]
    ours = [
        (row.created_at, 1, row.message_id)
        for row in rows.outbound
        if (row.escalation_id is not None) is private and row.kind not in TO_STAFF
    ]
    known = [identity for _, _, identity in sorted([*theirs, *ours]) if identity]
    if not known:
        return Thread()
    parent = next((identity for _, _, identity in reversed(theirs) if identity), known[-1])
    until = known.index(parent) + 1
    return Thread(parent, tuple(known[:until][-NEWEST:]))
