"""Raw bytes of old mails on their way into the archive, and back.

Two databases have no transaction in common: bytes are kept on one side, read back, and only then let go on the other.
Cut short anywhere they are on both sides, and the same command goes on from there. Everything else stays where it is:
the case, its timeline and words, and the keys by which an answer finds it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from cases.event import Channel
from store.archive import Archive
from store.bodies import AWAY, Bodies, within_bytes
from store.failpoint import reach
from store.tables import blob, case, inbound, outbound
from store.tx import Store
from store.work import State

BATCH = 200
BATCH_BYTES = 16_000_000

Told = Callable[[int], object]
"""Takes how many mails are done."""

_RECEIVED = (inbound.c.channel == Channel.EMAIL, inbound.c.received_at)
_SENT = (outbound.c.sha256.is_not(None), outbound.c.created_at)


def archive(store: Store, away: Archive, before: datetime, told: Told) -> tuple[int, int]:
    """Move the bytes of mails from before that moment whose case was closed before it, or that have none. Returns how
    many, and their bytes. Raises PermanentError where the archive does not keep them."""
    away.make()
    count, size = 0, 0
    for table in (inbound, outbound):
        for rows in _batches(store, table, before):
            count += _move(store, away, [row.sha256 for row in rows])
            size += sum(row.size for row in rows)
            told(count)
    return count, size


def restore(store: Store, away: Archive, told: Told) -> int:
    """Bring everything back; how many."""
    count = 0
    while bodies := away.some(BATCH):
        with store.transaction("archive.restore") as tx:
            _put_back(tx.connection, bodies)
        away.remove(bodies)
        count += len(bodies)
        told(count)
    return count


def _batches(store: Store, table: Table, before: datetime) -> Iterator[Sequence[Row[Any]]]:
    """What may be moved, (id, sha256, size), oldest first and bounded in rows and bytes."""
    last = 0
    while True:
        with store.reading() as tx:
            rows = within_bytes(tx.connection.execute(_old(table, before, last)).all(), BATCH_BYTES)
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _old(table: Table, before: datetime, after: int) -> Any:
    chosen, moment = _RECEIVED if table is inbound else _SENT
    closed = table.c.case_id.is_(None) | (case.c.closed_at < before)
    return (
        select(table.c.id, blob.c.sha256, blob.c.size)
        .join_from(table, blob, table.c.sha256 == blob.c.sha256)
        .outerjoin(case, table.c.case_id == case.c.id)
        .where(table.c.id > after, table.c.state == State.DONE, chosen, moment < before, closed)
        .where(blob.c.size > 0, ~AWAY)
        .order_by(table.c.id)
        .limit(BATCH)
    )


def _move(store: Store, away: Archive, hashes: Sequence[str]) -> int:
    with store.reading() as tx:
        bodies = Bodies(tx.connection, None).find(hashes)
    away.put(bodies)
    reach("archive.kept")
    with store.transaction("archive.empty") as tx:
        return _empty(tx.connection, hashes)


def _empty(connection: Connection, hashes: Sequence[str]) -> int:
    """Let go of them, but of none that a message still to be read has as well."""
    mine = blob.c.sha256.in_(hashes)
    connection.execute(select(blob.c.sha256).where(mine).with_for_update())  # whoever delivers one again waits for us
    unread = [blob.c.sha256.in_(select(inbound.c.sha256).where(inbound.c.state == one)) for one in _UNREAD]
    return connection.execute(update(blob).where(mine, *(~one for one in unread)).values(body=b"")).rowcount


_UNREAD = (State.PENDING, State.HELD)


def _put_back(connection: Connection, bodies: dict[str, bytes]) -> None:
    for sha256, body in bodies.items():
        connection.execute(update(blob).where(blob.c.sha256 == sha256, AWAY).values(body=body))
