"""From an outbound row to the bytes that leave, and to their envelope. Nothing here does I/O.

The bytes depend on the row, the profile and the templates alone: Message-ID and Date were fixed with the row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from types import MappingProxyType

from cases import escalation
from cases.errors import PermanentError
from cases.mails import PRIVATE
from cases.policy import OutboundKind
from cases.profile import Mailbox, Profile, ReversePath, SubAddressing
from cases.tokens import Signer
from notify import headers, mime
from notify.casefile import NAME as CASE_FILE
from notify.casefile import casefile
from notify.files import File, files
from notify.files import values as file_values
from notify.html import page
from notify.kinds import ANSWERS
from notify.layout import blocks, plain
from notify.row import OutboundRow
from notify.templates import Templates
from notify.values import Values, links

NO_FILES: Mapping[str, bytes] = MappingProxyType({})
_LONGEST_LOCAL = 64


@dataclass(frozen=True, slots=True)
class Envelope:
    """The SMTP envelope (RFC 5321 2.3.1). `reverse_path` is '' for the null path `<>`."""

    reverse_path: str
    recipient: str


class Composer:
    """Writes mails in the words of a profile. `public_url` is where our pages are reached, with no slash at its end."""

    def __init__(self, profile: Profile, signer: Signer, public_url: str) -> None:
        self._signer = signer
        self._domain = profile.mail_domain
        self._templates = Templates(profile)
        self._values = Values(profile, signer, public_url)
        self._boxes = {box.name: box for box in profile.mailboxes}
        self._from = {
            box.name: headers.mailbox("From", headers.clean(box.display_name), box.address) for box in profile.mailboxes
        }

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

    def compose(self, row: OutboundRow, probed: bool | None, bodies: Mapping[str, bytes] = NO_FILES) -> bytes:
        """The message (RFC 5322), its text as plain and as HTML. `bodies` are the files that it may need, by SHA-256.

        Raises PermanentError where it cannot be written.
        """
        box, enclosed = self._mailbox(row), files(row, bodies)
        values = self._values.of(row) | file_values(enclosed)
        subject, text = self._templates.render(row.kind, row.lang, values)
        subject = headers.clean(subject, 400)
        entity = _faces(row, subject, text, links(row.kind, values))
        if row.kind == OutboundKind.ESCALATION:
            document = mime.attachment(
                CASE_FILE, "application/json", casefile(row.context, values["reference"], enclosed)
            )
            entity = _with_files(row, [entity, document], enclosed)
        elif enclosed:
            entity = _with_files(row, [entity], _complete(enclosed))
        reply_to = with_detail(box.address, values["reference"]) if _sub_addressed(box, probed) else ""
        return "\r\n".join([*self._fields(row, box, subject, reply_to), ""]).encode() + entity

    def _fields(self, row: OutboundRow, box: Mailbox, subject: str, reply_to: str) -> list[str]:
        return [
            self._from[box.name],
            headers.mailbox("To", "", headers.addr_spec(row.recipient)),
            *([f"Reply-To: {reply_to}"] if reply_to else []),
            headers.unstructured("Subject", subject),
            f"Date: {_date(row.created_at)}",
            f"Message-ID: {row.message_id}",
            *self._thread(row),
            *_marks(row),
            f"Content-Language: {row.lang}",
            "MIME-Version: 1.0",
        ]

    def _thread(self, row: OutboundRow) -> list[str]:
        """What the mail answers. Where nobody has said, a mail to the second level follows its escalation."""
        parent = headers.message_ids([row.context.get("in_reply_to") or ""])
        if row.kind in PRIVATE and row.kind != OutboundKind.ESCALATION and row.escalation_id and not parent:
            key = escalation.key(row.escalation_id)
            parent = [self._signer.thread_message_id(row.case_id, key, self._domain)]
        ancestors = headers.message_ids([*(row.context.get("references") or ()), *parent])
        fields = [headers.identifiers("In-Reply-To", parent)] if parent else []
        return [*fields, headers.identifiers("References", ancestors)] if ancestors else fields

    def _mailbox(self, row: OutboundRow) -> Mailbox:
        try:
            return self._boxes[row.mailbox]
        except KeyError as error:
            raise PermanentError(f"the profile has no mailbox {row.mailbox} any more") from error


def _faces(row: OutboundRow, subject: str, text: str, linked: Collection[str]) -> bytes:
    """The text as plain and as HTML."""
    found = blocks(text)
    faces = [mime.text("plain", plain(found)), mime.text("html", page(row.lang, subject, found, linked))]
    return mime.multipart("alternative", row.message_id, faces)


def _with_files(row: OutboundRow, parts: Sequence[bytes], enclosed: Sequence[File]) -> bytes:
    attached = [one.entity() for one in enclosed if not one.left_out]
    return mime.multipart("mixed", row.message_id, [*parts, *attached])


def _complete(enclosed: Sequence[File]) -> Sequence[File]:
    """The files of an answer, none of which may lack. Raises PermanentError."""
    if lacking := [one.filename for one in enclosed if one.left_out]:
        raise PermanentError(f"{', '.join(lacking)} cannot be attached any more")
    return enclosed


def _sub_addressed(box: Mailbox, probed: bool | None) -> bool:
    return box.sub_addressing is SubAddressing.YES or (box.sub_addressing is SubAddressing.PROBE and bool(probed))


def with_detail(address: str, token: str) -> str:
    """The address with a sub-address (RFC 5233), or as it is where that would be too long (RFC 5321 4.5.3.1.1)."""
    local, _, domain = address.rpartition("@")
    detailed = f"{local}+{token}"
    return f"{detailed}@{domain}" if len(detailed) <= _LONGEST_LOCAL else address


@lru_cache(maxsize=64)
def _date(at: datetime) -> str:
    """The moment as in RFC 5322 section 3.3. The mails of one batch share theirs."""
    return format_datetime(at.astimezone(UTC))


def _marks(row: OutboundRow) -> list[str]:
    """Who wrote it (RFC 3834 section 5), and whether machines may answer: the second level's receipt is wanted."""
    if not row.automatic:
        marks = ["Auto-Submitted: no"]
    elif row.kind in ANSWERS:
        marks = ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
    else:
        marks = ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"]
    if row.kind in PRIVATE:
        ticket = headers.clean(row.context.get("ticket") or "")
        marks = [marks[0]] + ([headers.unstructured("X-Aiguillage-Ticket", ticket)] if ticket else [])
    return marks
