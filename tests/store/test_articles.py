"""Articles by language: written, approved, withdrawn, and what none was there for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.case import EntryKind
from cases.knowledge import Gap
from store.tx import Store
from tests.store.test_views import add_case

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROW = {
    "article": "login",
    "lang": "fr",
    "title": "Se connecter",
    "link": "https://example.org/login",
    "category": "",
    "motif": "acces",
    "tool": "notice",
    "keywords": "connexion",
    "summary": "",
    "expires": "",
}


def test_an_article_is_there_once_it_is_approved_and_waits_again_when_changed(store: Store) -> None:
    with store.transaction("test") as tx:
        tx.articles.write([ROW, ROW | {"lang": "de"}], NOW, "anne")
        assert tx.articles.approved() == ()
        assert tx.articles.approve(("login", "fr"), NOW, "paul")
        assert not tx.articles.approve(("login", "fr"), NOW, "paul")
        assert not tx.articles.approve(("login", "nl"), NOW, "paul")
        [shown] = tx.articles.approved()
        assert (shown.lang, shown.when) == ("fr", {"motif": ("acces",), "tool": ("notice",)})
        tx.articles.write([ROW | {"title": "Connexion"}], NOW, "anne")
        assert tx.articles.approved() == ()
        assert [(row.lang, row.title, row.approved_by) for row in tx.articles.all()] == [
            ("de", "Se connecter", None),
            ("fr", "Connexion", None),
        ]


def test_what_is_withdrawn_is_shown_no_longer(store: Store) -> None:
    with store.transaction("test") as tx:
        tx.articles.write([ROW], NOW, "anne")
        assert not tx.articles.withdraw(("login", "fr"))
        tx.articles.approve(("login", "fr"), NOW, "paul")
        assert tx.articles.withdraw(("login", "fr"))
        assert tx.articles.approved() == ()


def test_cases_without_an_article_are_counted_by_topic(store: Store) -> None:
    opened = {"opened_at": NOW + HOUR, "touched_at": NOW + HOUR, "tool": "notice", "lang": "fr", "category": ""}
    helped, alone = (add_case(store, motif=motif, **opened) for motif in ("acces", "erreur"))
    add_case(store, motif="erreur", hidden=True, **opened)
    with store.transaction("test") as tx:
        tx.articles.write([ROW], NOW, "anne")
        tx.articles.approve(("login", "fr"), NOW, "paul")
        tx.cases.add_entries([said(helped, on=True), said(alone, on=True), said(alone, on=False)])
        assert tx.articles.missing(NOW, NOW + 2 * HOUR, UTC) == [
            Gap("notice", "erreur", 1, 0),
            Gap("notice", "acces", 0, 1),
        ]
        assert tx.articles.missing(NOW, NOW + HOUR, UTC) == []


def test_an_article_ends_with_the_day_of_the_service(store: Store) -> None:
    after_midnight = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # the eleventh in Brussels
    opened = {"opened_at": after_midnight, "touched_at": after_midnight, "tool": "notice", "lang": "fr"}
    add_case(store, motif="acces", category="", **opened)
    with store.transaction("test") as tx:
        tx.articles.write([ROW | {"expires": "2026-03-10"}], NOW, "anne")
        tx.articles.approve(("login", "fr"), NOW, "paul")
        gaps = tx.articles.missing(NOW, NOW + timedelta(days=2), ZoneInfo("Europe/Brussels"))
        assert gaps == [Gap("notice", "acces", 1, 0)]


def said(case_id: int, *, on: bool) -> dict[str, object]:
    data = {"on": on, "tool": "notice", "motif": "acces"}
    entry = {"case_id": case_id, "kind": EntryKind.NO_ARTICLE, "at": NOW + HOUR, "actor": "paul", "text": ""}
    return entry | {"data": data, "person_key": None}
