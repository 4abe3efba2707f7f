"""Parameters of Content-Type and Content-Disposition: RFC 2045 section 5.1, with the continuations of RFC 2231."""

import re

from ingest.email import charset
from ingest.email.headers import decode_bytes, decode_words
from ingest.email.limits import PARAMETERS
from ingest.email.storable import LINE_CHARS, storable_line

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*)')
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_QUOTED_PAIR = re.compile(r"\\(.)")


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The first word in lower case ('text/plain', 'attachment') and the parameters as storable lines."""
    word, separator, _ = value.partition(";")
    if not separator:
        return word.strip().lower(), {}
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[:LINE_CHARS]):
        found.setdefault(match[1].lower(), _unquoted(match[2]))
        if len(found) >= PARAMETERS:
            break
    return word.strip().lower(), _decoded(found)


def media_type(word: str, default: str) -> str:
    """`word` where it is a well-formed type/subtype, else `default`."""
    return word if _TOKEN.fullmatch(word) else default


def _unquoted(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value
    value = value[1:].removesuffix('"')
    return _QUOTED_PAIR.sub(r"\1", value) if "\\" in value else value


def _decoded(found: dict[str, str]) -> dict[str, str]:
    plain = {name: _plain(value) for name, value in found.items() if "*" not in name}
    if len(plain) < len(found):
        plain.update(_extended({name: value for name, value in found.items() if "*" in name}))
    return plain


def _plain(value: str) -> str:
    if value.isascii() and "=?" not in value:
        return value
    return storable_line(decode_words(decode_bytes(value)))


def _extended(found: dict[str, str]) -> dict[str, str]:
    """RFC 2231: `name*=charset'lang'text`, `name*0*=...; name*1=...` in the order of their numbers."""
    segments: dict[str, list[tuple[int, bool, str]]] = {}
    for key, value in found.items():
        name, _, rest = key.partition("*")
        number = rest.removesuffix("*")
        order = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        encoded = key.endswith("*")
        segments.setdefault(name, []).append((order, encoded, value))
    return {name: _joined(sorted(parts)) for name, parts in segments.items()}


def _joined(segments: list[tuple[int, bool, str]]) -> str:
    first_encoded, first = segments[0][1], segments[0][2]
    declared = ""
    if first_encoded and first.count("'") >= 2:
        declared, _, first = first.split("'", 2)
    texts = [(first_encoded, first), *((encoded, text) for _, encoded, text in segments[1:])]
    data = b"".join(_segment_bytes(text, encoded) for encoded, text in texts)
    return storable_line(decode_words(charset.decode(data, declared)))


def _segment_bytes(text: str, encoded: bool) -> bytes:
    data = text.encode("latin-1", "replace")
    if not encoded:
        return data
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(data)
