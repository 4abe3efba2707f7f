"""Where a person stands in raw bytes: mails as they came and left, files. Bytes are not changed, so those go whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from cases.erasing import Person
from store import legible
from store.bodies import within_bytes
from store.tables import blob, inbound, outbound
from store.wiping import Wiping
from store.work import State

BATCH = 20
BATCH_BYTES = 16_000_000
"""So many mails, or bytes, are read at once."""


@dataclass(frozen=True, slots=True)
class Leafed:
    """The hash up to which bytes were read, None at the end, and those in which the person stands."""

    last: str | None
    found: Sequence[str]


def leaf(tx: Any, person: Person, before: datetime, after: str) -> Leafed:
    """Read the next bytes that came before that moment, those in the archive too; sounds are not."""
    old = (blob.c.size > 0) & (blob.c.retention != "audio") & (blob.c.created_at <= before)
    ahead = select(blob.c.sha256, blob.c.size).where(blob.c.sha256 > after, old).order_by(blob.c.sha256).limit(BATCH)
    hashes = [row.sha256 for row in within_bytes(tx.connection.execute(ahead).all(), BATCH_BYTES)]
    found = [sha256 for sha256, raw in tx.bodies.find(hashes).items() if legible.names(raw, person)]
    return Leafed(hashes[-1] if hashes else None, found)


def strike(wiping: Wiping, hashes: Collection[str], before: datetime) -> None:
    """Have these go. A message that nobody has read yet keeps its own (`unread`), and so does what came later."""
    if not hashes:
        return
    received = wiping.ids(inbound, inbound.c.sha256.in_(hashes) & (inbound.c.received_at <= before) & _READ)
    wiping.raw_of_messages(received)
    wiping.raw_of_mails(wiping.ids(outbound, outbound.c.sha256.in_(hashes) & (outbound.c.created_at <= before)))
    named = [select(table.c.sha256).where(table.c.sha256.in_(hashes)) for table in (inbound, outbound)]
    kept = {one for chosen in named for one in wiping.connection.execute(chosen).scalars()}
    alone = blob.c.sha256.in_(set(hashes) - kept) & (blob.c.size > 0)
    wiping.execute(update(blob).where(alone).values(body=b"", size=0))
    wiping.count("mentions", len(hashes))


_READ = inbound.c.state == State.DONE


def unread(tx: Any, person: Person, before: datetime) -> list[int]:
    """The ids of messages that came before that moment, which nobody has read yet, and which name the person."""
    waiting = select(inbound.c.id, inbound.c.sha256).where(
        inbound.c.state.in_((State.PENDING, State.HELD)), inbound.c.received_at <= before
    )
    rows = tx.connection.execute(waiting).all()
    bodies = tx.bodies.find({row.sha256 for row in rows})
    return [row.id for row in rows if legible.names(bodies.get(row.sha256, b""), person)]
