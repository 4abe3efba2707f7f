import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.storable import storable, storable_line
from tests.ingest.email.storability import assert_line, assert_text

ANY_TEXT = st.text(st.characters(categories=None))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("e\u0301", "é"),
        ("a\ud800b", "a?b"),
        ("a\x85b\u009fc\xa0d", "abc\xa0d"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_text_loses_only_what_cannot_be_stored(given_text: str, expected: str) -> None:
    assert storable(given_text) == expected


def test_a_line_has_no_line_break_of_any_kind() -> None:
    assert storable_line(" a\r\nb\tc\u2028d\x0be\n") == "a b c d e".replace("d e", "de")


def test_length_is_capped() -> None:
    assert storable("é" * 50, 10) == "é" * 10
    assert storable_line("x" * 50, 10) == "x" * 10


def test_a_long_run_of_combining_marks_is_cut_instead_of_sorted_for_seconds() -> None:
    begun = time.process_time()
    text = storable("e" + "\u0301\u0323" * 100_000)
    assert time.process_time() - begun < 1
    assert len(text) <= 32


@given(ANY_TEXT)
def test_any_text_becomes_storable_and_stays_so(text: str) -> None:
    once = storable(text)
    assert_text(once)
    assert storable(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY_TEXT)
def test_any_text_becomes_a_line_and_stays_so(text: str) -> None:
    once = storable_line(text, 60)
    assert_line(once, 60)
    assert storable_line(once, 60) == once
