"""What came in: receive once, claim, finish, count."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.event import Channel
from store.bodies import within_bytes
from store.tables import blob, inbound
from store.work import State, Work

BATCH = 50
BATCH_BYTES = 8_000_000
SHARE = 10
"""Rows that a full batch takes along from mailboxes of which it has none."""

CHANGING_HANDS = timedelta(seconds=10)
"""How long after it is due again a row whose worker died is surely claimed by another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing as a connector hands it over.

    `external_id` is unique within `source` (`uidvalidity:uid` for IMAP). `marked` is false where the server is still to
    be told that we have it. `backfill` marks history: nobody is acknowledged. `suspect`: it was in hand when a process
    died, so it is read with care.
    """

    channel: Channel = Channel.EMAIL
    source: str
    external_id: str
    raw: bytes
    received_at: datetime
    backfill: bool = False
    marked: bool = True
    suspect: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of work with the raw bytes that it is about."""

    row: Row[Any]
    raw: bytes


class Inbound(Work):
    """The inbound rows of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, inbound)
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def add_once(self, deliveries: Sequence[Delivery], now: datetime) -> list[int]:
        """Keep each delivery under its key; the ids of those that were new. A repeat is a quiet no-op."""
        if not deliveries:
            return []
        hashes = [delivery.sha256 for delivery in deliveries]
        self._put_blobs(deliveries, hashes, now)
        rows = [_row(delivery, sha256, now) for delivery, sha256 in zip(deliveries, hashes, strict=True)]
        statement = self._insert(inbound).on_conflict_do_nothing(index_elements=["source", "external_id"])
        return sorted(self._connection.execute(statement.returning(inbound.c.id), rows).scalars())

    def claim_batch(self, lease: str, now: datetime, only: Sequence[int] = ()) -> list[Claimed]:
        """Claim a batch bounded in rows and bytes, oldest first."""
        claimed = self.claim(lease, BATCH, now, only)
        if len(claimed) == BATCH and not only:
            claimed = self._of_others(lease, claimed, now) + claimed
        kept = _apart_from_failures(within_bytes(claimed, BATCH_BYTES))
        self.let_go(lease, [row.id for row in claimed[len(kept) :]], now)
        hashes = {row.sha256 for row in kept}
        found = select(blob.c.sha256, blob.c.body).where(blob.c.sha256.in_(hashes)) if hashes else None
        bodies = dict(self._connection.execute(found).all()) if found is not None else {}
        return [Claimed(row, bodies[row.sha256]) for row in sorted(kept, key=lambda row: row.id)]

    def _of_others(self, lease: str, claimed: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
        """A share for what came in elsewhere: a mailbox that is flooded does not hold the others up."""
        flooded = {row.source for row in claimed}
        return self.claim(lease, SHARE, now, where=inbound.c.source.not_in(flooded))

    def let_go(self, lease: str, identities: Sequence[int], due_at: datetime) -> None:
        """Let go of claimed rows until then, as if they had not been claimed."""
        if not identities:
            return
        mine = inbound.c.id.in_(identities) & (inbound.c.lease == lease)
        freed = {"lease": None, "due_at": due_at, "attempts": inbound.c.attempts - 1}
        self._connection.execute(update(inbound).where(mine).values(freed))

    def first_undecided(self, lease: str, now: datetime) -> int | None:
        """The oldest row that somebody else has in hand, or had until just now; None where there is none.

        One that failed or lost its worker more than once is not counted: others do not wait for it for hours.
        """
        pending = (inbound.c.state == State.PENDING) & (inbound.c.due_at > now - CHANGING_HANDS)
        others = inbound.c.lease.is_distinct_from(lease) & (inbound.c.attempts <= 2)
        oldest = func.min(inbound.c.id + 0)  # of the bare column a database walks all rows there ever were to the first
        found: int | None = self._connection.execute(select(oldest).where(pending, others)).scalar_one()
        return found

    def replay(self, identities: Sequence[int], now: datetime) -> int:
        """Make held rows pending again, without the disposition that they had as held ones."""
        chosen = inbound.c.id.in_(identities) & (inbound.c.state == State.HELD)
        self._connection.execute(update(inbound).where(chosen).values(disposition=None, reason=None))
        return super().replay(identities, now)

    def oldest_of_last(self, source: str, count: int) -> datetime | None:
        """When the oldest of the last so many of that source came; None of none."""
        if not count:
            return None
        mine = select(inbound.c.received_at).where(inbound.c.source == source)
        return min(self._connection.execute(mine.order_by(inbound.c.id.desc()).limit(count)).scalars(), default=None)

    def known_hashes(self, source: str, hashes: Sequence[str]) -> set[str]:
        """Which of these raw hashes that source has delivered before (a rescan after UIDVALIDITY changed)."""
        found = select(inbound.c.sha256).where(inbound.c.source == source, inbound.c.sha256.in_(hashes))
        return set(self._connection.execute(found).scalars())

    def known_ids(self, source: str, external_ids: Sequence[str]) -> set[str]:
        """Which of these external ids that source has delivered before."""
        chosen = (inbound.c.source == source) & inbound.c.external_id.in_(external_ids)
        return set(self._connection.execute(select(inbound.c.external_id).where(chosen)).scalars())

    def unmarked(self, source: str, limit: int = 1000) -> list[str]:
        """External ids that we have and whose server has not been told, oldest first."""
        waiting = select(inbound.c.external_id).where(inbound.c.source == source, inbound.c.marked.is_(False))
        return list(self._connection.execute(waiting.order_by(inbound.c.id).limit(limit)).scalars())

    def mark(self, source: str, external_ids: Sequence[str]) -> None:
        """Note that the server has been told of these."""
        chosen = (inbound.c.source == source) & inbound.c.external_id.in_(external_ids)
        self._connection.execute(update(inbound).where(chosen).values(marked=True))

    def get(self, identities: Sequence[int]) -> list[Row[Any]]:
        """The rows with these ids, in order of id."""
        chosen = select(inbound).where(inbound.c.id.in_(identities)).order_by(inbound.c.id)
        return list(self._connection.execute(chosen).all())

    def balance(self, since: datetime, until: datetime) -> list[Row[Any]]:
        """(source, disposition or state, count) of what was received in [since, until)."""
        where = func.coalesce(inbound.c.disposition, inbound.c.state).label("disposition")
        window = (inbound.c.received_at >= since) & (inbound.c.received_at < until)
        counted = select(inbound.c.source, where, func.count().label("count")).where(window)
        return list(self._connection.execute(counted.group_by(inbound.c.source, where)).all())

    def undecided(self, since: datetime, until: datetime, limit: int = 200) -> list[Row[Any]]:
        """(id, source, received_at, attempts) of what was received in [since, until) and has no disposition yet."""
        columns = [inbound.c.id, inbound.c.source, inbound.c.received_at, inbound.c.attempts]
        window = (inbound.c.received_at >= since) & (inbound.c.received_at < until) & inbound.c.disposition.is_(None)
        chosen = select(*columns).where(window).order_by(inbound.c.received_at, inbound.c.id).limit(limit)
        return list(self._connection.execute(chosen).all())

    def _put_blobs(self, deliveries: Sequence[Delivery], hashes: Sequence[str], now: datetime) -> None:
        bodies = {
            sha256: {"sha256": sha256, "size": len(delivery.raw), "body": delivery.raw, "created_at": now}
            for delivery, sha256 in zip(deliveries, hashes, strict=True)
        }
        put = self._insert(blob)
        brought = {"body": put.excluded.body, "size": put.excluded.size}  # they went into the archive, or were purged
        again = put.on_conflict_do_update(index_elements=["sha256"], set_=brought, where=func.length(blob.c.body) == 0)
        self._connection.execute(again, [bodies[sha256] for sha256 in sorted(bodies)])  # in one order: nobody deadlocks


def _row(delivery: Delivery, sha256: str, now: datetime) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "source": delivery.source,
        "external_id": delivery.external_id,
        "sha256": sha256,
        "size": len(delivery.raw),
        "received_at": delivery.received_at,
        "backfill": delivery.backfill,
        "marked": delivery.marked,
        "due_at": now,
    }


def _apart_from_failures(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """A row that was tried before is worked alone: if it kills the process, it takes no neighbour with it."""
    tried = next((index for index, row in enumerate(rows) if row.attempts > 1), len(rows))
    return rows[:tried] or rows[:1]
