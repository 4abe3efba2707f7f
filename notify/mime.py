"""MIME entities as bytes, written by hand: `EmailMessage` takes milliseconds for what takes microseconds here.

An entity is its fields, a blank line and its body (RFC 2045); the last line of its body has no CRLF.
"""

import base64
import binascii
import email
import email.policy
import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from notify.headers import clean

MESSAGE = "message/rfc822"

_LONGEST_NAME = 60
_LONGEST_LINE = 998
_TYPE = re.compile(r"(?!(?:multipart|message)/)[\w!#$&^.+-]{1,64}/[\w!#$&^.+-]{1,64}", re.ASCII)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\/;%]+')
_BREAK = re.compile(rb"\r\n|\r|\n")


def text(subtype: str, content: str) -> bytes:
    """Text in UTF-8, as quoted-printable."""
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + binascii.b2a_qp(content.encode().replace(b"\n", b"\r\n"))


def multipart(subtype: str, seed: str, parts: Sequence[bytes]) -> bytes:
    """Entities in one (RFC 2046 section 5.1). `seed` makes its boundary: the same for the same mail."""
    boundary = "=_" + hashlib.sha256(f"{subtype}:{seed}".encode()).hexdigest()[:24]
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    begin, end = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    return b"".join((head.encode(), *(begin + part + b"\r\n" for part in parts), end))


def attachment(name: str, content_type: str, content: bytes) -> bytes:
    """A file. A type that is none, or that base64 may not encode (RFC 2046), becomes `application/octet-stream`."""
    known = content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"
    body = base64.encodebytes(content).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    return _head(known, "base64", name) + body


def message(name: str, raw: bytes) -> bytes:
    """A message within a message (RFC 2046 section 5.2.1), in seven bits, since not every server takes eight.

    One that no conversion brings there is attached as a file, byte by byte.
    """
    for content in (raw, _converted(raw)):
        lines = _BREAK.split(content)
        if content.isascii() and b"\0" not in content and max(map(len, lines)) <= _LONGEST_LINE:
            return _head(MESSAGE, "7bit", name) + b"\r\n".join(lines)
    return attachment(name, MESSAGE, raw)


def filename(name: str) -> str:
    """The last part of a name without what no system takes, short, its ending kept."""
    last = _NOT_IN_NAMES.sub("_", clean(re.split(r"[/\\]", name)[-1])).lstrip(". ")
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending) > 10:
        return last[:_LONGEST_NAME] or "file"
    return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending


def _converted(raw: bytes) -> bytes:
    """The message with its eight-bit parts encoded, as a server would for one that takes seven (RFC 6152 section 3)."""
    try:
        return email.message_from_bytes(raw).as_bytes(policy=email.policy.compat32.clone(cte_type="7bit"))
    except Exception:  # noqa: BLE001 - of a broken mail the standard library may raise anything
        return raw


def _head(content_type: str, encoding: str, name: str) -> bytes:
    """The fields of a part with its name, in the form of RFC 2231 where it is not ASCII."""
    named = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name, safe='')}"
    return (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n"
        f"Content-Disposition: attachment; {named}\r\n\r\n"
    ).encode()
