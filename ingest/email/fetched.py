"""What a FETCH answered, read from the items that imaplib hands back (RFC 9051 section 7.5.2). Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Item = bytes | tuple[bytes, bytes] | None

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_INTERNAL_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_LITERAL = re.compile(rb"\{(\d+)\}$")
_MESSAGE_ID = re.compile(rb"(<[!#-;=?-\[\]-~]+>)")
_REST = re.compile(rb"(?: +[A-Z].*| *)\)")
_EMPTY_BODY = re.compile(rb'\bBODY\[\] ""')


class ShortReadError(ValueError):
    """A literal has another length than the server announced: nothing of that answer may be kept."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that the folder holds; `size` in bytes, as the server says and not to be relied upon."""

    uid: int
    size: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of one message. `internal_date` is when the server got it, None where that is unreadable."""

    uid: int
    raw: bytes
    internal_date: datetime | None


def read_listing(items: Iterable[Item]) -> list[Listed]:
    """The messages of a FETCH (UID RFC822.SIZE), by UID. Unsolicited answers without a size are left out."""
    found = {}
    for item in items:
        text = item if isinstance(item, bytes) else b""
        uid, size = _UID.search(text), _SIZE.search(text)
        if uid and size:
            found[int(uid[1])] = Listed(int(uid[1]), int(size[1]))
    return [found[uid] for uid in sorted(found)]


def read_bodies(items: Sequence[Item]) -> Iterator[Fetched]:
    """The messages of a FETCH (UID INTERNALDATE BODY.PEEK[]). One whose body is NIL is left out. Raises ShortReadError.

    A message with a literal comes as a pair (what stands before it, the literal) and the rest of the line after it; the
    server may put the attributes on either side.
    """
    for position, item in enumerate(items):
        if isinstance(item, tuple):
            following = items[position + 1] if position + 1 < len(items) else b""
            after = following if isinstance(following, bytes) else b""
            yield from _fetched(item[0] + b" " + after, _checked(*item, after))
        elif item and _EMPTY_BODY.search(item):
            yield from _fetched(item, b"")


def read_message_ids(items: Sequence[Item]) -> dict[int, str]:
    """UID -> Message-ID of a FETCH of that header field; without those that have none. Raises ShortReadError."""
    return {header.uid: found[1].decode() for header in read_bodies(items) if (found := _MESSAGE_ID.search(header.raw))}


def uid_set(uids: Iterable[int]) -> str:
    """A UID set in its shortest form: `1:50,53` (RFC 9051 sequence-set)."""
    ranges: list[list[int]] = []
    for uid in sorted(uids):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)


def _checked(head: bytes, literal: bytes, after: bytes) -> bytes:
    """The literal, where it ends with the connection still in step: what follows it closes the answer."""
    announced = _LITERAL.search(head)
    if announced is None or int(announced[1]) != len(literal) or not _REST.fullmatch(after):
        raise ShortReadError(f"{len(literal)} bytes came of a literal announced as {head[-20:]!r}")
    return literal


def _fetched(attributes: bytes, raw: bytes) -> Iterator[Fetched]:
    uid = _UID.search(attributes)
    if uid:
        yield Fetched(int(uid[1]), raw, _internal_date(attributes))


def _internal_date(attributes: bytes) -> datetime | None:
    found = _INTERNAL_DATE.search(attributes)
    try:
        return parsedate_to_datetime(found[1].decode("ascii").strip()).astimezone(UTC) if found else None
    except (ValueError, OverflowError):
        return None
