"""What cases tell of, kept when they were tagged: what is asked of it is asked by index, and no text is read again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, cast, extract, func, literal, select, union_all
from sqlalchemy import case as sql_case

from store.tables import case, case_key

HOUR = 3_600
_PERSON = sql_case(
    ((case.c.relay != "") & (case.c.requester == case.c.submitter), ""), else_=func.coalesce(case.c.person_key, "")
).label("person")
"""Whose case it is, '' where that is not known: what a relay passes on is many people's until somebody reads it."""
_REPORTED = (case.c.id, case.c.tool, case.c.opened_at, case.c.signs, _PERSON)


class Signs:
    """What the cases of one transaction tell of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def before(self, opened_at: datetime) -> int:
        """The id before that of the first case opened since then; 0 where there is none."""
        first = self._connection.execute(select(func.min(case.c.id)).where(case.c.opened_at > opened_at)).scalar()
        return int(first or 1) - 1

    def after(self, identity: int, motif: str, but: str, limit: int) -> list[Row[Any]]:
        """(id, tool, opened_at, signs, person) of the cases after that one that are of that motif and about
        another tool than that, in the order in which they came."""
        mine = (case.c.id > identity) & (case.c.motif == motif) & (case.c.tool != but) & case.c.hidden.is_(False)
        chosen = select(*_REPORTED).where(mine).order_by(case.c.id).limit(limit)
        return list(self._connection.execute(chosen))

    def latest(self, tool: str, motif: str, before: datetime, limit: int) -> list[str]:
        """What the newest of them told of that were opened until then, oldest first."""
        mine = _told().where(_of(tool, motif), case.c.opened_at <= before)
        rows = self._connection.execute(mine.order_by(case.c.opened_at.desc(), case.c.id.desc()).limit(limit))
        return [row.signs for row in rows][::-1]

    def count(self, tool: str, motif: str, since: datetime, until: datetime) -> int:
        """How many of them were opened in (since, until]."""
        mine = _of(tool, motif) & (case.c.opened_at > since) & (case.c.opened_at <= until)
        return int(self._connection.execute(select(func.count()).select_from(case).where(mine)).scalar_one())

    def hours(self, since: datetime) -> list[tuple[int, int]]:
        """How many cases were opened in each hour since then: (hours since 1970, cases)."""
        hour = (cast(extract("epoch", case.c.opened_at), BigInteger) // HOUR).label("hour")
        counted = select(hour, func.count()).where(case.c.opened_at >= since).group_by(hour)
        return [(int(at), int(number)) for at, number in self._connection.execute(counted)]

    def oldest(self) -> datetime | None:
        """When the first case was opened."""
        return self._connection.execute(select(func.min(case.c.opened_at))).scalar()

    def of(self, identities: Collection[int]) -> list[Row[Any]]:
        """What is compared of these cases."""
        return list(self._connection.execute(_compared().where(case.c.id.in_(identities))))

    def near(self, this: Any, person: timedelta, trouble: timedelta | None) -> list[Row[Any]]:
        """What is compared of the cases that may have to do with that one: those of its person within a time, those of
        its tool and motif within another where one is given, and those that name the same file (`same_file`). What was
        merged into another is that one's."""
        at, named = this.opened_at, case_key.alias()
        own = select(named.c.key).where(named.c.case_id == this.id, named.c.kind == "file")
        same = select(case_key.c.case_id).where(case_key.c.kind == "file", case_key.c.key.in_(own))
        branches = [_compared(file=True).where(case.c.id.in_(same))]
        if this.person:
            theirs = (case.c.person_key == this.person) & case.c.opened_at.between(at - person, at + person)
            branches.append(_compared().where(theirs))
        if trouble is not None:
            within = case.c.opened_at.between(at - trouble, at + trouble)
            branches.append(_compared().where(_of(this.tool, this.motif), within))
        stand = case.c.merged_into.is_(None)
        return list(self._connection.execute(union_all(*(one.where(stand) for one in branches))))


def _of(tool: str, motif: str) -> Any:
    return (case.c.tool == tool) & (case.c.motif == motif) & case.c.hidden.is_(False)


def _told() -> Select[Any]:
    return select(case.c.id.label("case_id"), case.c.opened_at, case.c.signs)


def _compared(*, file: bool = False) -> Select[Any]:
    known: Sequence[Any] = (case.c.id, case.c.number, case.c.opened_at, case.c.person_key, case.c.tool, case.c.motif)
    known = (*known, _PERSON)
    named = literal(1 if file else 0).label("same_file")
    return select(*known, case.c.subject, case.c.status, case.c.signs, named).where(case.c.hidden.is_(False))
