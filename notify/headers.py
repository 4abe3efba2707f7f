"""Header fields written by hand: RFC 5322 lines with RFC 2047 encoded words, in microseconds.

No value can begin a field of its own: text passes `clean`, addresses `addr_spec`, identifiers `message_ids`.
"""

import base64
import re
from collections.abc import Iterable

from cases.errors import PermanentError
from notify.layout import wrap

# controls, line and paragraph separators, invisible and direction-changing characters, lone surrogates
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_LOCAL = re.compile(r"[^\s()<>\[\]:;@\\,\"]{1,64}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LONGEST_PATH = 254
_LINE = 76
_CHUNK = 39
"""Bytes in one encoded word: in base64, framed, behind the name of the field, under the 76 of RFC 2047 section 2."""


def clean(text: str, longest: int = 200) -> str:
    """The text on one line, without anything that is not shown, at most `longest` characters."""
    return " ".join(_UNSAFE.sub(" ", text).split())[:longest].rstrip()


def addr_spec(text: str) -> str:
    """The one address that this text is; an international domain in its ASCII form (RFC 5890).

    Raises PermanentError where it is none, more than one, or could be read as anything else.
    """
    local, at, domain = text.rpartition("@")
    ascii_domain = domain if domain.isascii() else _idna(domain)
    safe = at and text.isprintable() and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain)
    if not safe or len(local) + len(ascii_domain) >= _LONGEST_PATH:
        raise PermanentError("the recipient is not one usable address")
    return f"{local}@{ascii_domain}"


def _idna(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""


def message_ids(values: Iterable[str], most: int = 20) -> list[str]:
    """The well-formed identifiers among these (RFC 5322 3.6.4), each once, the last `most` of them."""
    return list(dict.fromkeys(value for value in values if _MESSAGE_ID.fullmatch(value)))[-most:]


def unstructured(name: str, text: str) -> str:
    """A field of clean text such as Subject, folded (RFC 5322 2.2.3)."""
    if text.isascii() and "=?" not in text:
        return "\r\n ".join(wrap(f"{name}: {text}", _LINE))
    return f"{name}: {_encoded(text)}"


def mailbox(name: str, display_name: str, address: str) -> str:
    """A field with one mailbox: `From: Mon Permis <a@example.org>` (RFC 5322 3.4)."""
    phrase = _phrase(display_name)
    return f"{name}: {phrase}\r\n <{address}>" if phrase else f"{name}: {address}"


def identifiers(name: str, values: Iterable[str]) -> str:
    """A field of identifiers, one on each line."""
    return f"{name}: " + "\r\n ".join(values)


def _phrase(text: str) -> str:
    if not text.isascii() or "=?" in text:
        return _encoded(text)
    if not text or _ATOMS.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047, UTF-8, base64); no character is split between two."""
    raw, words, start = text.encode(), [], 0
    while start < len(raw):
        end = min(start + _CHUNK, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # the middle of a character
            end -= 1
        words.append(f"=?utf-8?b?{base64.b64encode(raw[start:end]).decode()}?=")
        start = end
    return "\r\n ".join(words)
