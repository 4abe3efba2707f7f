"""The last resort: a mail that could not be read still says, roughly, who wrote and about what."""

import hashlib
import re
from collections.abc import Callable

from cases.event import Address
from ingest.email.fields import message_ids, parse_date
from ingest.email.headers import decode_value
from ingest.email.limits import HEADER_BYTES, HEADER_FIELDS
from ingest.email.parsed import ParsedMail
from ingest.email.storable import storable_line

_FIELD = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{0,99}):[ \t]*([^\r\n]{0,2000})", re.MULTILINE)
_END_OF_HEADER = re.compile(rb"\n\r?\n")
_ADDR_SPEC = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_SUBJECT_CHARS = 1_000


def degraded_mail(raw: bytes, reason: str) -> ParsedMail:
    """Sender, subject, date and identifiers by regular expressions; no text, no attachments."""
    end = _END_OF_HEADER.search(raw, 0, HEADER_BYTES)
    head = raw[: end.start() if end else HEADER_BYTES]
    fields = [(match[1].decode().lower(), match[2].decode("latin-1")) for match in _FIELD.finditer(head)][
        :HEADER_FIELDS
    ]
    headers = tuple((name, _first_of((decode_value, storable_line), value)) for name, value in fields)
    first = dict(reversed(headers))
    sender = _ADDR_SPEC.search(first.get("from") or first.get("sender", ""))
    identifiers = message_ids(first.get("message-id", ""))
    answered = message_ids(first.get("in-reply-to", ""))
    return ParsedMail(
        message_id=identifiers[0] if identifiers else "",
        subject=first.get("subject", "")[:_SUBJECT_CHARS],
        sender=Address("", storable_line(sender.group().lower()) if sender else ""),
        date=parse_date(first.get("date", "")),
        in_reply_to=answered[0] if answered else "",
        references=message_ids(first.get("references", "")),
        headers=headers,
        size=len(raw),
        defects=("degraded",),
        fingerprint=_fingerprint(raw, end.end() if end else 0, first),
        degraded=reason,
    )


def _first_of(decoders: tuple[Callable[[str], str], ...], value: str) -> str:
    for decoder in decoders:
        try:
            return decoder(value)
        except Exception:  # noqa: BLE001, S112 - whatever made the parser fail must not fail here again
            continue
    return ""


def _fingerprint(raw: bytes, body: int, first: dict[str, str]) -> str:
    digest = hashlib.sha256(raw[body:])
    for name in ("message-id", "from", "date", "subject"):
        digest.update(first.get(name, "").encode())
    return digest.hexdigest()
