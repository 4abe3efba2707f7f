"""Suggestions on messages that people labelled: what a receipt would show is right, and an agent finds the rest."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cases.knowledge import for_agent, for_receipt
from cases.receipt import Article
from classify.concepts import Concepts
from classify.similar import signs

PAIRS = Path(__file__).parents[1] / "data" / "knowledge" / "pairs.toml"
TODAY = date(2026, 3, 24)
CATEGORY = {"category": "requete", "scope": "in", "review": "no"}


@cache
def labelled() -> Any:
    return tomllib.loads(PAIRS.read_text("utf-8"))


def articles(*, keywords: bool = True) -> list[Article]:
    return [
        Article(
            id=one["id"],
            title=one["title"],
            link="https://example.org/",
            lang=one["lang"],
            when={"tool": (one["tool"],), "motif": (one["motif"],)},
            approved=True,
            keywords=one["keywords"] if keywords else "",
            summary=one["summary"],
        )
        for one in labelled()["articles"]
    ]


@dataclass(frozen=True)
class Measured:
    """Of what was named, how much was right; of what would help, how much was named."""

    named: int
    right: int
    helped: int


def receipts(known: list[Article], among: str = "messages") -> Measured:
    asked = labelled()[among]
    said = [(one["helps"], for_receipt(CATEGORY | one, known, one["lang"], TODAY, one["text"])) for one in asked]
    return Measured(
        named=sum(len(found) for _, found in said),
        right=sum(article.id == helps for helps, found in said for article in found),
        helped=sum(bool(helps) for helps, _ in said),
    )


def messages() -> Iterator[dict[str, str]]:
    yield from labelled()["messages"]


def meanings(text: str) -> frozenset[str]:
    return signs(text, vocabulary())


@cache
def vocabulary() -> Concepts:
    return Concepts.load()


def test_there_are_enough_in_each_language() -> None:
    count = {lang: sum(one["lang"] == lang for one in messages()) for lang in ("fr", "de", "nl", "en")}
    assert min(count.values()) >= 10
    assert sum(count.values()) >= 40


def test_what_a_receipt_names_is_right() -> None:
    found = receipts(articles())
    assert found.right == found.named >= 10, found


@pytest.mark.parametrize("among", ["unseen", "mislead", "again", "once_more", "fresh"])
def test_of_messages_that_were_written_to_mislead_at_most_one_is_named_wrongly(among: str) -> None:
    found = receipts(articles(), among)
    assert found.named - found.right <= 1, found


def test_keywords_find_more() -> None:
    assert receipts(articles(keywords=False)).right < receipts(articles()).right


def test_an_agent_finds_the_article_among_three_whatever_the_tags_say() -> None:
    wrong = {"tool": "gesper", "motif": "incident"}
    for tags, least in (({}, 0.97), (wrong, 0.6)):
        asked = [one for one in messages() if one["helps"]]
        hits = 0
        for one in asked:
            found = for_agent(CATEGORY | one | tags, articles(), TODAY, one["text"], meanings)
            hits += one["helps"] in [each.article.id for each in found]
        assert hits / len(asked) >= least, (tags, hits, len(asked))


def test_an_article_that_waits_or_has_expired_is_named_to_nobody() -> None:
    for change in ({"approved": False}, {"expires": "2026-03-23"}):
        gone = [replace(one, **change) for one in articles()]
        assert receipts(gone).named == 0
        assert all(for_agent(CATEGORY | one, gone, TODAY, one["text"], meanings) == () for one in messages())
