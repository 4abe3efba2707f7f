"""Probes that are on their way, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from store.tables import outbound, probe


class Probes:
    """The probes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, kind: str, source: str, at: datetime) -> int:
        """A probe is about to leave; its id."""
        row = {"kind": kind, "source": source, "sent_at": at}
        return int(self._connection.execute(insert(probe).returning(probe.c.id), row).scalar_one())

    def get(self, identity: int) -> Row[Any]:
        """The probe with that id."""
        return self._connection.execute(select(probe).where(probe.c.id == identity)).one()

    def arrived(self, identity: int, at: datetime, *, case_id: int | None = None, call_id: int | None = None) -> None:
        """It was taken in."""
        mine = update(probe).where(probe.c.id == identity, probe.c.arrived_at.is_(None))
        self._connection.execute(mine.values(arrived_at=at, case_id=case_id, call_id=call_id))

    def awaited_call(self, line: str, since: datetime) -> int | None:
        """The oldest call that was placed to that line since then and has not come in; None for none."""
        awaited = (probe.c.ended_at.is_(None), probe.c.arrived_at.is_(None), probe.c.kind == "call")
        there = (probe.c.source == line, probe.c.sent_at >= since)
        return self._connection.scalar(select(probe.c.id).where(*awaited, *there).order_by(probe.c.id).limit(1))

    def of_call(self, call_id: int) -> bool:
        """Whether that call is a probe's."""
        return self._connection.scalar(select(probe.c.id).where(probe.c.call_id == call_id)) is not None

    def receipt(self, identity: int) -> Row[Any] | None:
        """(message_id, sent_at) of the receipt to its mail, once it is queued; `sent_at` once the server has it."""
        columns = [outbound.c.message_id, outbound.c.sent_at]
        of_its_case = select(*columns).join(probe, probe.c.case_id == outbound.c.case_id)
        return self._connection.execute(of_its_case.where(probe.c.id == identity).limit(1)).one_or_none()

    def end(self, identity: int, outcome: str, at: datetime) -> None:
        """It is awaited no longer."""
        self._connection.execute(
            update(probe).where(probe.c.id == identity, probe.c.ended_at.is_(None)).values(outcome=outcome, ended_at=at)
        )
