"""Full-text search: the words of each case, and the cases that have some of them, the newest first.

Words are folded before they come here (`cases.folding`), so that both databases find the same by indexes of their own.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)

from cases.case import Status
from store.inbox import Place
from store.tables import case, words
from store.tables.base import UtcDateTime
from store.tables.inbox import shown, unclosed
from store.tables.search import PER_CASE
from store.views import of_cases

FEW, MOST = 300, 10_000
"""How many of the newest rows with these words are looked at: at first, and where filters left too few of them."""
SAMPLE, COMMON, WALKED = 1_000, 100, 20_000
"""The begin of a word is common where so many of the newest `SAMPLE` rows have it. No index is of use there: it merges
the rows of all words that begin so before it gives the first. `WALKED` rows at most are read one by one instead."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message, note or call of a case says, and who wrote it; both folded."""

    case_id: int
    text: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, folded; of the last one only the begin where `open_end`."""

    words: tuple[str, ...]
    open_end: bool = False


Term = tuple[str, Phrase]
"""A phrase, after the column that has to have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases: with a message, note or call that has every phrase, by somebody whom all of `senders` name. '' and
    () let every case pass; `since` and `until` are when it was opened, the latter not included."""

    phrases: tuple[Phrase, ...] = ()
    senders: tuple[Phrase, ...] = ()
    number: str = ""
    categories: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Cases as `store.inbox` lists them. `cut`: there may be older ones, which were not looked at."""

    rows: list[Row[Any]]
    cut: bool = False


