"""An escalation as it is decided, by a person or by a rule, and the two mails that leave for it.

What the second level is told of a person is masked unless the profile says that it may see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.mails import Mail
from cases.policy import OutboundKind
from cases.priority import Priority
from cases.secondlevel import SecondLevel, Via


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the second level is told of a case. `text` are the requester's own words, `original` the SHA-256 of the
    message as it came ('' for a call), `mailbox` the one in whose name is written."""

    id: int
    number: str
    mailbox: str
    priority: Priority
    category: str
    motif: str
    tool: str
    lang: str
    requester: str
    subject: str
    text: str
    opened_at: datetime
    original: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why a case is escalated, and by whom. `by` is a person's name, '' where the rule named `rule` did it.

    `confirm_to` is who is told that it left. `files` are {"filename", "content_type", "sha256"} of the attachments that
    were chosen; `ticket` is the second level's own key, where the case has been there before.
    """

    n2: SecondLevel
    wording: str
    confirm_to: str
    confirm_lang: str
    by: str = ""
    rule: str = ""
    since: str = ""
    affected: str = ""
    tried: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    ticket: str = ""

    def details(self) -> dict[str, Any]:
        """The column `details` of the escalation."""
        return {
            "since": self.since,
            "affected": self.affected,
            "tried": self.tried,
            "files": [dict(one) for one in self.files],
        }


def key(escalation_id: int) -> str:
    """The key in the outbox of an escalation's mail to the second level; those that follow refer to that mail."""
    return f"{OutboundKind.ESCALATION}:{escalation_id}"


def mails(request: Request, case: Case, escalation_id: int, due_at: datetime | None) -> tuple[Mail, ...]:
    """The full case to the second level, unless it is asked by a ticket, and word to who escalated, where there is an
    address for it."""
    asked = () if request.n2.via is Via.JIRA else (to_second_level(request, case, escalation_id, due_at),)
    if not request.confirm_to:
        return asked
    confirmation = Mail(
        kind=OutboundKind.ESCALATED,
        key=f"{OutboundKind.ESCALATED}:{escalation_id}",
        case_id=case.id,
        mailbox=case.mailbox,
        recipient=request.confirm_to,
        lang=request.confirm_lang,
        context=_shared(request, case, due_at),
    )
    return (*asked, confirmation)


def to_second_level(request: Request, case: Case, escalation_id: int, due_at: datetime | None) -> Mail:
    """The full case to the second level."""
    return Mail(
        kind=OutboundKind.ESCALATION,
        key=key(escalation_id),
        case_id=case.id,
        mailbox=case.mailbox,
        recipient=request.n2.address,
        lang=request.n2.language,
        context=_case_for(request, case, due_at),
        automatic=not request.by,
        escalation_id=escalation_id,
    )


def _shared(request: Request, case: Case, due_at: datetime | None) -> dict[str, Any]:
    """What both mails say."""
    return {
        "number": case.number,
        "n2": request.n2.label,
        "ticket": request.ticket,
        "priority": case.priority,
        "category": case.category,
        "motif": case.motif,
        "tool": case.tool,
        "rule": request.rule,
        "by": request.by,
        "wording": request.wording,
        "due": due_at.isoformat() if due_at else "",
    }


def _case_for(request: Request, case: Case, due_at: datetime | None) -> dict[str, Any]:
    shown = request.n2.shown
    return {
        **_shared(request, case, due_at),
        "wording": shown(request.wording),
        "since": shown(request.since),
        "affected": shown(request.affected),
        "tried": shown(request.tried),
        "masked": not request.n2.unmasked,
        "requester": case.requester if request.n2.unmasked else "",
        "lang": case.lang,
        "subject": shown(case.subject),
        "text": shown(case.text),
        "opened_at": case.opened_at.isoformat(),
        "files": [{**one, "filename": shown(one["filename"])} for one in request.files],
        "original": case.original if request.n2.unmasked else "",
    }
