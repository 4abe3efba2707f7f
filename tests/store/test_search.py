"""Full-text search finds the same on both databases, and what a plain look would find."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.folding import folded
from cases.folding import words as folded_words
from store import search
from store.inbox import Place
from store.search import Phrase, Wanted, Words
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.store.test_views import add_case

DAY = timedelta(days=1)


def phrase(text: str, *, open_end: bool = False) -> Phrase:
    return Phrase(tuple(folded_words(text)), open_end)


def keep(store: Store, case_id: int, *texts: str, sender: str = "") -> None:
    with store.transaction("test.words") as tx:
        tx.search.add([Words(case_id, folded(text), folded(sender)) for text in texts])


def found(store: Store, *texts: str, limit: int = 50, **wanted: Any) -> list[int]:
    phrases = tuple(phrase(text) for text in texts)
    with store.reading() as tx:
        return [row.id for row in tx.search.find(Wanted(phrases=phrases, **wanted), None, limit).rows]


def test_words_are_found_whatever_their_case_and_accents(store: Store) -> None:
    case = add_case(store)
    keep(store, case, "L'écran reste BLANC à l'étape 3 : erreur n° 500")
    for text in ("ecran", "Écran blanc".split()[0], "blanc a", "ETAPE 3", "500"):
        assert found(store, text) == [case], text
    assert found(store, "blanc etape") == []
    assert found(store, "blanc", "etape") == [case]


def test_the_newest_case_comes_first_and_each_once(store: Store) -> None:
    old, new = add_case(store), add_case(store)
    keep(store, old, "panne du guichet", "toujours la panne")
    keep(store, new, "panne")
    keep(store, old, "encore la panne")
    assert found(store, "panne") == [new, old]
    assert found(store, "panne", limit=1) == [new]


def test_only_the_begin_of_a_word_is_enough_where_it_is_said_so(store: Store) -> None:
    case = add_case(store)
    keep(store, case, "permis d'environnement")
    with store.reading() as tx:
        open_end = Wanted(phrases=(phrase("permis d enviro", open_end=True),))
        assert [row.id for row in tx.search.find(open_end, None, 5).rows] == [case]
    assert found(store, "enviro") == []


def test_who_wrote_is_not_what_was_written(store: Store) -> None:
    case = add_case(store)
    keep(store, case, "Bonjour de Namur", sender="Jeanne Dupont jeanne@example.org")
    assert found(store, senders=(phrase("dupont"),)) == [case]
    assert found(store, senders=(phrase("jeanne@example.org"),)) == [case]
    assert found(store, "namur", senders=(phrase("jeanne"),)) == [case]
    assert found(store, senders=(phrase("namur"),)) == []
    assert found(store, "dupont") == []


def test_chips_narrow_with_words_and_without(store: Store) -> None:
    old = add_case(store, at=NOW - 5 * DAY, tool="notice", status="closed", category="incident")
    new = add_case(store, at=NOW, tool="twice", status="open", category="requete")
    for case in (old, new):
        keep(store, case, "panne")
    wanted: list[tuple[dict[str, Any], list[int]]] = [
        ({"tools": ("notice",)}, [old]),
        ({"statuses": ("open", "closed")}, [new, old]),
        ({"categories": ("incident",), "statuses": ("open",)}, []),
        ({"since": NOW - DAY}, [new]),
        ({"until": NOW - DAY}, [old]),
        ({"until": NOW - 9 * DAY}, []),
        ({"since": NOW + DAY}, []),
        ({"number": "MPA-26-00002"}, [new]),
    ]
    for chips, expected in wanted:
        assert found(store, **chips) == expected, chips
        assert found(store, "panne", **chips) == expected, chips


def test_what_is_hidden_is_not_found(store: Store) -> None:
    keep(store, add_case(store, hidden=True), "panne")
    assert found(store, "panne") == found(store) == []


def test_pages_follow_each_other(store: Store) -> None:
    ids = [add_case(store, at=NOW + n * DAY) for n in range(5)]
    for case in ids:
        keep(store, case, "panne", "panne encore")
    for wanted in (Wanted(phrases=(phrase("panne"),)), Wanted(statuses=("x",))):
        seen: list[int] = []
        after = None
        with store.reading() as tx:
            while rows := tx.search.find(wanted, after, 2).rows:
                seen += [row.id for row in rows]
                after = Place(rows[-1].opened_at, rows[-1].id)
        assert seen == ids[::-1]


def test_a_case_whose_words_are_erased_is_not_found(store: Store) -> None:
    case, other = add_case(store), add_case(store)
    for one in (case, other):
        keep(store, one, "panne", "panne")
    with store.transaction("test.erase") as tx:
        tx.search.erase(case)
    assert found(store, "panne") == [other]
    keep(store, case, "retour")
    assert found(store, "retour") == [case]


WORDS = st.sampled_from(["panne", "Pannes", "écran", "500", "0470", "1e5", "12abc", "été-2", "жук", "x1", "ﬁn", "a_b"])
TEXTS = st.lists(st.lists(WORDS | st.text(max_size=4), max_size=6).map(" ".join), max_size=5)


@pytest.fixture
def empty(store: Store) -> Store:
    add_case(store)
    add_case(store)
    return store


@pytest.mark.parametrize("common", [0, 1, 1_000])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, asked=st.lists(WORDS | st.text(max_size=4), min_size=1, max_size=2), open_end=st.booleans())
def test_both_databases_find_what_a_plain_look_finds(
    empty: Store, monkeypatch: pytest.MonkeyPatch, texts: list[str], asked: list[str], open_end: bool, common: int
) -> None:
    """So few rows would be read one by one: `common` is how many have to have the begin of a word for that, 0 for the
    usual way."""
    older, case = 202600000001, 202600000002
    given_words = tuple(folded_words(" ".join(asked)))
    if not given_words:
        return
    kept = [Words(case, text) for one in texts if (text := folded(one))]
    with empty.transaction("test.words") as tx:
        tx.search.erase(older)
        tx.search.erase(case)
        tx.search.add([Words(older, "zzz"), *kept])
    if common:
        monkeypatch.setattr(search, "WALKED", len(kept))
        monkeypatch.setattr(search, "COMMON", common)
    with empty.reading() as tx:
        rows = tx.search.find(Wanted(phrases=(Phrase(given_words, open_end),)), None, 5).rows
    assert bool(rows) is any(in_a_row(one.text.split(), given_words, open_end=open_end) for one in kept)


def in_a_row(text: list[str], asked: tuple[str, ...], *, open_end: bool) -> bool:
    """Whether these words stand in a row somewhere; of the last one its begin is enough where it is open."""
    for start in range(len(text) - len(asked) + 1):
        *others, last = text[start : start + len(asked)]
        if tuple(others) == asked[:-1] and (last.startswith(asked[-1]) if open_end else last == asked[-1]):
            return True
    return False