class Search:
    """The search of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Iterable[Words]) -> None:
        """Let cases be found by these words, too. One statement.

        Two may not add to one case at once: intake and actions decide alone, and whoever else does has written the case
        before in the same transaction.
        """
        given = [_row(one) for one in rows if one.text]
        if given:
            self._connection.execute(_ADD, given)

    def erase(self, case_id: int) -> None:
        """Forget the words of a case."""
        own = (words.c.id > case_id * PER_CASE) & (words.c.id < (case_id + 1) * PER_CASE)
        self._connection.execute(delete(words).where(own))

    def erase_words(self, case_id: int, text: str) -> None:
        """Forget one text of a case, as it was added."""
        own = (words.c.id > case_id * PER_CASE) & (words.c.id < (case_id + 1) * PER_CASE)
        self._connection.execute(delete(words).where(own, words.c.text == text))

    def find(self, wanted: Wanted, after: Place | None, limit: int) -> Found:
        """The cases that are wanted, newest first, from a place on. At most nine statements.

        Only where whole words leave a page unfilled are begins of words looked for.
        """
        if not wanted.phrases and not wanted.senders:
            return Found(self._cases([*_filters(wanted), *_beyond(after)], _BY_OPENING, limit))
        found = self._having(_whole(wanted), after, limit)
        return found if len(found.rows) == limit or wanted == _whole(wanted) else self._having(wanted, after, limit)

    def _having(self, wanted: Wanted, after: Place | None, limit: int) -> Found:
        filters, bounds = list(_filters(wanted)), list(_bounds(wanted, after))
        having, cut = self._matching(wanted, bounds)
        hits, rows = list[int](), list[Row[Any]]()
        for most in (FEW, MOST):
            hits = self._hits(having.where(*bounds), most)
            ids = sorted({identity // PER_CASE for identity in hits})
            given = bindparam("ids", ids, BigInteger, expanding=True, literal_execute=True)  # 10,000 are slow to bind
            of_these = case.c.id.in_(given)
            rows = self._cases([*filters, of_these], _BY_ID, limit)
            if len(rows) == limit or len(hits) < most:
                break
        return Found(rows, cut=len(rows) < limit and (cut or len(hits) == most))

    def _matching(self, wanted: Wanted, bounds: Sequence[ColumnElement[bool]]) -> tuple[Select[Any], bool]:
        """What gives the rows that have the words, and whether it leaves out older ones."""
        by_index = _BY_INDEX[self._connection.dialect.name]
        if wanted == _whole(wanted):
            return by_index(wanted), False
        floor, rare = self._looked_at(wanted, bounds)
        if floor is None:
            return _one_by_one(wanted), False
        if not rare.phrases and not rare.senders:
            return _one_by_one(wanted).where(_key > floor), True
        return by_index(rare).where(*(_stands(wanted) if rare != wanted else ())), False

    def _looked_at(self, wanted: Wanted, bounds: Sequence[ColumnElement[bool]]) -> tuple[int | None, Wanted]:
        """The id down to which rows may be read one by one, None where that is all of them; and the same without common
        begins of words. One statement."""
        begins = [(name, one) for name, one in _terms(wanted) if one.open_end]
        rows = words.alias("found")
        newest = select(rows).where(*bounds).order_by(_key.desc()).limit(SAMPLE).subquery("found")
        beyond = select(_key).select_from(rows).where(*bounds).order_by(_key.desc()).offset(WALKED).limit(1)
        counts = [func.count().filter(_has(name, one)) for name, one in begins]
        chosen = select(beyond.scalar_subquery(), *counts).select_from(newest)
        floor, *found = self._connection.execute(chosen).one()
        common = {term for term, count in zip(begins, found, strict=True) if count >= COMMON}
        phrases = _without("text", common, wanted.phrases)
        senders = _without("sender", common, wanted.senders)
        return floor, replace(wanted, phrases=phrases, senders=senders)

    def _hits(self, having: Select[Any], most: int) -> list[int]:
        """The ids of the newest rows that have the words."""
        return list(self._connection.execute(having.order_by(_key.desc()).limit(most)).scalars())

    def _cases(self, where: Sequence[ColumnElement[bool]], order: Sequence[Any], limit: int) -> list[Row[Any]]:
        """Cases with what a list shows of them. They are chosen first: what is shown is read of few alone."""
        newest = select(case.c.id).where(shown, *where).order_by(*order).limit(limit).subquery()
        chosen = of_cases().where(case.c.id.in_(select(newest.c.id))).order_by(*order)
        return list(self._connection.execute(chosen).all())


_BY_OPENING = (case.c.opened_at.desc(), case.c.id.desc())
_BY_ID = (case.c.id.desc(),)
_key: ColumnElement[int] = literal_column("found.id", BigInteger)
_FIRST = bindparam("first", type_=BigInteger)
_FREE = select((func.coalesce(func.max(words.c.id), _FIRST) + 1).label("id")).where(
    words.c.id > _FIRST, words.c.id < _FIRST + PER_CASE
)
_NEXT = _FREE.subquery("free")
_GIVEN = (bindparam("sender", type_=words.c.sender.type), bindparam("text", type_=words.c.text.type))
_ADD = insert(words).from_select(
    ["id", "sender", "text"], select(_NEXT.c.id, *_GIVEN).where(_NEXT.c.id < _FIRST + PER_CASE)
)
"""The next row of a case; none once it has as many as there is room for."""


def _whole(wanted: Wanted) -> Wanted:
    """The same, but every word as it stands."""
    phrases, senders = ([replace(one, open_end=False) for one in each] for each in (wanted.phrases, wanted.senders))
    return replace(wanted, phrases=tuple(phrases), senders=tuple(senders))


def _row(one: Words) -> dict[str, Any]:
    return {"first": one.case_id * PER_CASE, "sender": one.sender, "text": one.text}


def _without(name: str, common: Collection[Term], phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """The phrases, but of the common ones only the words before the last."""
    kept = (Phrase(one.words[:-1]) if (name, one) in common else one for one in phrases)
    return tuple(one for one in kept if one.words)


def _terms(wanted: Wanted) -> list[Term]:
    return [("text", one) for one in wanted.phrases] + [("sender", one) for one in wanted.senders]


def _in_sqlite(wanted: Wanted) -> Select[Any]:
    """By FTS5, which walks the rows that have a word from the newest on (its documentation, 3 and 4.3)."""
    query = " AND ".join(f'{name} : "{" ".join(one.words)}"{" *" * one.open_end}' for name, one in _terms(wanted))
    statement = "SELECT rowid AS id, sender, text FROM words_index WHERE words_index MATCH :query"
    matching = (
        text(statement).bindparams(query=query).columns(column("id", BigInteger), column("sender"), column("text"))
    )
    return select(_key).select_from(matching.subquery("found"))


def _in_postgresql(wanted: Wanted) -> Select[Any]:
    """By GIN, or by key from the newest on where the words are common (its manual, 12.3.2)."""
    weights = {"text": "B", "sender": "A"}
    query = " & ".join(f"({_in_a_row(one, weights[name])})" for name, one in _terms(wanted))
    matches = literal_column("found.vector").op("@@")(func.to_tsquery(literal_column("'simple'"), query))
    return select(_key).select_from(words.alias("found")).where(matches)


def _in_a_row(phrase: Phrase, weight: str) -> str:
    *others, last = phrase.words
    return " <-> ".join([*(f"{word}:{weight}" for word in others), f"{last}:{'*' * phrase.open_end}{weight}"])


_BY_INDEX = {"sqlite": _in_sqlite, "postgresql": _in_postgresql}


def _one_by_one(wanted: Wanted) -> Select[Any]:
    """By reading each row."""
    return select(_key).select_from(words.alias("found")).where(*_stands(wanted))


def _stands(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    return (_has(name, one) for name, one in _terms(wanted))


def _has(name: str, phrase: Phrase) -> ColumnElement[bool]:
    """Whether a row has these words: they are folded, and one space parts them."""
    end = "" if phrase.open_end else " "
    return literal_column(f"' ' || found.{name} || ' '").like(f"% {' '.join(phrase.words)}{end}%")


def _bounds(wanted: Wanted, after: Place | None) -> Iterator[ColumnElement[bool]]:
    """Between which rows the words are looked for; what was opened on other days is not walked over one by one.

    The sum keeps a database from walking the cases by id until one was opened then: the index by opening is shorter.
    """
    if after is not None:
        yield _key < after.id * PER_CASE
    opened = list(_opened(wanted))
    if wanted.since is not None:
        yield _key >= select(func.min(case.c.id + 0)).where(*opened).scalar_subquery() * PER_CASE
    if wanted.until is not None:
        yield _key < (select(func.max(case.c.id + 0)).where(*opened).scalar_subquery() + 1) * PER_CASE


def _opened(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Between which times a case was opened."""
    if wanted.since is not None:
        yield case.c.opened_at >= wanted.since
    if wanted.until is not None:
        yield case.c.opened_at < wanted.until


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What is asked of the case itself."""
    if wanted.number:
        yield case.c.number == wanted.number
    for chosen, of in (
        (wanted.categories, case.c.category),
        (wanted.tools, case.c.tool),
        (wanted.statuses, case.c.status),
    ):
        if chosen:
            yield of.in_(chosen)
    if wanted.statuses and Status.CLOSED not in wanted.statuses:
        yield unclosed  # few are open, and have an index
    yield from _opened(wanted)


def _beyond(after: Place | None) -> Iterator[ColumnElement[bool]]:
    if after is not None:
        at, identity = literal(after.at, UtcDateTime), literal(after.id, BigInteger)
        yield tuple_(case.c.opened_at, case.c.id) < tuple_(at, identity)
