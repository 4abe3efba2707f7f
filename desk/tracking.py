"""What a citizen is shown of their case: how far it is, and, once they typed their address, what was said. Pure: rows
in, values out. What our own people and the second level write among themselves is never in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from cases.case import BY_STAFF, Disposition, EntryKind, Status
from cases.policy import OutboundKind
from cases.timers import unrecalled
from cases.tokens import Signer
from desk.waiting import waits

THEIRS = frozenset({Disposition.CASE, Disposition.REPLY})
OURS = frozenset({OutboundKind.REPLY, OutboundKind.CLOSING})
"""The mails that a person of ours wrote."""
TAKEN = frozenset({EntryKind.ASSIGNED, EntryKind.ANSWERED, EntryKind.ESCALATED, EntryKind.WAITING})
"""Lines that show that somebody has begun."""


class Stage(StrEnum):
    """The steps of a case, in their order."""

    RECEIVED = "received"
    TAKEN = "taken"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reached:
    """A step: when it was reached, None where it is still to come. `now`: the case stands there."""

    stage: Stage
    at: datetime | None
    now: bool = False


def stages(case: Any, entries: Sequence[Any]) -> list[Reached]:
    """The steps of a case. One that was passed over, such as an answer before the end, is left out."""
    reached = dict(_reached(case, entries))
    closed = case.status == Status.CLOSED
    shown = [one for one in Stage if one in reached or not (closed or one is Stage.PASSED_ON)]
    here = _here(case, reached)
    return [Reached(one, reached.get(one), one is here) for one in shown]


def _reached(case: Any, entries: Sequence[Any]) -> Iterator[tuple[Stage, datetime]]:
    yield Stage.RECEIVED, case.opened_at
    firsts: dict[str, datetime] = {}
    for entry in unrecalled(entries):
        firsts.setdefault(entry.kind, entry.at)
    begun = [at for kind, at in firsts.items() if kind in TAKEN]
    if begun or case.status not in (Status.NEW, Status.CLOSED):
        yield Stage.TAKEN, min(begun, default=case.touched_at)
    if EntryKind.ESCALATED in firsts:
        yield Stage.PASSED_ON, firsts[EntryKind.ESCALATED]
    if EntryKind.ANSWERED in firsts:
        yield Stage.ANSWERED, firsts[EntryKind.ANSWERED]
    if case.status == Status.CLOSED:
        yield Stage.CLOSED, case.closed_at or case.touched_at


def _here(case: Any, reached: Mapping[Stage, datetime]) -> Stage:
    at = {Status.NEW: Stage.RECEIVED, Status.ESCALATED: Stage.PASSED_ON, Status.CLOSED: Stage.CLOSED}
    here = at.get(Status(case.status), Stage.ANSWERED if Stage.ANSWERED in reached else Stage.TAKEN)
    return here if here in reached else Stage.RECEIVED


class Who(StrEnum):
    """Who may see what was said: whom the case is about, and who wrote for them."""

    REQUESTER = "requester"
    SUBMITTER = "submitter"


def known_as(case: Any, typed: str, signer: Signer) -> Who | None:
    """Who has that address; None where it is neither's. It takes as long whichever it is."""
    key = signer.person_key(typed.strip())
    same = {who: compare_digest(key, signer.person_key(getattr(case, who) or "")) for who in Who}
    found = next((who for who, is_same in same.items() if is_same), None)
    return found if typed.strip() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of theirs, or an answer of ours. `files` are names: a file is not handed out again."""

    at: datetime
    mine: bool
    subject: str
    text: str
    lang: str
    files: tuple[str, ...] = ()


def said(case: Any, received: Sequence[Any], sent: Sequence[Any], signer: Signer) -> list[Said]:
    """What the two of them wrote and were answered, oldest first."""
    addresses = {case.requester, case.submitter} - {""}
    keys = {signer.person_key(one) for one in addresses} | ({case.person_key} if case.person_key else set())
    theirs = [_theirs(row) for row in received if _is_theirs(row, keys)]
    ours = [_ours(row) for row in sent if _is_ours(row, addresses)]
    return sorted([*theirs, *ours], key=lambda one: one.at)


def _is_theirs(row: Any, keys: Collection[str]) -> bool:
    public = row.disposition in THEIRS and row.reason != BY_STAFF and row.escalation_id is None
    return public and row.person_key in keys


def _theirs(row: Any) -> Said:
    content = row.content or {}
    return Said(
        at=row.received_at,
        mine=True,
        subject=row.subject or "",
        text=content.get("reply_text") or content.get("text", ""),
        lang=content.get("lang", ""),
        files=tuple(one["filename"] for one in content.get("attachments", ())),
    )


def _is_ours(row: Any, addresses: Collection[str]) -> bool:
    public = row.kind in OURS and row.escalation_id is None and row.state != "held" and not waits(row)
    return public and row.recipient in addresses and bool((row.context or {}).get("text"))


def _ours(row: Any) -> Said:
    return Said(at=row.sent_at or row.created_at, mine=False, subject="", text=row.context["text"], lang=row.lang)
