"""The border of the parser: whatever a mail contained, what leaves here can be stored, compared and shown."""

import re
import unicodedata

TEXT_CHARS = 1_000_000
LINE_CHARS = 16_384

_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n")
_BELOW_U0300 = bytes(range(0xCC))
_C1_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
_RUN_OF_MARKS = re.compile(r"[^\w\x00-\u02ff]{31,}")
_MARKS_KEPT = 30
_CHEAP_TO_SORT = 2_000


def storable(text: str, limit: int = TEXT_CHARS) -> str:
    """Several lines of text without controls, NUL or surrogates, in NFC, lines ended by LF, at most `limit` characters.

    Lone surrogates become `?`. Applying it twice changes nothing.
    """
    text = text[:limit]
    if text.count("\r") != text.count("\r\n"):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    if data.isascii():
        return data.decode("ascii")
    if b"\xc2" in data:
        data = _C1_IN_UTF8.sub(b"", data)
    return _normalised(data)[:limit]


def storable_line(text: str, limit: int = LINE_CHARS) -> str:
    """One line of storable text: every line break and tab is a space, and the ends are stripped."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text.strip()
    text = storable(text, limit)
    if not text.isprintable():
        text = " ".join(text.splitlines()).replace("\t", " ")
    return text.strip()


def _normalised(data: bytes) -> str:
    """NFC of UTF-8 text; runs of combining marks are cut to 30 (UAX #15, stream-safe text) where they would be slow.

    CPython sorts a run of marks in quadratic time: 80,000 of them take eight seconds.
    """
    text = data.decode("utf-8")
    above = len(data.translate(None, _BELOW_U0300))
    if not above:
        return text
    if above > _CHEAP_TO_SORT:
        text = _RUN_OF_MARKS.sub(_cut_marks, text)
    return unicodedata.normalize("NFC", text)


def _cut_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run.group():
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_KEPT:
            kept.append(character)
    return "".join(kept)
