"""Folded text has nothing left to fold, and no database parts it otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.folding import LONGEST, LONGEST_WORD, MOST, folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'Écran reste BLANC", "l ecran reste blanc"),
        ("Straße, œuvre, Ærø", "strasse oeuvre aero"),
        ("jeanne.dupont@example.org", "jeanne dupont example org"),
        ("MPA-26-00412", "mpa 26 00412"),
        ("0470/00.12.34 à 9h05", "0470 00 12 34 a 9h05"),
        ("e\u0301te\u0301 = été, x² ﬁn", "ete ete x2 fin"),
        ("snake_case", "snake case"),
        ("… — !", ""),
    ],
)
def test_case_accents_and_signs_do_not_count(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_letters_of_other_scripts_keep_their_beginning() -> None:
    whole, begin = words("жук"), words("жу")
    assert whole[0].isascii()
    assert whole[0].startswith(begin[0])


def test_a_text_is_bounded() -> None:
    assert len(folded("mot " * LONGEST)) <= LONGEST
    assert folded("a " * 1_000).split() == ["a"] * MOST
    assert words("x" * 500) == ["x" * LONGEST_WORD]


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in once.split())


@given(st.text(max_size=200), st.text(max_size=200))
def test_texts_are_folded_one_after_the_other(first: str, second: str) -> None:
    assert folded(first, second).split() == (words(first) + words(second))[: len(folded(first, second).split())]
