"""What the tests of this package share: the real profile, rows of the outbox, and a clock that a test moves."""

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from app.profile import load
from cases.profile import Profile
from cases.tokens import Signer
from notify.compose import Composer
from notify.deliver import Delivery
from notify.submission import Sender
from store.tables import outbound
from store.tx import Store
from tests.servers.smtp import SmtpSink

HELLO = "monpermis.example.be"
NOW = datetime(2026, 11, 22, 9, 2, tzinfo=UTC)
CASE = 202600000412
SIGNER = Signer(b"the secret of the tests")
PUBLIC_URL = "https://assistance.example.be"
CONTEXT = {
    "number": "MPA-26-00412",
    "subject": "Je n'arrive plus à me connecter",
    "sender": "jeanne.dupont@example.org",
    "category": "incident",
    "motif": "incident",
    "tool": "mon_espace",
    "scope": "in",
    "confidence": {"motif": 0.912, "tool": 0.874, "scope": 0.99},
    "review": False,
    "flags": [],
    "in_reply_to": "<question@example.org>",
    "references": ["<earlier@example.org>", "<question@example.org>"],
}


@functools.cache
def profile(**changes: Any) -> Profile:
    """The profile that ships with the program, its first mailbox changed as asked."""
    found = load(Path(__file__).parents[2] / "profiles" / "mon-permis")
    return replace(found, mailboxes=(replace(found.mailboxes[0], **changes), *found.mailboxes[1:]))


def composer(**changes: Any) -> Composer:
    """A composer for that profile."""
    return Composer(profile(**changes), SIGNER, PUBLIC_URL)


@dataclass
class Row:
    """An outbound row without a database."""

    id: int = 7
    kind: str = "acknowledgement"
    case_id: int = CASE
    mailbox: str = "assistance"
    recipient: str = "jeanne.dupont@example.org"
    lang: str = "fr"
    message_id: str = "<c2l2mt4t8-0123456789ab.abcdefghijklmnop@monpermis.example.be>"
    automatic: bool = True
    context: dict[str, Any] = field(default_factory=lambda: dict(CONTEXT))
    escalation_id: int | None = None
    created_at: datetime = NOW


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


def queue(store: Store, count: int = 1, at: datetime = NOW, recipient: Callable[[int], str] | None = None) -> list[int]:
    """Open one case and queue acknowledgements to that many people; the ids of their rows."""
    address = recipient or (lambda index: f"person{index}@example.org")
    with store.transaction("test") as tx:
        if tx.cases.find(CASE) is None:
            tx.cases.add([_case(at)])
        known = {row.id for row in tx.outbound.latest(10_000)}
        tx.outbound.add_once([_row(address(index), at, len(known) + index) for index in range(count)])
        return sorted({row.id for row in tx.outbound.latest(10_000)} - known)


def delivery_of(store: Store, sender: Sender, clock: Callable[[], datetime]) -> Delivery:
    """A delivery of both mailboxes through one sender."""
    senders = {"assistance": sender, "beistand": sender}
    return Delivery(store=store, profile=profile(), composer=composer(), senders=senders, clock=clock)


def row(store: Store, identity: int) -> Any:
    """The row as it stands now."""
    with store.reading() as tx:
        return tx.outbound.get(identity)


def change(store: Store, identity: int, **columns: Any) -> None:
    """Write columns of a row, past all rules."""
    with store.transaction("test") as tx:
        tx.connection.execute(update(outbound).where(outbound.c.id == identity).values(**columns))


def copies(sink: SmtpSink) -> Counter[str]:
    """How often each Message-ID came to the sink."""
    return Counter(mail.message["Message-ID"] for mail in sink.messages)


def _row(recipient: str, at: datetime, index: int) -> dict[str, Any]:
    key = f"acknowledgement:{CASE}:{index}"
    return {
        "key": key,
        "kind": "acknowledgement",
        "case_id": CASE,
        "mailbox": "assistance",
        "recipient": recipient,
        "lang": "fr",
        "message_id": SIGNER.message_id(CASE, key, "monpermis.example.be"),
        "automatic": True,
        "context": CONTEXT,
        "created_at": at,
        "due_at": at,
    }


def _case(at: datetime) -> dict[str, Any]:
    labels = {"category": "incident", "motif": "incident", "tool": "", "scope": "in", "review": False, "tags": {}}
    person = {"requester_name": "", "requester": "jeanne.dupont@example.org", "submitter": "jeanne.dupont@example.org"}
    return {
        "id": CASE,
        "number": "MPA-26-00412",
        "status": "new",
        "channel": "email",
        "source": "assistance",
        "subject": "",
        "lang": "fr",
        "flags": [],
        "hidden": False,
        "opened_at": at,
        "touched_at": at,
        **labels,
        **person,
    }
