"""Articles by language, their approval, and the topics that have none."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cases.case import EntryKind
from cases.knowledge import Asked, Gap, Said, unanswered
from cases.receipt import Article
from store.tables import article, case, entry

Key = tuple[str, str]
"""An article's id, and its language."""

_WRITTEN = ("title", "link", "category", "motif", "tool", "keywords", "summary", "expires")


class Articles:
    """The articles of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def all(self) -> list[Row[Any]]:
        """Every row, by id and language."""
        return list(self._connection.execute(select(article).order_by(article.c.article, article.c.lang)).all())

    def approved(self) -> tuple[Article, ...]:
        """Those that may be shown, expired ones among them, as what is proposed."""
        chosen = select(article).where(article.c.approved_at.is_not(None)).order_by(article.c.id)
        return tuple(as_article(row) for row in self._connection.execute(chosen))

    def write(self, rows: Sequence[Mapping[str, str]], at: datetime, by: str) -> None:
        """Add articles, or change them by id and language; a changed one waits for approval again."""
        if not rows:
            return
        adding = self._insert(article)
        changed = {name: adding.excluded[name] for name in (*_WRITTEN, "written_at", "written_by")}
        kept = adding.on_conflict_do_update(
            index_elements=["article", "lang"], set_={**changed, "approved_at": None, "approved_by": None}
        )
        self._connection.execute(kept, [{**row, "written_at": at, "written_by": by} for row in rows])

    def approve(self, key: Key, at: datetime, by: str) -> bool:
        """Let it be shown from now on; False where there is no such article, or it is approved already."""
        waiting = update(article).where(*_at(key), article.c.approved_at.is_(None))
        return self._connection.execute(waiting.values(approved_at=at, approved_by=by)).rowcount == 1

    def withdraw(self, key: Key) -> bool:
        """Show it no longer; False where it was not shown."""
        shown = update(article).where(*_at(key), article.c.approved_at.is_not(None))
        return self._connection.execute(shown.values(approved_at=None, approved_by=None)).rowcount == 1

    def missing(self, begin: datetime, end: datetime, zone: tzinfo, others: Iterable[Article] = ()) -> list[Gap]:
        """The topics (tool and motif) of [begin, end) without an article, those most asked about first.

        Counted are the cases opened then for which no approved article in their language was about their topic on their
        day, which is that of `zone`, and the agents who said that none fits. `others` are the profile's own articles.
        """
        known = [*((as_article(row), row.approved_at) for row in self.all() if row.approved_at)]
        known += [(one, None) for one in others if one.approved]
        return unanswered(self._asked(begin, end, zone), self._said(begin, end), known)

    def _asked(self, begin: datetime, end: datetime, zone: tzinfo) -> list[Asked]:
        columns = (case.c.tool, case.c.motif, case.c.category, case.c.lang, case.c.opened_at)
        then = (case.c.touched_at >= begin) & (case.c.opened_at >= begin) & (case.c.opened_at < end)
        chosen = select(*columns).where(then, case.c.hidden.is_(False), case.c.motif != "")
        rows = self._connection.execute(chosen)
        return [Asked(row.tool, row.motif, row.category, row.lang, row.opened_at.astimezone(zone)) for row in rows]

    def _said(self, begin: datetime, end: datetime) -> list[Said]:
        """What agents said last of each case; one who took it back said nothing."""
        columns = (entry.c.case_id, entry.c.data)
        then = (entry.c.kind == EntryKind.NO_ARTICLE, entry.c.at >= begin, entry.c.at < end)
        rows = self._connection.execute(select(*columns).where(*then).order_by(entry.c.at, entry.c.id))
        last = {row.case_id: row.data for row in rows}
        return [Said(data["tool"], data["motif"]) for data in last.values() if data["on"]]


def as_article(row: Any) -> Article:
    """A row as what is proposed."""
    when = {name: (value,) for name in ("category", "motif", "tool") if (value := getattr(row, name))}
    return Article(
        id=row.article,
        title=row.title,
        link=row.link,
        lang=row.lang,
        when=when,
        approved=row.approved_at is not None,
        expires=row.expires,
        keywords=row.keywords,
        summary=row.summary,
    )


def _at(key: Key) -> Collection[Any]:
    identity, lang = key
    return (article.c.article == identity, article.c.lang == lang)
