"""What people said of tags: rows that are only ever added, which teach the next model."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import mul
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, literal, not_, select

from cases.case import Disposition
from cases.review import Field
from store.tables import case, correction, inbound

PER_STATEMENT = 500


class Corrections:
    """The corrections of one transaction, and the cases that wait for one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def doubted(self, newest: int | None = None) -> list[Row[Any]]:
        """(id, number, sure) of the cases whose tags a person should look at, those the model was least sure of first;
        of the newest so many alone, where a number is given."""
        confidence = [func.coalesce(case.c.tags["confidence"][field].as_float(), 0.0) for field in Field]
        sure = reduce(mul, confidence, literal(1.0)).label("sure")
        waiting = case.c.review.is_(True) & case.c.hidden.is_(False)
        some = (
            select(case.c.id).where(waiting).order_by(case.c.id.desc()).limit(newest).subquery()
        )  # by its index alone
        chosen = select(case.c.id, case.c.number, sure).where(case.c.id.in_(select(some.c.id)), _HAS_MESSAGE)
        return list(self._connection.execute(chosen.order_by(sure, case.c.id)))

    def accepted(self, since: datetime, newest: int | None = None) -> list[Row[Any]]:
        """(id, number) of the cases opened since then whose tags nobody was asked about or has looked at; of the newest
        so many alone, where a number is given."""
        untouched = case.c.review.is_(False) & case.c.hidden.is_(False) & not_(_stands())
        chosen = select(case.c.id, case.c.number).where(untouched, case.c.opened_at >= since, _HAS_MESSAGE)
        some = chosen.order_by(case.c.opened_at.desc(), case.c.id.desc()).limit(newest).subquery()
        return list(self._connection.execute(select(some).order_by(some.c.id)))

    def listed(self, identities: Collection[int]) -> list[Row[Any]]:
        """These cases with their tags."""
        columns = (case.c.id, case.c.number, case.c.subject, case.c.channel, case.c.phone, case.c.lang, case.c.motif)
        chosen = select(*columns, case.c.tool, case.c.opened_at, case.c.tags, case.c.requester)
        return list(self._connection.execute(chosen.where(case.c.id.in_(sorted(identities)))))

    def case(self, identity: int) -> Row[Any] | None:
        """The case with `inbound_id` and `content` of the message that opened it, or None."""
        columns = (case, inbound.c.id.label("inbound_id"), inbound.c.content)
        chosen = select(*columns).join(inbound, inbound.c.case_id == case.c.id).where(case.c.id == identity, _OPENED)
        return self._connection.execute(chosen.order_by(inbound.c.id).limit(1)).one_or_none()

    def add(self, row: Mapping[str, Any]) -> int:
        """Keep a correction; its id."""
        return int(self._connection.execute(insert(correction).returning(correction.c.id), row).scalar_one())

    def find(self, identity: int) -> Row[Any] | None:
        """The correction with that id, or None."""
        return self._connection.execute(select(correction).where(correction.c.id == identity)).one_or_none()

    def standing(self) -> list[Row[Any]]:
        """The last correction of each case that was not taken back, oldest first, with `channel`, `lang`, `subject`
        and `tags` of the case and `content` of the message."""
        columns = (correction, case.c.channel, case.c.lang, case.c.subject, case.c.tags, inbound.c.content)
        joined = select(*columns).join(case, correction.c.case_id == case.c.id)
        whole = joined.join(inbound, correction.c.inbound_id == inbound.c.id)
        return list(self._connection.execute(whole.where(correction.c.id.in_(_last())).order_by(correction.c.id)))

    def changed(self, identities: Collection[int]) -> set[int]:
        """Those of the cases whose labels a person changed."""
        found: set[int] = set()
        wanted = sorted(identities)
        for start in range(0, len(wanted), PER_STATEMENT):
            few = correction.c.case_id.in_(wanted[start : start + PER_STATEMENT])
            chosen = select(correction.c.case_id).where(few, correction.c.changed, correction.c.id.in_(_last()))
            found.update(self._connection.execute(chosen).scalars())
        return found


_OPENED = inbound.c.disposition == Disposition.CASE
_HAS_MESSAGE = select(inbound.c.id).where(inbound.c.case_id == case.c.id, _OPENED).exists()


def _undone() -> Any:
    """Whether a correction was taken back."""
    taking = correction.alias()
    return select(taking.c.id).where(taking.c.undoes == correction.c.id).exists()


def _stands(*such: ColumnElement[bool]) -> Any:
    """Whether a correction of a case stands, and is such."""
    mine = select(correction.c.id).where(correction.c.case_id == case.c.id, correction.c.undoes.is_(None), *such)
    return mine.where(not_(_undone())).correlate(case).exists()


def corrected() -> Any:
    """Whether a person changed the labels of a case."""
    return _stands(correction.c.changed)


def _last() -> Select[Any]:
    """The ids of the corrections that stand: the last of each case, without what was taken back."""
    stands = select(func.max(correction.c.id)).where(correction.c.undoes.is_(None), not_(_undone()))
    return stands.group_by(correction.c.case_id)
