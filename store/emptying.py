"""Bytes of mails, files and sounds that go. A row that others name, or by which a mail that comes again is known, is
emptied; to drop it would have a database look for its hash in every message there is."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from store.tables import blob, inbound, outbound, recording

NOTHING = hashlib.sha256(b"").hexdigest()
"""The blob of no bytes, which rows name whose own bytes are not to be known again."""

_NAMING = (inbound, outbound, recording)


@dataclass(frozen=True)
class Wiped:
    """What went: rows by kind of data, and bytes."""

    counts: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def __add__(self, other: "Wiped") -> "Wiped":
        kinds = self.counts.keys() | other.counts.keys()
        added = {kind: self.counts.get(kind, 0) + other.counts.get(kind, 0) for kind in sorted(kinds)}
        return Wiped(added, self.size + other.size)


@dataclass
class Emptying:
    """What goes in one transaction. `hashes` are those of what was emptied: an archive forgets them, too; `size` is in
    bytes."""

    connection: Connection
    now: datetime
    hashes: set[str] = field(default_factory=set)
    size: int = 0

    def empty(self, hashes: set[str], table: Table, identities: Collection[int]) -> None:
        """Empty these where nothing but those rows of `table` names them. They are locked before it is asked who does:
        whoever takes in the same bytes waits, and brings them along."""
        mine = sorted(hashes - {NOTHING})
        if mine:
            locked = select(blob.c.sha256).where(blob.c.sha256.in_(mine)).order_by(blob.c.sha256)
            self.connection.execute(locked.with_for_update())
        for named in _NAMING:
            others = select(named.c.sha256).where(named.c.sha256.in_(mine))
            kept = others.where(named.c.id.not_in(identities)) if named is table else others
            mine = sorted(set(mine) - set(self.connection.execute(kept).scalars())) if mine else mine
        if not mine:
            return
        chosen = blob.c.sha256.in_(mine)
        self._weigh(chosen)
        self.connection.execute(update(blob).where(chosen).values(body=b"", size=0))
        self.hashes.update(mine)

    def drop(self, keys: Collection[str]) -> None:
        """Drop files that no row names by its column."""
        if keys:
            self._weigh(self._unnamed(keys))
            self.connection.execute(delete(blob).where(self._unnamed(keys)))

    def drop_emptied(self) -> None:
        """Drop what was emptied, where no row names it any more."""
        if self.hashes:
            self.connection.execute(delete(blob).where(self._unnamed(self.hashes)))

    def nothing(self) -> str:
        """The blob of no bytes, made where there is none."""
        there = self.connection.execute(select(blob.c.sha256).where(blob.c.sha256 == NOTHING)).first()
        if there is None:
            row = {"sha256": NOTHING, "size": 0, "body": b"", "created_at": self.now}
            self.connection.execute(blob.insert().values(row))
        return NOTHING

    def uploads(self, sha256: str) -> Iterator[str]:
        """The keys of the files of a form, as its bytes name them."""
        body = self.connection.execute(select(blob.c.body).where(blob.c.sha256 == sha256)).scalar() or b"{}"
        yield from (one["key"] for one in json.loads(body).get("files", ()))

    def _weigh(self, chosen: ColumnElement[bool]) -> None:
        self.size += self.connection.execute(select(func.sum(blob.c.size)).where(chosen)).scalar() or 0

    def _unnamed(self, keys: Collection[str]) -> ColumnElement[bool]:
        named = [select(one.c.sha256).where(one.c.sha256.in_(keys)) for one in _NAMING]
        return and_(blob.c.sha256.in_(keys), *(blob.c.sha256.not_in(one) for one in named))


def keys_in(value: Any) -> Iterator[str]:
    """The keys of files that a JSON value names."""
    match value:
        case Mapping():
            for name, one in value.items():
                if name in ("sha256", "key") and isinstance(one, str) and len(one) == 64:
                    yield one
                else:
                    yield from keys_in(one)
        case list():
            for one in value:
                yield from keys_in(one)
