"""A `ParsedMail` on its way out of the isolated child: JSON, because nothing that a stranger touched is unpickled."""

import json
from base64 import b64decode, b64encode
from dataclasses import fields
from datetime import datetime
from typing import Any

from cases.event import Address, Attachment
from ingest.email.parsed import ParsedMail

_ADDRESS_LISTS = ("to", "cc", "reply_to")


def to_wire(mail: ParsedMail) -> bytes:
    """The mail as one JSON object in UTF-8."""
    values = {field.name: getattr(mail, field.name) for field in fields(mail)}
    return json.dumps(values, default=_plain, ensure_ascii=False).encode()


def from_wire(data: bytes) -> ParsedMail:
    """The mail again. Raises ValueError, TypeError or KeyError where `data` is not what `to_wire` wrote."""
    values: dict[str, Any] = json.loads(data)
    values["sender"] = Address(**values["sender"])
    for name in _ADDRESS_LISTS:
        values[name] = tuple(Address(**address) for address in values[name])
    values["attachments"] = tuple(Attachment(**attachment) for attachment in values["attachments"])
    values["nested"] = tuple((content_type, b64decode(content)) for content_type, content in values["nested"])
    values["date"] = values["date"] and datetime.fromisoformat(values["date"])
    values["headers"] = tuple((name, value) for name, value in values["headers"])
    values["references"] = tuple(values["references"])
    values["defects"] = tuple(values["defects"])
    return ParsedMail(**values)


def _plain(value: object) -> object:
    match value:
        case Address():
            return {"name": value.name, "address": value.address}
        case Attachment():
            return {field.name: getattr(value, field.name) for field in fields(value)}
        case datetime():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode("ascii")
        case _:
            raise TypeError(type(value).__name__)
