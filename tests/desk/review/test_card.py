"""What a card says: the words that counted, and the second suggestion."""

from types import SimpleNamespace
from typing import Any

import pytest

from cases.review import Cause, Field
from desk.review.card import Piece, card, pieces, second
from desk.review.session import Item
from tests.profiles import shipped

PROFILE = shipped()


def item(text: str = "Mon Espace reste bloqué.", **tags: Any) -> Item:
    row = SimpleNamespace(motif="acces", tool="mon_espace", scope="in", tags=tags, content={"reply_text": text})
    return Item(Cause.DOUBT, row)


def test_the_words_that_counted_stand_by_themselves_wherever_they_are() -> None:
    assert pieces("Bloqué, et bloquée ; bloqué.", ["bloqué"]) == (
        Piece("Bloqué", counted=True),
        Piece(", et bloquée ; ", counted=False),
        Piece("bloqué", counted=True),
        Piece(".", counted=False),
    )
    assert pieces("(a+b)* [x", ["(a+b)*"])[0] == Piece("(a+b)*", counted=True)
    assert pieces("", ["x"]) == ()


@pytest.mark.parametrize(
    ("reason", "mistaken", "motif"),
    [
        ("possible_incident, unsure", "demande_information", "incident"),
        ("unsure", "demande_information", "demande_information"),
        ("unsure", "acces", None),
        ("unsure", "no_motif_of_ours", None),
        ("", "", None),
    ],
)
def test_the_second_suggestion_is_what_it_may_well_be(reason: str, mistaken: str, motif: str | None) -> None:
    found = second(item(reason=reason), PROFILE, mistaken)
    assert (found[Field.MOTIF] if found else None) == motif
    assert found is None or found[Field.TOOL] == "mon_espace"


def test_a_long_text_is_cut_to_its_gist_and_the_whole_is_there_too() -> None:
    short, long = card(item(), PROFILE, ""), card(item("Bonjour à tous. " * 200), PROFILE, "")
    assert short.rest == ()
    assert sum(len(one.text) for one in long.gist) < sum(len(one.text) for one in long.rest)
