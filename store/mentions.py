"""Where a person stands in what is not theirs: addresses and numbers in the texts of others, struck out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, String, Table, and_, cast, func, or_, select, true, update
from sqlalchemy import Text as TextType

from cases.erasing import Person
from cases.folding import folded
from store.search import Search, Words
from store.tables import case, entry, inbound, metadata, outbound, recording, words
from store.tables.search import PER_CASE
from store.wiping import Wiping

STEP = 1_000
"""Rows that are looked through at once."""

KEPT_OUT = frozenset(
    {"account", "seat", "seat_change", "session", "erasure", "tombstone", "purge", "lease", "blob", "backup"}
)
"""Tables of the house's own people, and those that hold no words. `words` are made anew of the rest."""

SHORTEST = 20
"""Characters of the shortest column that an address or a number is written into."""

_MOMENTS = (
    *("opened_at", "received_at", "created_at", "started_at", "recorded_at", "arrived_at", "made_at", "begun_at"),
    *("saved_at", "written_at", "at"),
)
"""The columns that say when a row came, the first that a table has."""


class Mentions:
    """The mentions of one person within one transaction, in what came up to the moment `before`."""

    def __init__(self, connection: Connection, person: Person, wiping: Wiping, before: datetime) -> None:
        self._connection = connection
        self._person = person
        self._wiping = wiping
        self._before = before

    def look(self, table: Table, after: Any) -> tuple[Any, bool]:
        """Look through the next rows of a table, without a writer's turn: the key of the last one, None where there is
        none left, and whether the person stands in one of them."""
        key, last = key_of(table), None
        if key is not None:
            ahead = select(key).order_by(key).limit(STEP)
            ahead = ahead.where(key > after) if after is not None else ahead
            last = self._connection.execute(select(func.max(ahead.subquery().c[0]))).scalar()
            if last is None:
                return None, False
        hits = self._hits(table, after, last).limit(1)
        return last, self._connection.execute(hits).first() is not None

    def strike(self, table: Table, after: Any, last: Any) -> None:
        """Strike the person out of the rows that `look` looked through."""
        self._rows(table, self._connection.execute(self._hits(table, after, last)).all())

    def of_case(self, identity: int) -> None:
        """Strike the person, names too, out of all that belongs to a case, and make its words anew."""
        for table in (one for one in metadata.sorted_tables if "case_id" in one.c and one.name not in KEPT_OUT):
            mine = select(table).where(table.c.case_id == identity, self._is_old(table))
            self._rows(table, self._connection.execute(mine).all(), names=True)
        own = self._connection.execute(select(case).where(case.c.id == identity, self._is_old(case))).all()
        self._rows(case, own, names=True)
        self.reword(identity)

    def reword(self, identity: int) -> None:
        """Make the words of a case anew, of what there is to read."""
        found = self._connection.execute(select(case).where(case.c.id == identity)).one()
        search = Search(self._connection)
        search.erase(identity)
        search.add(Words(identity, text, sender) for text, sender in self._said(found))

    def _said(self, found: Any) -> Iterator[tuple[str, str]]:
        yield folded(found.number, found.subject, found.requester_name, found.phone or ""), folded(found.requester_name)
        mine = select(inbound.c.subject, inbound.c.content).where(inbound.c.case_id == found.id)
        for row in self._connection.execute(mine.order_by(inbound.c.id)).all():
            content = row.content or {}
            sender = tuple((content.get("from") or {}).values())
            text = content.get("reply_text") or content.get("text") or ""
            yield folded(row.subject or "", *sender, text), folded(*sender)
        texts = select(entry.c.text).where(entry.c.case_id == found.id, entry.c.text != "").order_by(entry.c.id)
        spoken = select(recording.c.transcript).where(
            recording.c.case_id == found.id, recording.c.transcript.is_not(None)
        )
        for chosen in (texts, spoken):
            yield from ((folded(text), "") for text in self._connection.execute(chosen).scalars().all())

    def _hits(self, table: Table, after: Any, last: Any) -> Any:
        """The rows of that span in which a database finds one of the spellings."""
        key = key_of(table)
        chosen = self._standing(table).where(self._is_old(table))
        chosen = chosen.where(key > after) if after is not None else chosen
        return chosen.where(key <= last) if last is not None else chosen

    def _is_old(self, table: Table) -> ColumnElement[bool]:
        moment = next((table.c[name] for name in _MOMENTS if name in table.c), None)
        return true() if moment is None else moment <= self._before

    def _standing(self, table: Table) -> Any:
        if table is words:
            said = [
                column.contains(one, autoescape=True)
                for column in (words.c.text, words.c.sender)
                for one in self._person.words
                if one
            ]
            return select(words).where(or_(*said))
        columns = [_as_text(one) for one in texts_of(table)]
        return select(table).where(or_(*(self._stands(column) for column in columns)))

    def _stands(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Compared without case: SQLite's LIKE does so by itself, PostgreSQL's ILIKE."""
        return or_(*(column.icontains(one, autoescape=True) for one in self._person.spellings))

    def _rows(self, table: Table, rows: Sequence[Any], names: bool = False) -> None:
        if table is words:
            for identity in sorted({row.id // PER_CASE for row in rows}):
                self.of_case(identity)
            return
        for row in rows:
            values = {one.name: getattr(row, one.name) for one in texts_of(table)}
            if names or any(self._stands_in(value) for value in values.values()):
                self._strike(table, row, values)

    def _stands_in(self, value: Any) -> bool:
        return value is not None and self._person.without(value, names=False) != value

    def _strike(self, table: Table, row: Any, values: dict[str, Any]) -> None:
        struck = {name: self._person.without(value, names=True) for name, value in values.items()}
        changed = {name: _fitting(table, name, value) for name, value in struck.items() if value != values[name]}
        if not changed:
            return
        self._connection.execute(update(table).where(*_same(table, row)).values(**changed))
        self._wiping.count("mentions", 1)
        if table is inbound:
            self._wiping.raw_of_messages([row.id])
        elif table is outbound:
            self._wiping.raw_of_mails([row.id])


def tables() -> list[Table]:
    """The tables that are looked through, the words of the search last."""
    chosen = [one for one in metadata.sorted_tables if one.name not in KEPT_OUT and one is not words and texts_of(one)]
    return [*chosen, words]


def texts_of(table: Table) -> list[Any]:
    """The columns into which people's words, addresses or numbers may be written."""
    return [one for one in table.c if _is_text(one) and not (one.primary_key or one.unique or one.foreign_keys)]


def key_of(table: Table) -> Any:
    """The one column that a table is walked by, None where its key is of several."""
    keys = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 else None


def _is_text(column: Any) -> bool:
    if isinstance(column.type, JSON):
        return True
    return isinstance(column.type, String) and (column.type.length is None or column.type.length >= SHORTEST)


def _as_text(column: Any) -> ColumnElement[str]:
    return cast(column, TextType) if isinstance(column.type, JSON) else column


def _fitting(table: Table, name: str, value: Any) -> Any:
    """The value cut to its column."""
    longest = getattr(table.c[name].type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _same(table: Table, row: Any) -> tuple[ColumnElement[bool], ...]:
    return (and_(*(one == getattr(row, one.name) for one in table.primary_key.columns)),)
