"""What providers told us within a window, streamed: the figures are computed from these rows alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from store.tables import call_event

AT_ONCE = 500
STEP = "step"
_COLUMNS = (
    call_event.c.provider,
    call_event.c.call_sid,
    call_event.c.kind,
    call_event.c.at,
    call_event.c.answer,
    call_event.c.person_key,
)


class CallEvents:
    """The events of calls, as figures read them, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(
        self, since: datetime, until: datetime, steps: tuple[datetime, datetime] | None = None
    ) -> Iterator[Row[Any]]:
        """The events of [since, until), oldest first; what could not be worked has no answer and is left out.

        Where `steps` is given, the menu's steps are those of that narrower window: they are most of all events.
        """
        window = (call_event.c.at >= since) & (call_event.c.at < until)
        if steps:
            begin, end = steps
            window &= (call_event.c.kind != STEP) | ((call_event.c.at >= begin) & (call_event.c.at < end))
        chosen = select(*_COLUMNS).where(window, call_event.c.answer.is_not(None))
        ordered: Any = chosen.order_by(call_event.c.at, call_event.c.id)
        yield from self._connection.execute(ordered, execution_options={"yield_per": AT_ONCE})
