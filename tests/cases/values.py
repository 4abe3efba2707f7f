"""A profile and an event as tests of the domain need them: ordinary ones, with what the test is about changed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cases.event import Address, Channel, InboundEvent, SenderKind
from cases.profile import AutomaticMail, Category, KnownSender, Mailbox, Motif, Profile, Tool

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OURS = "help@example.org"
TEAM = "team@example.be"
CITIZEN = "an.peeters@example.com"
LABELS = {"fr": "a", "de": "b", "nl": "c", "en": "d"}

PROFILE = Profile(
    name="test",
    case_prefix="TST",
    service=LABELS,
    mail_domain="example.org",
    categories=(Category(id="requete", labels=LABELS),),
    motifs=(Motif(id="acces", category="requete", labels=LABELS),),
    tools=(Tool(id="notice", labels=LABELS),),
    mailboxes=(Mailbox(name="help", address=OURS, display_name="Help", aliases=("info@example.org",), team=TEAM),),
    senders=(
        KnownSender(match="silent@example.com", kind=SenderKind.NO_ACKNOWLEDGEMENT),
        KnownSender(match="@relay.example.com", kind=SenderKind.RELAY, label="1718"),
    ),
    automatic_mail=AutomaticMail(budget=2, mailbox_per_hour=100, staff_budget=10),
)

EVENT = InboundEvent(
    channel=Channel.EMAIL,
    source="help",
    received_at=NOW,
    fingerprint="f" * 64,
    sender=Address("An Peeters", CITIZEN),
    recipients=(OURS,),
    subject="My permit",
    text="Good morning",
)


def event(**changes: Any) -> InboundEvent:
    """An ordinary mail of a citizen, with these fields changed; `address` changes the sender's."""
    if "address" in changes:
        changes["sender"] = Address("", changes.pop("address"))
    return replace(EVENT, **changes)


def profile(**changes: Any) -> Profile:
    """The test profile with these fields changed."""
    return replace(PROFILE, **changes)


def with_mailbox(**changes: Any) -> Profile:
    """The test profile with its one mailbox changed."""
    return replace(PROFILE, mailboxes=(replace(PROFILE.mailboxes[0], **changes),))
