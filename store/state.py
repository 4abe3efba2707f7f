"""How the service stands this minute, by index alone: what is open, what is late, what did not leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.tables import case, escalation, inbound, outbound
from store.tables.inbox import due, same, unclosed
from store.work import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`open` are the open cases, the first of them opened at `oldest_at`; `new` nobody has begun, `overdue` have a
    clock that has run out, `reviewed` wait for a look at their tags. `at_n2` are with the second level, the first since
    `n2_since`. `held_in` and `held_out` are messages that could not be read, and mails that did not leave."""

    open: int
    oldest_at: datetime | None
    new: int
    overdue: int
    to_review: int
    at_n2: int
    n2_since: datetime | None
    held_in: int
    held_out: int


def standing(connection: Connection, now: datetime) -> Standing:
    """In a fixed number of statements."""
    statuses = select(case.c.status, func.count()).where(unclosed).group_by(case.c.status)
    by_status = {row[0]: row[1] for row in connection.execute(statuses)}
    oldest = select(func.min(case.c.id)).where(unclosed).scalar_subquery()
    open_stays = escalation.c.ended_at.is_(None) & (escalation.c.case_id > 0)  # every one: so SQLite takes the index
    stays = select(func.count(), func.min(escalation.c.opened_at)).where(open_stays)
    at_n2, since = connection.execute(stays).one()
    counts = {
        "overdue": select(func.count()).where(unclosed, due < now),
        "to_review": select(func.count()).where(unclosed, case.c.review.is_(True)),
        "held_in": select(func.count()).where(inbound.c.state == same(State.HELD)),
        "held_out": select(func.count()).where(outbound.c.state == same(State.HELD)),
    }
    row = connection.execute(select(*(one.scalar_subquery().label(name) for name, one in counts.items()))).one()
    return Standing(
        open=sum(by_status.values()),
        oldest_at=connection.execute(select(case.c.opened_at).where(case.c.id == oldest)).scalar(),
        new=by_status.get("new", 0),
        at_n2=at_n2,
        n2_since=since,
        **row._asdict(),
    )
