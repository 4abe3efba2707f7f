"""What is watched, counted by the database itself: a few statements, each by index, whatever was kept before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, literal, null, select, union_all
from sqlalchemy import case as when

from store.tables import call, case, escalation, inbound, metadata, outbound
from store.work import State

SETTLED = timedelta(minutes=15)
"""After so long a message has a fate, or something is wrong."""

_WORK = [table for table in metadata.sorted_tables if {"state", "due_at", "lease"} <= set(table.columns.keys())]
_HELD = [table for table in _WORK if any(index.name == f"ix_{table.name}_held" for index in table.indexes)]


class Watch:
    """The figures of one transaction. `since` is when counting begins, midnight in UTC."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def received(self, since: datetime) -> Sequence[Row[Any]]:
        """(channel, source, fate, receipt, count) of what came in; `receipt` is why one left, or did not."""
        fate = func.coalesce(inbound.c.disposition, inbound.c.state).label("fate")
        groups = (inbound.c.channel, inbound.c.source, fate, inbound.c.acknowledgement.label("receipt"))
        return self._counted(groups, inbound.c.received_at >= since)

    def unaccounted(self, since: datetime, now: datetime) -> Sequence[Row[Any]]:
        """(source, count) of what came in, has no fate by now, and is not held for a person either."""
        window = (inbound.c.received_at >= since) & (inbound.c.received_at < now - SETTLED)
        return self._counted((inbound.c.source,), window & inbound.c.disposition.is_(None) & ~_is_held(inbound))

    def cases(self, since: datetime) -> Sequence[Row[Any]]:
        """(channel, count, doubted, confidence) of the cases opened; the last is the mean of the motif's, or None."""
        sure = case.c.tags["confidence"]["motif"].as_float()
        doubted = func.sum(when((case.c.review.is_(True), 1), else_=0)).label("doubted")
        columns = (case.c.channel, func.count().label("count"), doubted, func.avg(sure).label("confidence"))
        opened = (case.c.touched_at >= since) & (case.c.opened_at >= since) & case.c.hidden.is_(False)
        return self._connection.execute(select(*columns).where(opened).group_by(case.c.channel)).all()

    def sent(self, since: datetime, mailboxes: Sequence[str]) -> Sequence[Any]:
        """(mailbox, kind, outcome, count) of the mails that were written."""
        outcome = func.coalesce(outbound.c.outcome, outbound.c.state).label("outcome")
        written = outbound.c.mailbox.in_(mailboxes) & (outbound.c.created_at >= since)
        return self._counted((outbound.c.mailbox, outbound.c.kind, outcome), written)

    def calls(self, since: datetime, lines: Sequence[str]) -> Sequence[Row[Any]]:
        """(line, result, count) of the calls that came in; the result is `running` while there is none."""
        result = func.coalesce(call.c.result, "running").label("result")
        return self._counted((call.c.line, result), call.c.line.in_(lines) & (call.c.started_at >= since))

    def queues(self, now: datetime) -> Sequence[Any]:
        """(kind, due, oldest) of each kind of work: how many rows could be worked now, and since when the oldest."""
        return self._connection.execute(union_all(*(_due(table, now) for table in _WORK))).all()

    def held(self) -> Sequence[Any]:
        """(kind, count) of what is held aside for a person."""
        counted = func.count().label("count")
        counts = (select(literal(one.name).label("kind"), counted).where(_is_held(one)) for one in _HELD)
        return self._connection.execute(union_all(*counts)).all()

    def alarms(self, now: datetime) -> Row[Any]:
        """(due, oldest) of the cases at whose clocks the sweep has to look."""
        due = case.c.alarm_at.is_not(None) & (case.c.alarm_at <= now)
        return self._connection.execute(_summed(case.c.alarm_at, due)).one()

    def callers(self) -> Row[Any]:
        """(due, oldest) of the callers who wait for a person now."""
        waiting = call.c.queued_at.is_not(None) & call.c.answered_at.is_(None) & call.c.ended_at.is_(None)
        return self._connection.execute(_summed(call.c.queued_at, waiting)).one()

    def unassigned(self) -> Sequence[Row[Any]]:
        """(queue, due, oldest) of the open cases that nobody has."""
        free = case.c.agent.is_(None) & (case.c.status != "closed") & case.c.hidden.is_(False)
        return self._connection.execute(_summed(case.c.opened_at, free, case.c.queue).group_by(case.c.queue)).all()

    def waiting_mails(self) -> Sequence[Row[Any]]:
        """(mailbox, due, oldest, error) of the mails that wait to leave, with one of the reasons."""
        waiting = outbound.c.state == literal(State.PENDING.value, literal_execute=True)
        columns = (func.count().label("due"), func.min(outbound.c.due_at).label("oldest"))
        why = func.max(outbound.c.last_error).label("error")
        chosen = select(outbound.c.mailbox, *columns, why).where(waiting).group_by(outbound.c.mailbox)
        return self._connection.execute(chosen).all()

    def second_levels(self) -> Sequence[Row[Any]]:
        """(n2, due, unanswered, oldest) of the cases there; `unanswered` are those of which nothing was heard."""
        unheard = escalation.c.answered_at.is_(None)
        columns = (
            escalation.c.n2,
            func.count().label("due"),
            func.sum(when((unheard, 1), else_=0)).label("unanswered"),
            func.min(when((unheard, escalation.c.opened_at), else_=null())).label("oldest"),
        )
        chosen = select(*columns).where(escalation.c.ended_at.is_(None)).group_by(escalation.c.n2)
        return self._connection.execute(chosen).all()

    def _counted(self, groups: tuple[Any, ...], condition: Any) -> Sequence[Any]:
        chosen = select(*groups, func.count().label("count")).where(condition).group_by(*groups)
        return self._connection.execute(chosen).all()


def _due(table: Table, now: datetime) -> Any:
    """The state is written out: only so does PostgreSQL see that the partial index serves."""
    condition = and_(table.c.state == literal(State.PENDING.value, literal_execute=True), table.c.due_at <= now)
    return _summed(table.c.due_at, condition, literal(table.name).label("kind"))


def _is_held(table: Table) -> Any:
    return table.c.state == literal(State.HELD.value, literal_execute=True)


def _summed(moment: Any, condition: Any, *groups: Any) -> Any:
    return select(*groups, func.count().label("due"), func.min(moment).label("oldest")).where(condition)
