"""Files that came with the form: looked at one by one before they are kept, refused in words where they cannot be."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cases.dangers import has_macros
from ingest.email.filenames import harmless_filename
from ingest.web.kinds import sniff
from ingest.web.submission import Upload

MEGABYTE = 1_000_000
LARGEST_FILE = 10 * MEGABYTE
LARGEST_TOGETHER = 20 * MEGABYTE
MOST_FILES = 10
UNNAMED = "file"


@dataclass(frozen=True, slots=True)
class Offered:
    """A file as the browser sent it: `name` is what a stranger wrote, `size` in bytes."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken: `why` is `kind`, `empty`, `large`, `together` or `many`."""

    filename: str
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was taken, with its bytes by their keys, and what was not."""

    uploads: tuple[Upload, ...]
    bodies: dict[str, bytes]
    refused: tuple[Refused, ...]


def look(offered: Sequence[Offered], kept: Sequence[Upload]) -> Looked:
    """Look at the files that come to those that are `kept`."""
    taken, bodies, refused = list[Upload](), dict[str, bytes](), list[Refused]()
    for one in offered:
        name = harmless_filename(one.name, UNNAMED)
        why = _fault(one, name, [*kept, *taken])
        if why:
            refused.append(Refused(name, why))
            continue
        upload, body = _taken(one, name)
        taken.append(upload)
        bodies[upload.key] = body
    return Looked(tuple(taken), bodies, tuple(refused))


def _fault(one: Offered, name: str, others: Sequence[Upload]) -> str:
    """Why a file is not taken, or ''."""
    if one.size > LARGEST_FILE:
        return "large"
    if not one.size:
        return "empty"
    if len(others) >= MOST_FILES:
        return "many"
    if sum(other.size for other in others) + one.size > LARGEST_TOGETHER:
        return "together"
    if sniff(name, one.content) is None:
        return "kind"
    macros = has_macros(one.content.read(LARGEST_FILE))
    one.content.seek(0)
    return "kind" if macros else ""


def _taken(one: Offered, name: str) -> tuple[Upload, bytes]:
    """The file under a key that no other upload has, of the same bytes or not."""
    kind, body = sniff(name, one.content), one.content.read(LARGEST_FILE)
    key = hashlib.sha256(secrets.token_bytes(32) + body).hexdigest()
    return Upload(filename=name, content_type=kind.content_type if kind else "", size=len(body), key=key), body
