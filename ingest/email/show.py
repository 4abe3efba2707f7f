"""The JSON object of `aiguillage parse`: the shape is part of the contract (docs, design)."""

from collections.abc import Iterable
from typing import Any

from cases.event import Address, Attachment
from ingest.email.parsed import ParsedMail


def as_json(mail: ParsedMail, reply_text: str, kind: str) -> dict[str, Any]:
    """What `aiguillage parse` prints for one message, without "file"; `date` is ISO 8601 in UTC or None."""
    return {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "from": _address(mail.sender),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "date": mail.date.isoformat() if mail.date else None,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "text": mail.text,
        "reply_text": reply_text,
        "attachments": [_attachment(attachment) for attachment in mail.attachments],
        "kind": kind,
        "defects": list(mail.defects),
    }


def _addresses(addresses: Iterable[Address]) -> list[dict[str, str]]:
    return [_address(address) for address in addresses]


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "inline": attachment.inline,
    }
