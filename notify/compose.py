"""From an outbound row to the bytes that leave, and to their envelope. Nothing here does I/O.

The bytes depend on the row, the profile and the templates alone: Message-ID and Date were fixed with the row. They are
written by hand because `EmailMessage` takes milliseconds for what takes microseconds here.
"""

import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Protocol

from cases.errors import PermanentError
from cases.policy import OutboundKind
from cases.profile import Labels, Mailbox, Profile, ReversePath, SubAddressing
from cases.tokens import Signer
from notify import headers
from notify.html import page
from notify.layout import blocks, plain
from notify.templates import Templates

_LONGEST_LOCAL = 64
_CONFIDENCES = ("motif", "tool", "scope")
_AUTO_SUBMITTED = {
    OutboundKind.ACKNOWLEDGEMENT: "auto-replied",
    OutboundKind.NOTICE: "auto-generated",
    OutboundKind.UNREACHED: "auto-generated",
}


class OutboundRow(Protocol):
    """What is read of a row of the outbox.

    `context` holds `number`, `in_reply_to`, `references` and, for the texts, `category`, `motif`, `tool` (ids),
    `confidence` (0-1 by label), `review`, `flags`, `sender`, `subject` and `phone`; each may be absent.
    """

    id: int
    kind: str
    case_id: int
    mailbox: str
    recipient: str
    lang: str
    message_id: str
    context: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP envelope (RFC 5321 2.3.1). `reverse_path` is '' for the null path `<>`."""

    reverse_path: str
    recipient: str


class Composer:
    """Writes mails in the words of a profile. `case_page` is the address of a case's page, less its number."""

    def __init__(self, profile: Profile, signer: Signer, case_page: str) -> None:
        self._profile = profile
        self._signer = signer
        self._case_page = case_page
        self._templates = Templates(profile)
        self._boxes = {box.name: box for box in profile.mailboxes}
        self._categories = {one.id: one.labels for one in profile.categories}
        self._motifs = {one.id: one.labels for one in profile.motifs}
        self._tools = {one.id: one.labels for one in profile.tools}

    def envelope(self, row: OutboundRow, probed: bool | None) -> Envelope:
        """Where the mail goes, and where its bounces go (RFC 3834 3.3).

        `probed` is what the probe of sub-addressing found, None where it has not run. Raises PermanentError where the
        recipient is not one usable address.
        """
        box = self._mailbox(row)
        reverse_path = box.address
        if box.reverse_path is ReversePath.NULL:
            reverse_path = ""
        elif box.reverse_path is ReversePath.VERP and _sub_addressed(box, probed):
            reverse_path = with_detail(box.address, self._signer.bounce_token(row.id))
        return Envelope(reverse_path, headers.addr_spec(row.recipient))

    def compose(self, row: OutboundRow, probed: bool | None) -> bytes:
        """The message (RFC 5322), its text as plain and as HTML. Raises PermanentError where it cannot be written."""
        values = self._values(row)
        subject, text = self._templates.render(row.kind, row.lang, values)
        subject, found = headers.clean(subject, 400), blocks(text)
        links = [url for url in (values["website"], values.get("link")) if url]
        boundary = "=_" + hashlib.sha256(row.message_id.encode()).hexdigest()[:24]
        lines = [*self._fields(row, probed, subject), f'Content-Type: multipart/alternative; boundary="{boundary}"']
        return b"".join(
            (
                "\r\n".join([*lines, "", ""]).encode(),
                _part(boundary, "plain", plain(found)),
                _part(boundary, "html", page(row.lang, subject, found, links)),
                f"--{boundary}--\r\n".encode(),
            )
        )

    def _fields(self, row: OutboundRow, probed: bool | None, subject: str) -> list[str]:
        box = self._mailbox(row)
        fields = [
            headers.mailbox("From", headers.clean(box.display_name), box.address),
            headers.mailbox("To", "", headers.addr_spec(row.recipient)),
            headers.unstructured("Subject", subject),
            f"Date: {format_datetime(row.created_at.astimezone(UTC))}",
            f"Message-ID: {row.message_id}",
            *_thread(row.context),
            f"Auto-Submitted: {_AUTO_SUBMITTED[OutboundKind(row.kind)]}",
            "X-Auto-Response-Suppress: All",
            f"Content-Language: {row.lang}",
            "MIME-Version: 1.0",
        ]
        if _sub_addressed(box, probed):
            fields.insert(2, f"Reply-To: {with_detail(box.address, self._signer.case_token(row.case_id))}")
        return fields

    def _values(self, row: OutboundRow) -> dict[str, Any]:
        profile, context = self._profile, row.context
        values = {
            "number": headers.clean(context.get("number", "")),
            "category": self._label(self._categories, row, "category"),
            "motif": self._label(self._motifs, row, "motif"),
            "tool": self._label(self._tools, row, "tool"),
            "review": bool(context.get("review")),
            "service": self._words(profile.service, row.lang),
            "website": profile.website,
            "reference": self._signer.case_token(row.case_id),
        }
        if row.kind == OutboundKind.ACKNOWLEDGEMENT:
            return values
        if row.kind == OutboundKind.UNREACHED:
            return values | {"phone": headers.clean(context.get("phone", ""))}
        return values | {
            "confidence": _percentages(context.get("confidence", {})),
            "flags": tuple(context.get("flags", ())),
            "sender": headers.clean(context.get("sender", "")),
            "subject": headers.clean(context.get("subject", "")),
            "link": self._case_page + headers.clean(context.get("number", "")),
        }

    def _mailbox(self, row: OutboundRow) -> Mailbox:
        try:
            return self._boxes[row.mailbox]
        except KeyError as error:
            raise PermanentError(f"the profile has no mailbox {row.mailbox} any more") from error

    def _label(self, labels: Mapping[str, Labels], row: OutboundRow, key: str) -> str:
        return self._words(labels.get(row.context.get(key) or "", {}), row.lang)

    def _words(self, labels: Labels, lang: str) -> str:
        return labels.get(lang) or labels.get(self._profile.default_language, "")


def _percentages(confidence: Mapping[str, float]) -> dict[str, int | None]:
    return {label: round(100 * confidence[label]) if label in confidence else None for label in _CONFIDENCES}


def _sub_addressed(box: Mailbox, probed: bool | None) -> bool:
    return box.sub_addressing is SubAddressing.YES or (box.sub_addressing is SubAddressing.PROBE and bool(probed))


def with_detail(address: str, token: str) -> str:
    """The address with a sub-address (RFC 5233), or as it is where that would be too long (RFC 5321 4.5.3.1.1)."""
    local, _, domain = address.rpartition("@")
    detailed = f"{local}+{token}"
    return f"{detailed}@{domain}" if len(detailed) <= _LONGEST_LOCAL else address


def _thread(context: Mapping[str, Any]) -> list[str]:
    parent = headers.message_ids([context.get("in_reply_to") or ""])
    ancestors = headers.message_ids([*(context.get("references") or ()), *parent])
    fields = [headers.identifiers("In-Reply-To", parent)] if parent else []
    return [*fields, headers.identifiers("References", ancestors)] if ancestors else fields


def _part(boundary: str, subtype: str, text: str) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + binascii.b2a_qp(text.encode().replace(b"\n", b"\r\n")) + b"\r\n"
