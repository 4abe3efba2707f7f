"""What a mail would say, before it is decided that it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from cases.mails import Mail
from cases.profile import Profile
from cases.tokens import Signer
from notify.templates import Templates
from notify.values import Values


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as its receiver would read it, but for its files' contents. `kind` is one of `OutboundKind`."""

    recipient: str
    lang: str
    subject: str
    text: str
    kind: str = ""


@dataclass(slots=True, kw_only=True)
class _Row:
    """The row that the mail has not become."""

    id: int = 0
    kind: str
    case_id: int
    mailbox: str
    recipient: str
    lang: str
    message_id: str = ""
    automatic: bool
    context: Mapping[str, Any]
    escalation_id: int | None = None
    created_at: datetime


def preview(mail: Mail, profile: Profile, signer: Signer, now: datetime) -> Preview:
    """The text of an escalation. Raises PermanentError where the profile's text cannot be rendered."""
    columns = {
        "kind": mail.kind,
        "case_id": mail.case_id,
        "mailbox": mail.mailbox,
        "recipient": mail.recipient,
        "lang": mail.lang,
        "automatic": mail.automatic,
        "context": mail.context,
        "escalation_id": mail.escalation_id,
        "created_at": now,
    }
    return preview_of(columns, profile, signer)


def preview_of(columns: Mapping[str, Any], profile: Profile, signer: Signer, public_url: str = "") -> Preview:
    """The text of a mail from the columns that its row would have. Raises PermanentError."""
    row = _Row(**{one.name: columns[one.name] for one in fields(_Row) if one.name in columns})
    named = [one["filename"] for one in row.context.get("files", ())]
    attached = {"files": named, "original": "original.eml" if row.context.get("original") else "", "left_out": []}
    values = Values(profile, signer, public_url).of(row) | attached
    subject, text = Templates(profile).render(row.kind, row.lang, values)
    return Preview(row.recipient, row.lang, subject, text, row.kind)
