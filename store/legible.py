"""What can be read in the bytes of a mail or a file, whatever they are packed in: in time that grows with their size.

Not read is what is drawn, spoken, encrypted or a PDF.
"""

import binascii
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from cases.erasing import Person

UNPACKED = 20_000_000
"""Bytes that are unpacked of one file at most: a bomb holds nobody's data."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]{16,}")
_PARAGRAPH = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(rb"<[^<>]{0,1000}>")
_ZIP = b"PK\x03\x04"
_READ = (".xml", ".txt", ".csv", ".html", ".htm", ".json")


def names(raw: bytes, person: Person) -> bool:
    """Whether an address or a number of theirs can be read in it."""
    return any(person.is_in(text) for text in _texts(raw) if _is_likely(text, person))


def _is_likely(text: str, person: Person) -> bool:
    """Cheap, and never wrong where it says no."""
    lowered = text.lower()
    if any(address in lowered for address in person.addresses):
        return True
    digits = lowered.translate(_APART) if person.phones else ""
    return any(phone.removeprefix("+")[2:] in digits for phone in person.phones)


_APART = {ord(sign): None for sign in " ./-"}


def _texts(raw: bytes) -> Iterator[str]:
    """The bytes as they are, and as they are once what MIME (RFC 2045, 6.7 and 6.8), UTF-16 or ZIP made is undone."""
    yield raw.decode("utf-8", "replace")
    if b"=" in raw:
        yield binascii.a2b_qp(raw).decode("utf-8", "replace")
    if b"\0" in raw:
        yield raw.replace(b"\0", b"").decode("utf-8", "replace")
    if raw.startswith(_ZIP):
        yield from _unpacked(raw)
        return
    for run in _BASE64.finditer(raw):
        for part in _PARAGRAPH.split(run[0]):
            yield from _decoded(part)


def _decoded(part: bytes) -> Iterator[str]:
    try:
        body = binascii.a2b_base64(part)
    except binascii.Error:
        return
    yield body.decode("utf-8", "replace")
    if b"\0" in body:
        yield body.replace(b"\0", b"").decode("utf-8", "replace")
    if body.startswith(_ZIP):
        yield from _unpacked(body)


def _unpacked(raw: bytes) -> Iterator[str]:
    """The texts in an archive or an office document, without their tags."""
    left = UNPACKED
    try:
        with ZipFile(BytesIO(raw)) as place:
            for member in place.infolist():
                if member.filename.lower().endswith(_READ) and left > 0 and not member.flag_bits & 1:
                    with place.open(member) as packed:
                        body = packed.read(left)
                    left -= len(body)
                    yield _TAG.sub(b"", body).decode("utf-8", "replace")
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error):
        return
