"""What a profile's patterns may be: whatever text they are given, they end soon."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.patterns import LONGEST_TEXT, MOST_STEPS, faults, search


@pytest.mark.parametrize(
    "pattern",
    [
        r"DIG-\d{1,9}",
        r"\b(?:dossier|aktenzeichen|file)\b[ :#]{0,3}(\d{4,9})",
        r"(?P<key>[A-Z]{2,5}-\d{3})",
        r"(?<!\d)\d{6}(?!\d)",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"(?:\w{1,20} ){1,3}",
        r"[]+*]a?\+\(x",
        r"[^\]{}]\{x,\}",
        "x{,3}",
        r"\b(?:dossier|akte|file|réf)\w{0,7}\W{1,4}(?:n\W{1,2})?([A-Z]{0,2}\d[\w./-]{3,24})",
        r"\w{1,50}@\w{1,50}\b",
        "",
    ],
)
def test_a_pattern_that_ends_soon_has_no_fault(pattern: str) -> None:
    assert list(faults("ticket", pattern)) == []


@pytest.mark.parametrize(
    ("pattern", "cause"),
    [
        ("DIG-(", "no regular expression"),
        (r"DIG-\d+", "+ has no end"),
        (".*", "* has no end"),
        (r"\d{3,}", "{3,} has no end"),
        ("x{1,101}", "{1,101} has no end"),
        (r"(a)\1", r"\1 refers back"),
        ("(?P<a>x)(?P=a)", "not supported"),
        ("(?i)x", "not supported"),
        (r"(?:\w{1,20} ){1,20}", "could take long"),
        (r"(?:a|b|ab){9}", "could take long"),
        (r"\d{1,30}\d{1,30}x", "could take long"),
        ("(?:a?){9}", "could take long"),
    ],
)
def test_one_that_could_take_long_is_named_with_its_mend(pattern: str, cause: str) -> None:
    found = list(faults("ticket", pattern))
    assert {key for key, _, _ in found} == {"ticket"}
    assert any(cause in told for _, told, _ in found)


ATOMS = st.sampled_from(["a", ".", r"\d", "[ab]", r"\w", "(a|b)", "(?:a?b?)", "b"])
REPEATS = st.sampled_from(["", "", "?", "{2}", "{0,9}", "{1,12}?", "+", "*"])
PATTERNS = st.lists(st.tuples(ATOMS, REPEATS).map("".join), min_size=1, max_size=5).map("".join)


@given(PATTERNS, st.sampled_from(["", "{1,3}", "+"]), st.sampled_from("ab1"))
def test_whatever_is_allowed_is_quick_on_a_hostile_text(pattern: str, repeat: str, letter: str) -> None:
    pattern = f"(?:{pattern}){repeat}X"
    if not list(faults("x", pattern)):
        start = time.process_time()
        search(pattern, letter * 2_000)
        assert time.process_time() - start < MOST_STEPS * 5e-4


def test_the_case_of_letters_does_not_matter_and_only_the_beginning_is_read() -> None:
    found = search("dig-[0-9]{1,9}", "Ticket DIG-12")
    assert isinstance(found, re.Match)
    assert found[0] == "DIG-12"
    assert search("x", " " * LONGEST_TEXT + "x") is None
