"""Recognisers against labelled examples, all invented, and against anything."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.masking import (
    Personal,
    blanked,
    find,
    is_card,
    is_enterprise_number,
    is_iban,
    is_national_number,
    masked,
    masked_but,
)

HERE = Path(__file__).parent
EXAMPLES = [
    json.loads(line)
    for name in ("masking.jsonl", "masking_letters.jsonl")
    for line in (HERE / name).read_text("utf-8").splitlines()
]
RECALL = PRECISION = 0.97
MISSED = ("0470001234",)
"""Written together with the word before it."""


def test_recall_and_precision_on_the_labelled_examples() -> None:
    hits, wanted, said = totals()
    assert len(EXAMPLES) >= 200
    assert hits.total() >= RECALL * wanted.total()
    assert hits.total() >= PRECISION * said.total()


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one["found"]], ids=lambda one: one["text"][:30])
def test_nothing_that_was_found_is_left_to_read(example: dict[str, list[list[str]]]) -> None:
    told = masked(str(example["text"]))
    assert all(f"[{kind}]" in told for kind, value in example["found"] if value not in MISSED)


def test_what_leaves_readable_is_named_and_all_else_is_masked() -> None:
    text = "NN 72.04.15-017.06, anne@example.org, 0470 00 12 34"
    assert masked(text, but=(Personal.EMAIL,)) == "NN [national_number], anne@example.org, [phone]"
    assert masked_but(text, lambda found: "0470" in found) == "NN [national_number], [email], 0470 00 12 34"


def test_the_signs_of_writing_programs_hide_nothing() -> None:
    assert masked("0470\u00a000\u202f12\u00a034 et 72.04.15\u2013017.06") == "[phone] et [national_number]"


def test_the_page_says_what_was_measured() -> None:
    page = (HERE.parents[1] / "docs" / "privacy.md").read_text("utf-8")
    for kind in Personal:
        hits, wanted, said = (totals()[index][kind] for index in range(3))
        assert f"| `{kind}` | {wanted} | {hits}/{wanted} | {hits}/{said} |" in page


def totals() -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By kind: how many were found rightly, how many there are, how many were found."""
    hits, wanted, said = Counter[str](), Counter[str](), Counter[str]()
    for example in EXAMPLES:
        truth = Counter(tuple(one) for one in example["found"])
        here = Counter((str(one.kind), example["text"][one.start : one.end]) for one in find(example["text"]))
        for total, counted in ((hits, truth & here), (wanted, truth), (said, here)):
            total.update(kind for kind, _ in counted.elements())
    return hits, wanted, said


def test_a_model_sees_neither_what_was_found_nor_the_mark() -> None:
    text = "Appelez le 0470 00 12 34 ou anne@example.org, dossier [brouillon]."
    assert blanked(masked(text)) == blanked(text) == "Appelez le   ou  , dossier [brouillon]."


@given(st.text(max_size=400))
def test_findings_are_apart_in_order_and_within_the_text(text: str) -> None:
    found = find(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)


@given(st.text(alphabet="0123456789+-./ @aBEe", max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@given(
    st.dates().map(lambda day: day.strftime("%y%m%d")),
    st.integers(1, 997),
    st.sampled_from(["", "2"]),
    st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "{}-{}.{}"]),
)
def test_a_national_number_of_either_century_is_found(born: str, counter: int, century: str, shape: str) -> None:
    check = 97 - int(f"{century}{born}{counter:03d}") % 97
    written = shape.format(born, f"{counter:03d}", f"{check:02d}")
    assert is_national_number(written)
    assert masked(f"NN {written}.") == "NN [national_number]."


@given(st.integers(0, 19_999_999))
def test_an_enterprise_number_is_found_and_no_neighbour_of_it(base: int) -> None:
    digits = f"{base:08d}{97 - base % 97:02d}"
    assert is_enterprise_number(f"BE {digits[:4]}.{digits[4:7]}.{digits[7:]}")
    assert not is_enterprise_number(digits[:8] + f"{(int(digits[8:]) + 1) % 100:02d}")


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11))
def test_one_wrong_digit_breaks_an_account_number(bban: str, place: int) -> None:
    check = 98 - int(f"{bban}111400") % 97  # B is 11, E is 14
    good = f"BE{check:02d}{bban}"
    assert is_iban(good)
    other = bban[:place] + str((int(bban[place]) + 1) % 10) + bban[place + 1 :]
    assert not is_iban(f"BE{check:02d}{other}")


@given(st.text(alphabet="0123456789", min_size=15, max_size=15), st.integers(0, 14))
def test_one_wrong_digit_breaks_a_card(digits: str, place: int) -> None:
    [good] = [digits + last for last in "0123456789" if is_card(digits + last)]
    assert not is_card(good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :])
