"""What the pages read: each page in a fixed number of statements, whatever the number of rows.

Nothing here writes, so it belongs inside `Store.reading()`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from cases.case import Disposition
from cases.policy import RECEIPTS
from store.tables import call, call_event, case, inbound, outbound
from store.work import State

SNIPPET = 240
NOT_CASES = tuple(one for one in Disposition if one not in (Disposition.CASE, Disposition.REPLY))
_MESSAGE = (
    inbound.c.id,
    inbound.c.source,
    inbound.c.received_at,
    inbound.c.sender,
    inbound.c.subject,
    inbound.c.size,
    inbound.c.disposition,
    inbound.c.reason,
    inbound.c.acknowledgement,
    inbound.c.case_id,
    inbound.c.state,
    inbound.c.attempts,
    inbound.c.last_error,
)


class Views:
    """The read-only queries of the desk, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revision(self) -> str:
        """A word that changes with every case, message, mail or event of a call, and with what waits to leave; read by
        index alone."""
        waiting = select(func.count()).where(outbound.c.state == State.PENDING).scalar_subquery()
        newest = [
            select(func.max(column)).scalar_subquery()
            for column in (case.c.touched_at, case.c.id, inbound.c.id, outbound.c.id, call_event.c.id)
        ]
        pending = select(func.count()).where(inbound.c.state == State.PENDING).scalar_subquery()
        row = self._connection.execute(select(*newest, waiting, pending)).one()
        return ".".join("" if value is None else str(value) for value in row).replace(" ", "T")

    def numbers(self, identities: Sequence[int]) -> dict[int, str]:
        """The numbers of these cases, by id."""
        found = select(case.c.id, case.c.number).where(case.c.id.in_(identities))
        return {row.id: row.number for row in self._connection.execute(found)} if identities else {}

    def without_case(self, since: datetime, until: datetime, limit: int = 200) -> list[Row[Any]]:
        """What came in within [since, until) and opened no case of its own, newest first, with the number of the case
        that it was filed under."""
        window = and_(inbound.c.received_at >= since, inbound.c.received_at < until)
        rest = or_(inbound.c.disposition.in_(NOT_CASES), inbound.c.disposition.is_(None))
        return self._listed(message_with_number().where(window, rest).limit(limit))

    def held(self, limit: int = 200) -> list[Row[Any]]:
        """Every message held aside, of whatever day, newest first."""
        return self._listed(message_with_number().where(inbound.c.state == State.HELD).limit(limit))

    def message(self, identity: int) -> Row[Any] | None:
        """One message with its readable content and the number of its case, or None."""
        chosen = message_with_number().add_columns(inbound.c.content, inbound.c.escalation_id)
        return self._connection.execute(chosen.where(inbound.c.id == identity)).one_or_none()

    def calls(self, lines: Sequence[str], since: datetime, until: datetime, limit: int = 200) -> list[Row[Any]]:
        """The newest calls on these lines of [since, until), newest first, each with the number of its case."""
        window = call.c.line.in_(lines) & (call.c.started_at >= since) & (call.c.started_at < until)
        chosen = select(call, case.c.number).join_from(call, case, call.c.case_id == case.c.id, isouter=True)
        ordered = chosen.where(window).order_by(call.c.started_at.desc(), call.c.id.desc()).limit(limit)
        return list(self._connection.execute(ordered).all())

    def _listed(self, chosen: Select[Any]) -> list[Row[Any]]:
        return list(self._connection.execute(chosen.order_by(inbound.c.id.desc())).all())


def of_cases() -> Select[Any]:
    """Cases, each with `messages` (how many came in), `snippet` (the first words) and `receipt` (the outcome or state
    of its acknowledgement, None where there is none)."""
    return select(case, _messages(), _snippet(), _receipt())


def _messages() -> Any:
    counted = select(func.count()).select_from(inbound).where(inbound.c.case_id == case.c.id)
    return counted.scalar_subquery().label("messages")


def _snippet() -> Any:
    words = func.substr(inbound.c.content["reply_text"].as_string(), 1, SNIPPET)
    first = select(words).where(inbound.c.case_id == case.c.id).order_by(inbound.c.id).limit(1)
    return first.scalar_subquery().label("snippet")


def _receipt() -> Any:
    mine = and_(outbound.c.case_id == case.c.id, outbound.c.kind.in_(RECEIPTS))
    return select(func.coalesce(outbound.c.outcome, outbound.c.state)).where(mine).scalar_subquery().label("receipt")


def message_with_number() -> Select[Any]:
    """Messages, each with the number of its case."""
    return select(*_MESSAGE, case.c.number).join_from(inbound, case, inbound.c.case_id == case.c.id, isouter=True)
