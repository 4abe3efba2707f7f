"""What happened to cases, seen after it: rows that were written lately are compared with what programs were told last.

So nothing on a case's road knows of programs, and nothing is read where none has an address. A row that is kept late,
after others with later times, is found all the same: each look begins `OVERLAP` before the last one.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.case import EntryKind, Status
from cases.etag import etag
from store.tx import Kind, Store, Transaction

OVERLAP = timedelta(minutes=2)
"""Longer than any transaction takes that writes cases."""
PAGE = 500


class EventType(StrEnum):
    """What programs can be told."""

    OPENED = "case.opened"
    CHANGED = "case.changed"
    CLOSED = "case.closed"
    REOPENED = "case.reopened"


Event = tuple[EventType, Any, str]
"""What happened, the case's row, and its tag."""


@dataclass(frozen=True, slots=True)
class Events:
    """The events of one installation."""

    store: Store
    clock: Callable[[], datetime]

    def look(self) -> int:
        """Queue what happened since the last look; how many rows."""
        with self.store.reading() as tx:
            if not tx.hooks.told():
                return 0
        return self.store.run("hooks.look", self._look)

    def _look(self, tx: Transaction) -> int:
        programs, seen, now = tx.hooks.told(), tx.hooks.seen(), self.clock()
        if seen is None:
            tx.hooks.begin(now + OVERLAP)  # the first look begins now
            return 0
        count, newest, last = 0, seen.touched_at, seen.last_case
        since = seen.touched_at - OVERLAP
        lately = tx.hooks.lately(since, seen.last_case)
        for begin in range(0, len(lately), PAGE):
            rows = tx.hooks.standing(lately[begin : begin + PAGE])
            shown = [row for row in rows if not row.hidden]
            count += _queue(tx, programs, list(_events(tx, shown, seen.first_case, since)), now)
            newest, last = max(newest, *(row.touched_at for row in rows)), max(last, *(row.id for row in rows))
        if (newest, last) != (seen.touched_at, seen.last_case):
            tx.hooks.look_from(newest, last)
        return count


def _events(tx: Transaction, rows: Sequence[Any], first_case: int, since: datetime) -> Iterator[Event]:
    """What is new; it is noted as told."""
    known = tx.hooks.known([row.id for row in rows])
    turned = tx.hooks.turned([row.id for row in rows if row.id not in known], since)
    told = []
    for row in rows:
        tag = etag(row.version, row.line or 0, row.touched_at)
        before = known.get(row.id)
        if before is None or before.etag != tag:
            told.append({"case_id": row.id, "etag": tag, "status": row.status})
            yield from ((one, row, tag) for one in types(row, before, first_case, turned.get(row.id, "")))
    tx.hooks.keep(told)


def types(row: Any, before: Any, first_case: int, turned: str) -> Iterator[EventType]:
    """What happened to a case: as it is, and as programs know it, None where they do not. `turned` is then the last
    line since the last look that closed it or opened it again, '' for none."""
    closed = row.status == Status.CLOSED
    was_closed = before.status == Status.CLOSED if before else _BEFORE.get(turned, closed)
    if before is None and row.id > first_case:
        yield EventType.OPENED
        if closed:
            yield EventType.CLOSED
    elif was_closed != closed:
        yield EventType.CLOSED if closed else EventType.REOPENED
    else:
        yield EventType.CHANGED


_BEFORE = {str(EntryKind.CLOSED): False, str(EntryKind.REOPENED): True}
"""Whether a case was closed before such a line."""


def _queue(
    tx: Transaction, programs: Sequence[Any], events: Sequence[tuple[EventType, Any, str]], now: datetime
) -> int:
    rows = [
        {"program_id": one.id, "type": kind, "body": body(kind, row, tag), "created_at": now, "due_at": now}
        for one in programs
        for kind, row, tag in events
        if kind in one.events
    ]
    tx.hooks.deliveries.add(rows)
    if rows:
        tx.wake(Kind.HOOK)
    return len(rows)


def body(kind: EventType, row: Any, tag: str) -> str:
    """What is sent: that something happened, and to which case. The rest is fetched by who may read it."""
    identity = hashlib.sha256(f"{row.number}:{kind}:{tag}".encode()).hexdigest()[:32]
    said = {
        "id": f"evt_{identity}",
        "type": kind,
        "time": f"{row.touched_at:%Y-%m-%dT%H:%M:%SZ}",
        "case": row.number,
        "etag": tag,
    }
    return json.dumps(said, separators=(",", ":"))
