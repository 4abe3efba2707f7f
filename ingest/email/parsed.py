"""The value that the parser returns: everything a raw RFC 5322 message says, safe to store."""

from dataclasses import dataclass
from datetime import datetime

from cases.event import Address, Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A parsed message. Every text is storable: NFC, no NUL, no surrogates, header values without CR/LF.

    `headers` keeps the decoded header fields in their order with names in lower case (trace fields included), so that
    screening can look at any of them. `text` is the readable body (from text/plain, else from HTML); `html` is the
    raw, *unsafe* HTML body or ''. `nested` are the raw bytes of attached message/rfc822 parts and of the
    machine-readable parts of a report, as (content_type, bytes). `defects` are short snake_case words. `fingerprint`
    is 64 hex digits over Message-ID, From, Date, Subject and the decoded body parts: equal for two deliveries of one
    mail. `degraded` is the reason why the mail could not be read properly, or ''.
    """

    message_id: str = ""
    subject: str = ""
    sender: Address = Address("", "")
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    nested: tuple[tuple[str, bytes], ...] = ()
    content_type: str = "text/plain"
    report_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    size: int = 0
    defects: tuple[str, ...] = ()
    fingerprint: str = ""
    degraded: str = ""

    def header(self, name: str) -> str:
        """The first value of that header field, or ''."""
        for key, value in self.headers:
            if key == name:
                return value
        return ""

    def header_all(self, name: str) -> tuple[str, ...]:
        """All values of that header field, topmost first."""
        return tuple(value for key, value in self.headers if key == name)
