"""A mail that is tried: pasted or uploaded, read as one that came in."""

from dataclasses import dataclass
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
    """The mail as it would come in (RFC 5322, RFC 6532). What was typed stands in it as it is: the library that makes
    mails breaks on some senders, and who tries one may mean to try just that."""
    if typed.file:
        return typed.file
    head = {
        "From": typed.sender or "jeanne.dupont@example.org",
        "To": service.profile.mailbox(typed.mailbox).address,
        "Subject": typed.subject,
        "Date": format_datetime(service.clock()),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    lines = [*(f"{name}: {value}" for name, value in head.items()), "", *typed.text.splitlines(), ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _line(text: str) -> str:
    """On one line: a field's body."""
    return " ".join(text.split())[:500]
