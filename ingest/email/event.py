"""A raw mail becomes an `InboundEvent`: parsed, screened, its new text and the person inside a forward found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases.event import Address, Channel, Dmarc, InboundEvent, MessageKind, Requester, SenderKind
from cases.profile import KnownSender, Profile
from cases.robots import is_robot_address
from cases.tokens import Signer
from ingest.email import dsn, forward
from ingest.email.forward import Forwarded, new_text
from ingest.email.parse import parse, parse_apart
from ingest.email.parsed import ParsedMail
from ingest.email.screen import Screened, is_own_address, screen

SHOWN = ("auto-submitted", "importance", "list-id", "precedence", "x-mailer", "x-priority")
"""The header fields that the desk shows beside a message."""

_SHOWN_CHARS = 500
_BARE_NOTE = 150
_DELIVERY_FIELDS = ("delivered-to", "x-original-to", "envelope-to", "resent-to")
_MAX_RECIPIENTS = 200


@dataclass(frozen=True, slots=True)
class Content:
    """The texts of one mail, and who wrote the message inside it."""

    text: str
    reply_text: str
    person: Requester | None


def normalise(raw: bytes, source: str, received_at: datetime, profile: Profile, signer: Signer) -> InboundEvent:
    """The event of one raw mail that mailbox `source` received. Never raises on what a mail holds."""
    return _event(parse(raw), source, received_at, profile, signer)


def normalise_apart(raw: bytes, source: str, received_at: datetime, profile: Profile, signer: Signer) -> InboundEvent:
    """The same, parsed in a process of its own: for a mail that was in hand when a process died."""
    return _event(parse_apart(raw), source, received_at, profile, signer)


def _event(mail: ParsedMail, source: str, received_at: datetime, profile: Profile, signer: Signer) -> InboundEvent:
    screened = screen(mail, profile, signer)
    content = _content(mail, screened, profile)
    sender = _sender(mail, screened, profile)
    return InboundEvent(
        channel=Channel.EMAIL,
        source=source,
        received_at=received_at,
        fingerprint=mail.fingerprint,
        sender=sender,
        kind=screened.kind,
        screening=screened.rule,
        spam=screened.spam,
        own=screened.own,
        spoofed_staff=screened.spoofed_staff,
        no_auto_response=screened.no_auto_response,
        sender_kind=_sender_kind(mail, screened, profile),
        relay=_relay(mail, screened, profile),
        dmarc=screened.dmarc,
        reply_to=mail.reply_to[0] if mail.reply_to else None,
        reverse_path=mail.header("return-path").strip("<> ").lower(),
        recipients=_recipients(mail),
        copied=_copied(mail, sender, profile),
        message_id=mail.message_id,
        references=tuple(dict.fromkeys(filter(None, (*mail.references, mail.in_reply_to)))),
        sent_at=mail.date,
        subject=mail.subject,
        text=content.text,
        reply_text=content.reply_text,
        attachments=mail.attachments,
        forwarded=content.person,
        delivery_report=dsn.read(mail) if screened.kind is MessageKind.BOUNCE else None,
        degraded=mail.degraded,
        defects=mail.defects,
        headers=_shown(mail),
    )


def _content(mail: ParsedMail, screened: Screened, profile: Profile) -> Content:
    """What a relay passes on is new text; what somebody quotes of their own, or of us, is not."""
    found = forward.find(mail) if screened.kind is MessageKind.MESSAGE else None
    if found is None or (found.person and is_own_address(found.person.address.address, profile)):
        return Content(mail.text, new_text(mail, None), None)
    text = f"{mail.text}\n\n{found.text}".strip() if found.attached else mail.text
    return Content(text, new_text(mail, found), _proposed(found, mail.sender, bool(_relay(mail, screened, profile))))


def _proposed(found: Forwarded, sender: Address, relayed: bool) -> Requester | None:
    """The person inside, unless it is the forwarder or a robot: then there is nobody else to propose.

    People also forward what an authority wrote to them, with their own question above it: only a known relay is taken
    at its word.
    """
    person = found.person
    if person is None or person.address.address == sender.address or is_robot_address(person.address.address):
        return None
    doubt = 1.0 if relayed else 0.7 if len(found.note) <= _BARE_NOTE else 0.4
    return replace(person, confidence=round(person.confidence * doubt, 2))


def _sender(mail: ParsedMail, screened: Screened, profile: Profile) -> Address:
    """Who wrote: behind a known web form it is the Reply-To, unless the form's own address is forged."""
    known = profile.sender_kind(mail.sender.address)
    if known is not SenderKind.FORM or screened.dmarc is Dmarc.FAIL:
        return mail.sender
    return next((address for address in mail.reply_to if "@" in address.address), mail.sender)


def _sender_kind(mail: ParsedMail, screened: Screened, profile: Profile) -> SenderKind | None:
    """What the profile knows of the address in `From`, unless it is forged."""
    forged = screened.dmarc is Dmarc.FAIL or screened.spoofed_staff
    return None if forged else profile.sender_kind(mail.sender.address)


def _relay(mail: ParsedMail, screened: Screened, profile: Profile) -> str:
    """The label of the relay that sent it, or ''."""
    if _sender_kind(mail, screened, profile) is not SenderKind.RELAY:
        return ""
    known = _known_sender(mail.sender.address, profile)
    return known.label or known.match if known else ""


def _known_sender(address: str, profile: Profile) -> KnownSender | None:
    by_match = {known.match.lower(): known for known in profile.senders}
    return by_match.get(address) or by_match.get("@" + address.rpartition("@")[2])


def _recipients(mail: ParsedMail) -> tuple[str, ...]:
    """Every address it was sent or delivered to: an alias shows in the delivery fields only."""
    delivered = (
        address.strip("<> ").lower()
        for name in _DELIVERY_FIELDS
        for value in mail.header_all(name)
        for address in value.split(",")
    )
    named = (address.address for address in (*mail.to, *mail.cc))
    return tuple(dict.fromkeys(address for address in (*named, *delivered) if "@" in address))[:_MAX_RECIPIENTS]


def _copied(mail: ParsedMail, sender: Address, profile: Profile) -> tuple[Address, ...]:
    """The others who received it: neither we nor the sender."""
    others = {
        address.address: address
        for address in (*mail.to, *mail.cc)
        if "@" in address.address and address.address != sender.address and not is_own_address(address.address, profile)
    }
    return tuple(others.values())[:_MAX_RECIPIENTS]


def _shown(mail: ParsedMail) -> Mapping[str, str]:
    return {name: value[:_SHOWN_CHARS] for name in SHOWN if (value := mail.header(name))}
