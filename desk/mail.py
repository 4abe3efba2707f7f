"""Reads mails that we wrote ourselves, to show them as their receiver would see them."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

SHOWN = ("Message-ID", "In-Reply-To", "Reply-To", "Auto-Submitted", "X-Auto-Response-Suppress")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail for people: `html` is its formatted body or '', `fields` the header fields that show how it was marked."""

    sender: str
    recipient: str
    subject: str
    lang: str
    text: str
    html: str
    fields: tuple[tuple[str, str], ...]


def read(raw: bytes) -> Letter:
    """The letter in these bytes."""
    message = message_from_bytes(raw, EmailMessage, policy=policy.default)
    return Letter(
        sender=_field(message, "From"),
        recipient=_field(message, "To"),
        subject=_field(message, "Subject"),
        lang=_field(message, "Content-Language"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        fields=tuple((name, value) for name in SHOWN if (value := _field(message, name))),
    )


def _field(message: EmailMessage, name: str) -> str:
    return str(message.get(name, "")).strip()


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()).strip() if part is not None else ""
