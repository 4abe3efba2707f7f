"""A row of the outbox as the mail is written from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


class OutboundRow(Protocol):
    """What is read of a row of the outbox; docs/mails.md says what `context` holds, by kind.

    `automatic` is False where a person wrote the mail; `escalation_id` is set in a thread with the second level.
    """

    id: int
    kind: str
    case_id: int
    mailbox: str
    recipient: str
    lang: str
    message_id: str
    automatic: bool
    context: Mapping[str, Any]
    escalation_id: int | None
    created_at: datetime
