"""Which files the form takes: a file is what its first bytes say, and its name must say the same (OWASP ASVS 5.2.2).

The first bytes are those of each format's own specification; RFC 6266 and the browser's word for the type play no part.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

HEAD = 4096
"""Bytes that are looked at."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MACROS = "vbaproject.bin"
_HEIF = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: its content type, and whether some bytes are the beginning of such a file."""

    content_type: str
    begins: Callable[[bytes], bool]
    inside: str = ""
    """What the archive must hold where the format is one (ECMA-376, ODF 1.3 part 2)."""


def _with(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(prefixes)


def _is_text(head: bytes) -> bool:
    """Whether it reads as text in some encoding: no control but those of lines, unless it is marked as UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not set(head) & (set(range(32)) - {9, 10, 12, 13}) and not head.startswith((b"#!", b"MZ", b"%!PS"))


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", lambda head: b"%PDF-" in head[:1024]),
    "png": Kind("image/png", _with(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _with(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _with(b"\xff\xd8\xff")),
    "gif": Kind("image/gif", _with(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", _is_webp),
    "heic": Kind("image/heic", lambda head: head[4:12] in _HEIF),
    "tif": Kind("image/tiff", _with(b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", _with(b"II*\x00", b"MM\x00*")),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", _with(_ZIP), "word/"),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", _with(_ZIP), "xl/"),
    "pptx": Kind(f"{_OFFICE}presentationml.presentation", _with(_ZIP), "ppt/"),
    "odt": Kind(f"{_OPEN}text", _with(_ZIP), "content.xml"),
    "ods": Kind(f"{_OPEN}spreadsheet", _with(_ZIP), "content.xml"),
    "odp": Kind(f"{_OPEN}presentation", _with(_ZIP), "content.xml"),
    "doc": Kind("application/msword", _with(_OLE)),
    "xls": Kind("application/vnd.ms-excel", _with(_OLE)),
    "msg": Kind("application/vnd.ms-outlook", _with(_OLE)),
    "eml": Kind("message/rfc822", _is_text),
    "txt": Kind("text/plain", _is_text),
    "csv": Kind("text/csv", _is_text),
}
"""By the extension of the name."""

SHOWN = ("pdf", "jpg", "png", "docx", "odt", "xlsx", "ods", "txt")
"""Those that people are told of; the others are taken all the same."""
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
"""What a browser lets people choose from."""


def sniff(filename: str, file: BinaryIO) -> Kind | None:
    """The kind of a file, or None where it is none that we take, or not what its name says. `file` is at its start,
    and is left there."""
    _, dot, extension = filename.rpartition(".")
    kind = KINDS.get(extension.lower()) if dot else None
    head = file.read(HEAD)
    file.seek(0)
    if kind is None or not kind.begins(head):
        return None
    sound = not kind.inside or _holds(file, kind.inside)
    file.seek(0)
    return kind if sound else None


def _holds(file: BinaryIO, inside: str) -> bool:
    """Whether the archive's list has that, and no macros. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, OverflowError):
        return False
    return any(name.startswith(inside) for name in names) and not any(name.endswith(_MACROS) for name in names)
