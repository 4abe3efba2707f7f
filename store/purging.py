"""The purge: what is older than its period goes, a little at a time.

Each walk goes through one table in one order, and its mark says how far it has come: so a sweep looks at what is new
and due alone, by index. Cases are walked by when they were closed; one that is opened again is met again later. All
else is walked by id, in the order in which it came.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from cases.retention import Kept, Retention
from store.audit import Audit, Noted
from store.blanking import ERASED
from store.tables import (
    audit,
    blob,
    call,
    call_event,
    case,
    inbound,
    logged_call,
    outbound,
    purge,
    recording,
    seat_change,
)
from store.tables.base import UtcDateTime
from store.wiping import Wiping

FEW = 10
"""Rows of a walk that are purged in one transaction: others wait no longer than for a batch of mails."""

ACTOR = "sweep"


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk: the rows of `table` whose moment `at` is before the period of `kind`, all of `where`."""

    name: str
    kind: Kept
    table: Table
    at: Any
    erase: Callable[[Wiping, Sequence[int]], int]
    where: tuple[Any, ...] = ()
    by_moment: bool = False

    def due(self, before: datetime, mark: Row[Any] | None) -> Select[Any]:
        """(id, at) of all that is due, from the mark on."""
        chosen = select(self.table.c.id, self.at.label("at")).where(self.at < before, *self.where)
        return chosen.where(self._ahead(mark))

    def next(self, before: datetime, mark: Row[Any] | None) -> Select[Any]:
        """The next rows, (id, at, due, meant): those up to the first that is not due are to be passed, and those that
        are meant to be purged. By id it looks at what comes next alone, whatever there is of newer rows."""
        due, meant = (self.at < before).label("due"), and_(true(), *self.where).label("meant")
        chosen = select(self.table.c.id, self.at.label("at"), due, meant).where(self._ahead(mark)).limit(FEW)
        if self.by_moment:
            return chosen.where(self.at < before, *self.where).order_by(self.at, self.table.c.id)
        return chosen.order_by(self.table.c.id)

    def _ahead(self, mark: Row[Any] | None) -> ColumnElement[bool]:
        if not self.by_moment:
            return self.table.c.id > (mark.reached_id if mark else 0)
        if mark is None or mark.reached_at is None:
            return true()
        reached = tuple_(literal(mark.reached_at, UtcDateTime()), literal(mark.reached_id, BigInteger))
        return tuple_(self.at, self.table.c.id) > reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What would go of one kind: rows of a table, the oldest, and the bytes where it has some."""

    kind: Kept
    rows: str
    days: int
    count: int
    oldest: datetime | None
    size: int | None = None


class Purging:
    """The purge within one transaction."""

    def __init__(self, connection: Connection, retention: Retention, now: datetime) -> None:
        self._connection = connection
        self._retention = retention
        self._now = now

    def step(self) -> tuple[int, set[str]]:
        """Purge the next few of the first walk that has any; how many rows, and the hashes of bytes that went."""
        marks = self._marks()
        for walk in WALKS:
            mark = marks.get(walk.name)
            before = self._retention.before(walk.kind, self._now)
            ahead = self._connection.execute(walk.next(before, mark)).all()
            rows = list(takewhile(lambda row: row.due, ahead))
            if rows:
                return self._erase(walk, mark, rows)
            if mark and mark.count:
                self._report(walk, mark)
        return 0, set()

    def due(self) -> Iterator[Due]:
        """What would go now, by walk."""
        marks = self._marks()
        for walk in WALKS:
            before = self._retention.before(walk.kind, self._now)
            found = walk.due(before, marks.get(walk.name)).subquery()
            count, oldest = self._connection.execute(select(func.count(), func.min(found.c.at))).one()
            size = self._size(walk, found) if walk.kind in (Kept.RAW_MAIL, Kept.ATTACHMENTS) and count else None
            days = self._retention.days(walk.kind)
            yield Due(kind=walk.kind, rows=walk.name, days=days, count=count, oldest=oldest, size=size)

    def _size(self, walk: Walk, found: Any) -> int:
        """The bytes of what is due, in the database or away in the archive."""
        total = 0
        for named in (inbound, outbound):
            of = named.c.case_id if walk.table is case else named.c.id
            if walk.table is case or walk.table is named:
                sizes = select(func.sum(blob.c.size)).join(named, named.c.sha256 == blob.c.sha256)
                total += self._connection.execute(sizes.where(of.in_(select(found.c.id)))).scalar() or 0
        return total

    def _marks(self) -> dict[str, Any]:
        return {row.walk: row for row in self._connection.execute(select(purge)).all()}

    def _erase(self, walk: Walk, mark: Any, rows: Sequence[Row[Any]]) -> tuple[int, set[str]]:
        wiping = Wiping(self._connection, self._now, self._retention.days(walk.kind))
        meant = [row for row in rows if row.meant]
        count = walk.erase(wiping, [row.id for row in meant]) if meant else 0
        oldest = min((row.at for row in meant), default=None)
        known = [one for one in (oldest, mark.oldest if mark else None) if one]
        self._note(
            walk=walk.name,
            reached_at=rows[-1].at,
            reached_id=rows[-1].id,
            count=(mark.count if mark else 0) + count,
            bytes=(mark.bytes if mark else 0) + wiping.gone.size,
            oldest=min(known, default=None),
        )
        return len(rows), wiping.bytes.hashes

    def _report(self, walk: Walk, mark: Row[Any]) -> None:
        """Tell once of what went since the last time that nothing was left."""
        told = {"kind": walk.kind, "rows": walk.name, "count": mark.count, "bytes": mark.bytes}
        oldest = {"oldest": mark.oldest.date().isoformat()} if mark.oldest else {}
        Audit(self._connection).note(Noted.PURGED, self._now, ACTOR, "", told | oldest)
        self._note(walk=walk.name, count=0, bytes=0, oldest=None)

    def _note(self, **values: Any) -> None:
        put = (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(purge)
        changed = {name: value for name, value in values.items() if name != "walk"}
        self._connection.execute(put.on_conflict_do_update(index_elements=["walk"], set_=changed), values)


def _messages_of(wiping: Wiping, cases: Sequence[int], *where: Any) -> list[int]:
    mine = select(inbound.c.id).where(inbound.c.case_id.in_(cases), *where)
    return list(wiping.connection.execute(mine).scalars())


def _together(erase: Callable[[Wiping, Sequence[int]], int]) -> Callable[[Wiping, Sequence[int]], int]:
    """With the cases that were merged into these: they were closed when they were merged, and are part of one that
    goes on."""

    def all_of(wiping: Wiping, cases: Sequence[int]) -> int:
        merged = select(case.c.id).where(case.c.merged_into.in_(cases), case.c.merged_into.is_not(None))
        return erase(wiping, [*cases, *wiping.connection.execute(merged).scalars()])

    return all_of


def _raw_of_cases(wiping: Wiping, cases: Sequence[int]) -> int:
    messages = _messages_of(wiping, cases)
    mails = list(wiping.connection.execute(select(outbound.c.id).where(outbound.c.case_id.in_(cases))).scalars())
    wiping.raw_of_messages(messages)
    wiping.raw_of_mails(mails)
    return len(messages) + len(mails)


def _files_of_cases(wiping: Wiping, cases: Sequence[int]) -> int:
    messages = _with_files(wiping, _messages_of(wiping, cases))
    wiping.raw_of_messages(messages)
    wiping.files(cases)
    return len(messages)


def _transcripts_of_cases(wiping: Wiping, cases: Sequence[int]) -> int:
    spoken = wiping.ids(recording, recording.c.case_id.in_(cases) & recording.c.transcript.is_not(None))
    wiping.transcripts(spoken)
    return len(spoken)


def _with_files(wiping: Wiping, messages: Sequence[int]) -> list[int]:
    """Those of the messages that came with files."""
    rows = wiping.connection.execute(select(inbound.c.id, inbound.c.content).where(inbound.c.id.in_(messages))).all()
    return [row.id for row in rows if (row.content or {}).get("attachments") and ERASED not in row.content]


def _raw(wiping: Wiping, messages: Sequence[int]) -> int:
    wiping.raw_of_messages(messages)
    return len(messages)


def _files(wiping: Wiping, messages: Sequence[int]) -> int:
    return _raw(wiping, _with_files(wiping, messages))


def _all(wipe: Callable[[Wiping, Sequence[int]], None]) -> Callable[[Wiping, Sequence[int]], int]:
    """A way to wipe rows of which each counts as one."""

    def erase(wiping: Wiping, identities: Sequence[int]) -> int:
        wipe(wiping, identities)
        return len(identities)

    return erase


def _deleted(table: Table) -> Callable[[Wiping, Sequence[int]], int]:
    def erase(wiping: Wiping, identities: Sequence[int]) -> int:
        return wiping.connection.execute(delete(table).where(table.c.id.in_(identities))).rowcount

    return erase


_closed = (case.c.closed_at.is_not(None), case.c.merged_into.is_(None))
_late = and_(case.c.closed_at < inbound.c.received_at, case.c.merged_into.is_(None))
_apart = exists().where(case.c.id == inbound.c.case_id, or_(case.c.hidden.is_(True), _late))
_alone: tuple[Any, ...] = (or_(inbound.c.case_id.is_(None), _apart), inbound.c.state == "done")
"""What has no case, was taken for spam, or came once its case was closed and did not open it again."""
_spoken = (recording.c.case_id.is_(None), recording.c.transcript.is_not(None))

WALKS = (
    Walk("attachments", Kept.ATTACHMENTS, case, case.c.closed_at, _together(_files_of_cases), _closed, by_moment=True),
    Walk("attachments_alone", Kept.ATTACHMENTS, inbound, inbound.c.received_at, _files, _alone),
    Walk("raw_mail", Kept.RAW_MAIL, case, case.c.closed_at, _together(_raw_of_cases), _closed, by_moment=True),
    Walk("raw_mail_alone", Kept.RAW_MAIL, inbound, inbound.c.received_at, _raw, _alone),
    Walk(
        name="transcripts_of_cases",
        kind=Kept.TRANSCRIPTS,
        table=case,
        at=case.c.closed_at,
        erase=_together(_transcripts_of_cases),
        where=_closed,
        by_moment=True,
    ),
    Walk("transcripts", Kept.TRANSCRIPTS, recording, recording.c.recorded_at, _all(Wiping.transcripts), _spoken),
    Walk("cases", Kept.CASES, case, case.c.closed_at, _together(_all(Wiping.cases)), _closed, by_moment=True),
    Walk("messages_alone", Kept.CASES, inbound, inbound.c.received_at, _all(Wiping.messages), _alone),
    Walk("calls", Kept.CALLS, call, call.c.started_at, _all(Wiping.calls), (call.c.ended_at.is_not(None),)),
    Walk("call_events", Kept.CALLS, call_event, call_event.c.at, _all(Wiping.events)),
    Walk("logged_calls", Kept.CALLS, logged_call, logged_call.c.at, _all(Wiping.logged)),
    Walk("audit", Kept.AUDIT, audit, audit.c.at, _deleted(audit)),
    Walk("seat_changes", Kept.AUDIT, seat_change, seat_change.c.at, _deleted(seat_change)),
)
"""In this order: what may go earlier first, so that little is left of a case when its own time comes."""
