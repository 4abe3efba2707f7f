"""Files that can do more than be read, told by their name and by their bytes: what people are warned of before they
open one. Nothing is unpacked, and no file within a file is looked at."""

from collections.abc import Mapping
from enum import StrEnum


class Danger(StrEnum):
    """Why a file can do more than be read. DISGUISED: its first bytes are not those of the kind that its name says."""

    PROGRAM = "program"
    MACROS = "macros"
    DISGUISED = "disguised"


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
"""By ending; what a browser would run (`html`, `svg`) is a program too."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00")
"""Programs of Windows, Linux and macOS, scripts, and links of Windows."""
_BEGINS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "image": (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM"),
    "office": (_ZIP, _OLE, b"{\\rtf"),
    "archive": (_ZIP, b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b"),
}
"""The first bytes of each kind. Pictures change their format and keep their name; an office document with a password is
an OLE file whatever it was, and one of old programs may be RTF."""
_PICTURES = "png jpg jpeg gif webp tif tiff bmp"
_OFFICE = "doc docx xls xlsx ppt pptx odt ods odp dot dotx xlt xltx pps ppsx rtf"
_ARCHIVES = "zip 7z rar gz"
_ENDINGS: Mapping[str, str] = {
    "pdf": "pdf",
    **dict.fromkeys(_PICTURES.split(), "image"),
    **dict.fromkeys(_OFFICE.split(), "office"),
    **dict.fromkeys(_ARCHIVES.split(), "archive"),
}
_PDF_WITHIN = 1_024
"""Readers look for the beginning of a PDF that far (ISO 32000-1 annex H 3.4.1)."""
_HEIF = b"ftyp"
_VBA = (b"vbaproject.bin", b"xl/macrosheets/")
_VBA_OF_OLE = "_VBA_PROJECT".encode("utf-16-le")


def danger(filename: str, body: bytes = b"") -> Danger | None:
    """What the ending of a name warns of, and then what the file's bytes do. `facture.pdf.exe` is a program."""
    ending = filename.strip(" .").rpartition(".")[2].lower()
    if ending in DANGERS:
        return DANGERS[ending]
    if body.startswith(_RUNS):
        return Danger.PROGRAM
    if has_macros(body):
        return Danger.MACROS
    return Danger.DISGUISED if body and not _goes_with(ending, body) else None


def has_macros(body: bytes) -> bool:
    """Whether an office document has macros: the lists of its parts name them, in a ZIP (ECMA-376 part 2) as in an OLE
    file (MS-OVBA 2.2.1), and neither list is packed."""
    if body.startswith(_ZIP):
        names = body.lower()  # a search without regard to case takes ten times as long
        return any(one in names for one in _VBA)
    return body.startswith(_OLE) and _VBA_OF_OLE in body


def _goes_with(ending: str, body: bytes) -> bool:
    """Whether a file of that ending may begin so. Of an ending that is not known nothing is said."""
    kind = _ENDINGS.get(ending)
    if kind == "pdf":
        return _BEGINS["pdf"][0] in body[:_PDF_WITHIN]
    return kind is None or body.startswith(_BEGINS[kind]) or (kind == "image" and body[4:8] == _HEIF)
