"""What a table holds as one number, whatever the order of its rows and whichever database keeps it."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

_MODULUS = 1 << 256

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Digest:
    """The rows that were added: how many, and the sum of their SHA-256, modulo 2^256."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, values: Iterable[Any]) -> int:
        """Add a row, as its Python values in the order of the table's columns. Returns about how many bytes it is."""
        sha256, size = hashlib.sha256(), 0
        for value in values:
            kind, content = _plain(value)
            sha256.update(b"%s%d:" % (kind, len(content)))
            sha256.update(content)
            size += len(content)
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(sha256.digest(), "big")) % _MODULUS
        return size

    def hexdigest(self) -> str:
        """The sum, in 64 hexadecimal digits."""
        return f"{self._sum:064x}"


def _plain(value: Any) -> tuple[bytes, bytes]:
    """A value's kind and content; two values have the same where Python calls them equal and of one type."""
    match value:
        case None:
            return b"n", b""
        case bytes():
            return b"x", value
        case str():
            return b"s", value.encode()
        case datetime():
            return b"d", value.astimezone(UTC).isoformat().encode()
        case float():
            return b"f", repr(value + 0.0).encode()  # SQLite keeps no sign of zero
        case _:
            return b"j", _dumps(value).encode()  # JSON tells true from 1, and keeps the order of keys
