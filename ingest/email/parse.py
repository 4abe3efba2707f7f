"""Raw bytes to `ParsedMail`: never raises, never hangs, never returns what cannot be stored."""

import hashlib
from collections.abc import Iterable

from cases.event import Address
from ingest.email.addresses import parse_addresses
from ingest.email.attachments import list_attachments, nested_messages
from ingest.email.body import body_html, body_text, is_body
from ingest.email.fields import message_ids, parse_date
from ingest.email.headers import Field, decode_value
from ingest.email.limits import HARD
from ingest.email.mime import Part, Tree, read_tree
from ingest.email.parsed import ParsedMail

SUBJECT_CHARS = 1_000
_NOBODY = Address("", "")
_UNREAD = ("nesting_too_deep", "too_many_parts")


def parse(raw: bytes) -> ParsedMail:
    """The message that `raw` holds; `degraded` says why where it could not be read properly."""
    return parse_ordinary(raw)


def parse_ordinary(raw: bytes) -> ParsedMail:
    """The same in this process and without a time limit."""
    return read_mail(read_tree(raw, HARD), len(raw))


def read_mail(tree: Tree, size: int) -> ParsedMail:
    """The value of a tree that was read already; `size` is that of the whole message in bytes."""
    root = tree.root
    declared = root.parameters.get("charset", "") or next(
        (leaf.parameters.get("charset", "") for leaf in tree.leaves), ""
    )
    fields = root.fields
    headers = tuple((name, decode_value(value, declared)) for name, value in fields)
    defects = set(tree.defects)
    mail = ParsedMail(
        message_id=_first_id(fields, "message-id"),
        subject=next((value[:SUBJECT_CHARS] for name, value in headers if name == "subject"), ""),
        sender=_sender(fields, declared, defects),
        to=_addresses(fields, "to", declared),
        cc=_addresses(fields, "cc", declared),
        reply_to=_addresses(fields, "reply-to", declared),
        date=parse_date(root.value("date")),
        in_reply_to=_first_id(fields, "in-reply-to"),
        references=message_ids(root.value("references")),
        text=body_text(root),
        html=body_html(root),
        attachments=list_attachments(tree),
        nested=nested_messages(tree),
        content_type=root.content_type,
        report_type=root.parameters.get("report-type", "").lower() if root.content_type == "multipart/report" else "",
        headers=headers,
        size=size,
        defects=tuple(sorted(defects)),
        fingerprint=fingerprint(tree),
        degraded=next((defect for defect in _UNREAD if defect in defects), ""),
    )
    return mail


_IDENTITY = ("message-id", "from", "date", "subject")


def fingerprint(tree: Tree) -> str:
    """64 hex digits that two deliveries of one mail share: see `ParsedMail`."""
    digest = hashlib.sha256()
    for name in _IDENTITY:
        digest.update(f"{name}:{' '.join(tree.root.value(name).split())}\n".encode())
    for leaf in tree.leaves:
        content = leaf.content
        if leaf.content_type.startswith(("text/", "message/")):
            content = content.replace(b"\r\n", b"\n").strip()
        digest.update(b"%s %d\n" % (leaf.content_type.encode(), len(content)))
        digest.update(content)
    return digest.hexdigest()


def _addresses(fields: Iterable[Field], name: str, declared: str) -> tuple[Address, ...]:
    return tuple(address for key, value in fields if key == name for address in parse_addresses(value, declared))


def _sender(fields: list[Field], declared: str, defects: set[str]) -> Address:
    found = _addresses(fields, "from", declared)
    if len(found) > 1:
        defects.add("several_from")
    if not found:
        defects.add("no_from")
    for name in ("sender", "reply-to", "return-path"):
        if found:
            break
        found = _addresses(fields, name, declared)
    return found[0] if found else _NOBODY


def _first_id(fields: list[Field], name: str) -> str:
    return next((ids[0] for key, value in fields if key == name and (ids := message_ids(value))), "")
