"""An outgoing mail as a value, and the row of the outbox that it becomes. Who decides that one leaves makes a `Mail`.

Its key makes it unique for ever: a mail that is decided twice leaves once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.policy import OutboundKind
from cases.tokens import Signer

PRIVATE = frozenset({OutboundKind.ESCALATION, OutboundKind.N2_MESSAGE, OutboundKind.N2_REMINDER})
"""The mails of the thread with the second level; everything about them is kept from the requester."""

TO_STAFF = frozenset(
    {OutboundKind.NOTICE, OutboundKind.ESCALATED, OutboundKind.ALARM, OutboundKind.EVENT}
    | {OutboundKind.WAVE, OutboundKind.INCIDENT_N2}
)
"""The mails to people at work about a case, none of which is part of what is written with its requester."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address. `mailbox` is the one in whose name it leaves; `automatic` says that no person wrote it.

    `context` is what its text is made from (docs/mails.md names it by kind), with `number`, `in_reply_to` and
    `references`. `escalation_id` is set for the mails of a thread with the second level. It waits for as long as `wait`
    before it may leave.
    """

    kind: OutboundKind
    key: str
    case_id: int
    mailbox: str
    recipient: str
    lang: str
    context: Mapping[str, Any] = field(default_factory=dict)
    automatic: bool = True
    escalation_id: int | None = None
    wait: timedelta = timedelta()


def row(mail: Mail, signer: Signer, domain: str, now: datetime, person_key: str | None) -> dict[str, Any]:
    """The columns of the outbox. `domain` is the right side of its Message-ID; `person_key` whose data it is."""
    identify = signer.thread_message_id if mail.kind in PRIVATE else signer.message_id
    return {
        "key": mail.key,
        "kind": mail.kind,
        "case_id": mail.case_id,
        "mailbox": mail.mailbox,
        "recipient": mail.recipient,
        "lang": mail.lang,
        "message_id": identify(mail.case_id, mail.key, domain),
        "automatic": mail.automatic,
        "context": dict(mail.context),
        "escalation_id": mail.escalation_id,
        "created_at": now,
        "due_at": now + mail.wait,
        "person_key": person_key,
    }
