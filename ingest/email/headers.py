"""The header section of a message or of a part: fields in their order, and their values as text (RFC 5322, 2047)."""

import binascii
import re

from ingest.email import charset
from ingest.email.limits import HEADER_BYTES, HEADER_FIELDS
from ingest.email.storable import LINE_CHARS, storable_line
from ingest.email.transfer import base64_bytes

Field = tuple[str, str]
"""Name in lower case, and the unfolded value: one character per byte (latin-1), encoded words still encoded."""

_FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*+)\n?")
_PRINTABLE = bytes((*range(0x20, 0x7F), 0x0A))
_NAME_CHARS = 100
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
_LINE = re.compile(r"[^\n]*\n?")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,100})\?([bBqQ])\?([^?]*)\?=")
_CONTROLS = dict.fromkeys((*range(0x20), 0x7F))
_BETWEEN_WORDS = re.compile(r"\?= +(?==\?)")


def split_headers(raw: bytes, start: int, end: int) -> tuple[list[Field], int]:
    """The header fields of `raw[start:end]`, and where the body begins.

    Tolerant as mail needs it: a line that is no field is skipped where another field follows, and begins the body
    where none does. At most `HEADER_BYTES` and `HEADER_FIELDS` are read.
    """
    header_end, body = _find_body(raw, start, end)
    block = raw[start : min(header_end, start + HEADER_BYTES)]
    unfolded = block.replace(b"\r\n", b"\n").replace(b"\t", b" ").replace(b"\n ", b" ")
    if not unfolded.translate(None, _PRINTABLE) and (well_formed := _well_formed_fields(unfolded.decode("ascii"))):
        return well_formed, body
    fields, rest = _odd_fields(block.decode("latin-1"))
    return fields, body if rest == len(block) or header_end - start > HEADER_BYTES else start + rest


def decode_fields(fields: list[Field], body_charset: str = "") -> tuple[Field, ...]:
    """Every field with its value decoded."""
    return tuple(
        (name, value if "=?" not in value and value.isascii() else decode_value(value, body_charset))
        for name, value in fields
    )


def decode_value(value: str, body_charset: str = "") -> str:
    """A field's value as a storable line: encoded words decoded, raw 8-bit bytes as UTF-8 or `body_charset`."""
    return storable_line(decode_words(decode_bytes(value, body_charset)))


def decode_bytes(value: str, body_charset: str = "") -> str:
    """Raw 8-bit text in a header (RFC 6532, or against the rules).

    UTF-8 comes first here: a header declares no charset of its own, and other text hardly ever looks like UTF-8.
    """
    if value.isascii():
        return value
    data = value.encode("latin-1", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        codec = charset.codec_of(body_charset)
        return charset.decode(data, "" if codec.startswith(("utf_16", "utf_32")) else codec)


def decode_words(value: str) -> str:
    """Encoded words of RFC 2047 in `value` as text. Bytes of neighbours are joined: some split inside a character."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub("?=", value)
    out: list[str] = []
    pending, pending_charset, position = b"", "", 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[position : word.start()]
        declared = word[1].lower()
        if between or declared != pending_charset:
            out += (charset.decode(pending, pending_charset), between)
            pending, pending_charset = b"", declared
        pending += _word_bytes(word[2], word[3])
        position = word.end()
    return "".join((*out, charset.decode(pending, pending_charset), value[position:]))


def _well_formed_fields(unfolded: str) -> list[Field]:
    """The fields of printable ASCII lines, or none where one of the lines is no field."""
    fields = []
    for line in unfolded.rstrip("\n").split("\n", HEADER_FIELDS)[:HEADER_FIELDS]:
        name, colon, value = line.partition(":")
        name = name.rstrip(" ")
        if not colon or not name or " " in name or len(name) > _NAME_CHARS:
            return []
        fields.append((name.lower(), value.strip()[:LINE_CHARS]))
    return fields


def _odd_fields(block: str) -> tuple[list[Field], int]:
    """(fields, how far they go) of a header section with lines that are no field, 8-bit or control characters."""
    fields: list[Field] = []
    position = 0
    while position < len(block) and len(fields) < HEADER_FIELDS:
        match = _FIELD.match(block, position)
        if match is None and fields:
            match = _field_after_rubbish(block, position)
        if match is None:
            return fields, position
        fields.append((match[1].lower(), _unfolded(match[2])[:LINE_CHARS]))
        position = match.end()
    return fields, len(block)


def _find_body(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the header section ends and where the body begins; CRLF, LF and mixed line ends."""
    search = start - 1 if start and raw[start - 1] == 0x0A else start
    crlf = raw.find(b"\n\r\n", search, end)
    lf = raw.find(b"\n\n", search, end if crlf < 0 else crlf)
    if lf >= 0:
        return max(lf + 1, start), lf + 2
    if crlf >= 0:
        return max(crlf + 1, start), crlf + 3
    odd = _BLANK_LINE.search(raw, search, min(end, search + HEADER_BYTES))
    return (max(odd.start() + 1, start), odd.end()) if odd else (end, end)


def _field_after_rubbish(block: str, position: int) -> re.Match[str] | None:
    line = _LINE.match(block, position)
    return _FIELD.match(block, line.end()) if line else None


def _unfolded(value: str) -> str:
    return value.replace("\t", " ").translate(_CONTROLS).strip(" ")


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return base64_bytes(data)
