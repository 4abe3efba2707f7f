"""Files that people attach: what may go along with a mail, told by name and by content, and what is worth a warning.

A name is a claim. Content is recognised by its first bytes, as in the WHATWG MIME Sniffing standard, section 6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

LARGEST_FILE = 10_000_000
LARGEST_TOGETHER = 20_000_000
"""Bytes. In base64 20 MB are 27 MB; few servers take more than 35."""


class Danger(StrEnum):
    """Why a file can do more than be read."""

    PROGRAM = "program"
    MACROS = "macros"


class Wrong(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MUCH = "too_much"
    PROGRAM = "program"
    MACROS = "macros"
    UNKNOWN = "unknown"
    MISMATCH = "mismatch"


_PROGRAMS = (
    "ade adp apk app appx bat bin cab chm cmd com cpl dll dmg exe gadget hlp hta html htm img ins iso isp jar jnlp js "
    "jse lib lnk mde msc msi msix msp mst nsh pif ps1 psm1 py rb reg scf scr sct sh shb svg sys url vb vbe vbs vhd "
    "vhdx vxd ws wsc wsf wsh xht xhtml xll"
)
_WITH_MACROS = "docm dotm potm ppam ppsm pptm sldm xla xlam xlsb xlsm xltm"
DANGERS: Mapping[str, Danger] = {
    **dict.fromkeys(_PROGRAMS.split(), Danger.PROGRAM),
    **dict.fromkeys(_WITH_MACROS.split(), Danger.MACROS),
}
"""Endings that warn of something; what a browser would run (`html`, `svg`) is a program too."""

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_TEXT: tuple[bytes, ...] = ()
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "bmp": ("image/bmp", (b"BM",)),
    "tif": ("image/tiff", (b"II*\0", b"MM\0*")),
    "tiff": ("image/tiff", (b"II*\0", b"MM\0*")),
    "webp": ("image/webp", (b"RIFF",)),
    "zip": ("application/zip", _ZIP),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}.text", _ZIP),
    "ods": (f"{_OPEN}.spreadsheet", _ZIP),
    "odp": (f"{_OPEN}.presentation", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "msg": ("application/vnd.ms-outlook", _OLE),
    "rtf": ("application/rtf", (b"{\\rtf",)),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": ("audio/wav", (b"RIFF",)),
    "txt": ("text/plain", _TEXT),
    "log": ("text/plain", _TEXT),
    "csv": ("text/csv", _TEXT),
    "ics": ("text/calendar", _TEXT),
    "vcf": ("text/vcard", _TEXT),
    "json": ("application/json", _TEXT),
    "xml": ("application/xml", _TEXT),
    "eml": ("message/rfc822", _TEXT),
}
"""Endings that are taken: their content type, and how their content begins; text begins in no way of its own."""

_MARKS = {mark for _, marks in KINDS.values() for mark in marks}
_EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf")
_EXECUTABLE_TOO = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0", b"MSCF")


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along. `content_type` is the one of its ending."""

    filename: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()

    @property
    def told(self) -> dict[str, str]:
        """What a mail's row says of it."""
        return {"filename": self.filename, "content_type": self.content_type, "sha256": self.sha256}


def danger(filename: str) -> Danger | None:
    """What the ending of a name warns of. `facture.pdf.exe` is a program."""
    return DANGERS.get(_ending(filename))


def content_type(filename: str) -> str:
    """The type that the ending says."""
    return KINDS.get(_ending(filename), ("application/octet-stream", _TEXT))[0]


def wrong(filename: str, body: bytes) -> Wrong | None:
    """Why this file is not taken, or None."""
    if not body:
        return Wrong.EMPTY
    if len(body) > LARGEST_FILE:
        return Wrong.TOO_LARGE
    if body.startswith(_EXECUTABLE + _EXECUTABLE_TOO):
        return Wrong.PROGRAM
    if found := danger(filename):
        return Wrong(found)
    ending = _ending(filename)
    if ending not in KINDS:
        return Wrong.UNKNOWN
    return None if _is_of(body, KINDS[ending][1]) else Wrong.MISMATCH


def too_much(sizes: Iterable[int]) -> bool:
    """Whether files of these sizes are too many bytes for one mail."""
    return sum(sizes) > LARGEST_TOGETHER


def _ending(filename: str) -> str:
    return filename.strip(" .").rpartition(".")[2].lower()


def _is_of(body: bytes, marks: tuple[bytes, ...]) -> bool:
    """Whether content begins with one of these, or for text with nothing that is known, and without a null byte."""
    if marks:
        return body.startswith(marks)
    return b"\0" not in body and not body.startswith(tuple(_MARKS - {b"BM", b"RIFF"}))
