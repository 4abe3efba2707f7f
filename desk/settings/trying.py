"""A mail that is tried: pasted or uploaded, read as one that came in."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from desk.posted import Posted
from desk.service import Service

LARGEST = 10_000_000
"""Bytes of an uploaded mail."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed; `file` are the bytes of a mail that was uploaded, which go before."""

    mailbox: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    file: bytes = b""

    @property
    def fault(self) -> str:
        """What is wrong with it, '' where nothing is."""
        if len(self.file) > LARGEST:
            return "large"
        return "" if self.file or self.text.strip() else "empty"


def draft(posted: Posted, service: Service) -> Draft:
    """What a form asks to be tried; the first mailbox where it names none that there is."""
    fields, known = posted.fields, [box.name for box in service.profile.mailboxes]
    named = fields.get("mailbox", "")
    upload = posted.files[0].content.read(LARGEST + 1) if posted.files else b""
    return Draft(
        mailbox=named if named in known else known[0],
        sender=_line(fields.get("sender", "")),
        subject=_line(fields.get("subject", "")),
        text=fields.get("text", ""),
        file=bytes(LARGEST + 1) if posted.too_large else upload,
    )


def mail(typed: Draft, service: Service) -> bytes:
    """The mail as it would come in (RFC 5322)."""
    if typed.file:
        return typed.file
    made = EmailMessage(policy=SMTP.clone(utf8=True))
    made["From"] = typed.sender or "jeanne.dupont@example.org"
    made["To"] = service.profile.mailbox(typed.mailbox).address
    made["Subject"] = typed.subject
    made["Date"] = format_datetime(service.clock())
    made.set_content(typed.text)
    return made.as_bytes()


def _line(text: str) -> str:
    """On one line: a field's body."""
    return " ".join(text.split())[:500]
