"""The `ParsedMail` of a MIME tree: each field from where its RFC puts it, with what real mail does instead."""

import re

from cases.event import Address, Attachment
from ingest.email.addresses import parse_addresses
from ingest.email.attachments import list_attachments, nested_messages, open_containers
from ingest.email.body import body_html, body_text
from ingest.email.fields import message_ids, parse_date
from ingest.email.fingerprint import fingerprint
from ingest.email.headers import Field, decode_fields
from ingest.email.limits import HEADER_BYTES, HTML_CHARS, RAW_BYTES
from ingest.email.markup import html_to_text
from ingest.email.members import Unpacked
from ingest.email.mime import Tree
from ingest.email.parsed import ParsedMail
from ingest.email.storable import storable, storable_line

SUBJECT_CHARS = 1_000
_NOBODY = Address("", "")
_NOT_READ_WHOLE = ("too_large", "nesting_too_deep", "too_many_parts")
_WELL_FORMED_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def read_mail(tree: Tree, size: int) -> ParsedMail:
    """The value of a tree that was read already; `size` is that of the whole message in bytes."""
    root, fields = tree.root, tree.root.fields
    declared = _declared_charset(tree)
    headers = decode_fields(fields, declared)
    senders = _addresses(fields, "from", declared)
    date = parse_date(root.value("date"))
    text, html, attachments = _content(tree)
    defects = _defects(tree, size, len(senders), date is None)
    return ParsedMail(
        message_id=next(iter(message_ids(root.value("message-id"))), ""),
        subject=next((value[:SUBJECT_CHARS].rstrip() for name, value in headers if name == "subject"), ""),
        sender=senders[0] if senders else _other_sender(fields, declared),
        to=_addresses(fields, "to", declared),
        cc=_addresses(fields, "cc", declared),
        reply_to=_addresses(fields, "reply-to", declared),
        date=date,
        in_reply_to=next(iter(message_ids(root.value("in-reply-to"))), ""),
        references=message_ids(root.value("references")),
        text=text,
        html=html,
        attachments=attachments,
        nested=nested_messages(tree),
        content_type=root.content_type,
        report_type=storable_line(root.parameters.get("report-type", "").lower()),
        headers=headers,
        size=size,
        defects=defects,
        fingerprint=fingerprint(tree),
        degraded=next((defect for defect in _NOT_READ_WHOLE if defect in defects), ""),
    )


def _declared_charset(tree: Tree) -> str:
    """What raw 8-bit header bytes may be in, when they are not UTF-8: the charset of the text beneath."""
    return next((charset for leaf in tree.leaves if (charset := leaf.parameters.get("charset", ""))), "")


def _addresses(fields: list[Field], name: str, declared: str) -> tuple[Address, ...]:
    found: tuple[Address, ...] = ()
    for key, value in fields:
        if key == name:
            found += parse_addresses(value, declared)
    return found


def _other_sender(fields: list[Field], declared: str) -> Address:
    """Without a From (RFC 5322 3.6.2 against the rules), whoever else the message names."""
    for name in ("sender", "reply-to", "return-path"):
        if found := _addresses(fields, name, declared):
            return found[0]
    return _NOBODY


def _content(tree: Tree) -> tuple[str, str, tuple[Attachment, ...]]:
    """(text, html, attachments), a winmail.dat taken for the body where there is no other."""
    opened = open_containers(tree)
    text, html = body_text(tree.root), body_html(tree.root)
    if not text:
        text, html = next(filter(any, map(_packed_body, opened.values())), (text, html))
    return text, html, list_attachments(tree, opened)


def _packed_body(unpacked: Unpacked) -> tuple[str, str]:
    html = storable(unpacked.html, HTML_CHARS)
    return storable(unpacked.text).strip() or (html_to_text(html) if html else ""), html


def _defects(tree: Tree, size: int, senders: int, undated: bool) -> tuple[str, ...]:
    found = set(tree.defects)
    root = tree.root
    if size > RAW_BYTES:
        found.add("too_large")
    if senders != 1:
        found.add("several_from" if senders else "no_from")
    if undated:
        found.add("bad_date" if root.value("date") else "no_date")
    if not (identifier := root.value("message-id")):
        found.add("no_message_id")
    elif not _WELL_FORMED_ID.fullmatch(identifier):
        found.add("bad_message_id")
    if tree.header_bytes > HEADER_BYTES:
        found.add("header_too_long")
    return tuple(sorted(found))
