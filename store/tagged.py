"""Tags over time, and what a model beside the one in use says of the same messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from cases.case import Disposition
from store.corrections import corrected
from store.tables import case, inbound, shadow_tags


class TaggedRows:
    """The tagged messages and cases of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cases(self, since: datetime) -> list[Row[Any]]:
        """(id, opened_at, motif, review, confidence) of the cases opened since then, oldest first."""
        sure = case.c.tags["confidence"]["motif"].as_float().label("confidence")
        columns = (case.c.id, case.c.opened_at, case.c.motif, case.c.review, sure)
        recent = (case.c.opened_at >= since) & case.c.hidden.is_(False)
        return list(self._connection.execute(select(*columns).where(recent).order_by(case.c.opened_at)))

    def newest(self, since: datetime, limit: int) -> list[Row[Any]]:
        """The same of the newest so many, each with `changed`: whether a person corrected it. Newest first."""
        sure = case.c.tags["confidence"]["motif"].as_float().label("confidence")
        columns = (case.c.opened_at, case.c.motif, case.c.review, sure, corrected().label("changed"))
        recent = (case.c.opened_at >= since) & case.c.hidden.is_(False)
        ordered = select(*columns).where(recent).order_by(case.c.opened_at.desc(), case.c.id.desc())
        return list(self._connection.execute(ordered.limit(limit)))

    def not_compared(self, model: str, since: datetime, limit: int) -> list[Row[Any]]:
        """Messages received since then that `model` was not asked about, oldest first."""
        columns = (inbound.c.id, inbound.c.channel, inbound.c.source, inbound.c.disposition, inbound.c.subject)
        asked = select(shadow_tags.c.inbound_id).where(shadow_tags.c.model == model)
        tagged = inbound.c.disposition.in_((Disposition.CASE, Disposition.REPLY)) & inbound.c.content.is_not(None)
        chosen = select(*columns, inbound.c.content, inbound.c.person_key).where(inbound.c.received_at >= since, tagged)
        ordered = chosen.where(inbound.c.id.not_in(asked)).order_by(inbound.c.id).limit(limit)
        return list(self._connection.execute(ordered))

    def add_comparisons(self, rows: Sequence[dict[str, Any]]) -> None:
        """Keep what a model said; every row has the same columns."""
        if rows:
            self._connection.execute(insert(shadow_tags), rows)

    def comparisons(self, model: str) -> list[Row[Any]]:
        """What `model` said and what was shown, oldest first."""
        chosen = select(shadow_tags).where(shadow_tags.c.model == model).order_by(shadow_tags.c.id)
        return list(self._connection.execute(chosen))

    def compared(self, model: str, limit: int) -> list[Row[Any]]:
        """The newest so many of these, newest first."""
        chosen = select(shadow_tags).where(shadow_tags.c.model == model).order_by(shadow_tags.c.id.desc())
        return list(self._connection.execute(chosen.limit(limit)))
