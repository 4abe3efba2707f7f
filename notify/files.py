"""The files that a mail takes along: those that were chosen, and the message as it came where the receiver may have it.

A file that was purged, or that would make the mail too large, is left out of an escalation, whose text says so; an
answer that speaks of a file does not leave without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.policy import OutboundKind
from notify import mime
from notify.row import OutboundRow

LARGEST = 20_000_000
"""Bytes of all files of one mail together. In base64 that is 27 MB; few servers take more than 35."""

_WITH_FILES = frozenset({OutboundKind.ESCALATION, OutboundKind.REPLY})
_ORIGINAL = {"filename": "original.eml", "content_type": mime.MESSAGE, "original": True}


@dataclass(frozen=True, slots=True)
class File:
    """A file that was to be attached. `content` is None where it is `left_out`: `gone`, or `too_large`."""

    filename: str
    content_type: str
    sha256: str
    content: bytes | None = None
    left_out: str = ""
    original: bool = False

    def entity(self) -> bytes:
        """The file as a part of the mail."""
        content = self.content or b""
        if self.content_type == mime.MESSAGE:
            return mime.message(self.filename, content)
        return mime.attachment(self.filename, self.content_type, content)


def hashes(row: OutboundRow) -> list[str]:
    """The SHA-256 of everything that the mail of that row would take along."""
    return [one["sha256"] for one in _wanted(row)]


def files(row: OutboundRow, bodies: Mapping[str, bytes]) -> list[File]:
    """What the mail takes along and what not, in the order of the row, the original last."""
    found, room = [], LARGEST
    for one in _wanted(row):
        made = _file(one, bodies.get(one["sha256"]), room)
        room -= len(made.content or b"")
        found.append(made)
    return found


def _file(one: Mapping[str, Any], body: bytes | None, room: int) -> File:
    left_out = "gone" if body is None else "too_large" if len(body) > room else ""
    return File(
        filename=mime.filename(one["filename"]),
        content_type=one["content_type"],
        sha256=one["sha256"],
        content=None if left_out else body,
        left_out=left_out,
        original=one.get("original", False),
    )


def values(found: Sequence[File]) -> dict[str, Any]:
    """What the text says of them."""
    attached = [one for one in found if not one.left_out]
    return {
        "files": [one.filename for one in attached if not one.original],
        "original": next((one.filename for one in attached if one.original), ""),
        "left_out": [{"name": one.filename, "gone": one.left_out == "gone"} for one in found if one.left_out],
    }


def _wanted(row: OutboundRow) -> list[Mapping[str, Any]]:
    if row.kind not in _WITH_FILES:
        return []
    original = row.context.get("original") if row.kind == OutboundKind.ESCALATION else None
    last = [{**_ORIGINAL, "sha256": original}] if original else []
    return [*(row.context.get("files") or ()), *last]
