"""Address lists (RFC 5322 section 3.4, RFC 6532): one linear pass, no recursion, every mailbox validated singly."""

import re
from collections.abc import Iterator

from cases.event import Address
from ingest.email.headers import decode_bytes, decode_words
from ingest.email.limits import ADDRESSES, HEADER_BYTES
from ingest.email.storable import storable_line

NAME_CHARS = 200
ADDRESS_CHARS = 320

_SIMPLE = re.compile(r"([^\"(),:;<>@\[\]\\]*)<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255})>")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"?|<([^<>]*)>?|([,;:()])|([^"<>,;:()]+)|.')
_QUOTED_PAIR = re.compile(r"\\(.)")
_ADDR_SPEC = re.compile(
    r"(?:[^\s\"(),:;<>@\[\]\\\x00-\x20\x7f]+|\"(?:[^\"\\\x00-\x1f]|\\.)+\")@(?:[^\s\"(),:;<>@\[\]\\]+|\[[0-9A-Za-z:.]+\])"
)
_BARE_LOCAL_PART = re.compile(r"[A-Za-z0-9._+-]{1,64}")


def parse_addresses(value: str, body_charset: str = "") -> tuple[Address, ...]:
    """The mailboxes of a raw field value, groups flattened, comments dropped, at most `ADDRESSES` of them.

    The list is cut apart before encoded words are decoded, so nothing that they hide can add a recipient.
    """
    simple = _SIMPLE.fullmatch(value)
    if simple:
        return (Address(_display_name(simple[1]), simple[2].lower()),)
    text = decode_bytes(value[:HEADER_BYTES], body_charset)
    found: list[Address] = []
    for name, angle in _mailboxes(text):
        address = _address(name, angle)
        if address:
            found.append(address)
        if len(found) >= ADDRESSES:
            break
    return tuple(found)


def _mailboxes(text: str) -> Iterator[tuple[str, str | None]]:
    """(words outside, text between angle brackets or None) for each mailbox of the list."""
    words: list[str] = []
    angle: str | None = None
    depth = 0
    for token in _TOKEN.finditer(text):
        quoted, bracketed, special, plain = token.groups()
        if special == "(" or (special == ")" and depth):
            depth += 1 if special == "(" else -1
        elif depth:
            continue
        elif bracketed is not None:
            angle = bracketed if angle is None else angle
        elif special == ":" and angle is None:
            words.clear()
        elif special in (",", ";"):
            yield "".join(words), angle
            words, angle = [], None
        elif quoted is not None:
            words.append(
                token.group() if text[token.end() : token.end() + 1] == "@" else _QUOTED_PAIR.sub(r"\1", quoted)
            )
        elif plain is not None:
            words.append(plain)
    yield "".join(words), angle


def _address(name: str, angle: str | None) -> Address | None:
    if angle is None:
        address = _addr_spec(name)
        return Address("", address) if address else None
    address = _addr_spec(angle)
    name = _display_name(name)
    return Address(name, address) if address or name else None


def _addr_spec(text: str) -> str:
    """The addr-spec in lower case, or '' where there is none. A source route (RFC 5322 4.4) is dropped."""
    text = text.strip()
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    match = _ADDR_SPEC.search(text[: 4 * ADDRESS_CHARS])
    if match is None:
        return text.lower() if _BARE_LOCAL_PART.fullmatch(text) else ""
    address = storable_line(match.group().lower())
    return address if len(address) <= ADDRESS_CHARS else ""


def _display_name(name: str) -> str:
    decoded = decode_words(name).strip(' "') if "=?" in name else name
    return storable_line(decoded, NAME_CHARS)
