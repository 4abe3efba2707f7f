"""Recognisers against labelled examples, all invented, and against anything."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.masking import Personal, blanked, find, is_card, is_enterprise_number, is_iban, is_national_number, masked

EXAMPLES = [json.loads(line) for line in (Path(__file__).parent / "masking.jsonl").read_text("utf-8").splitlines()]
RECALL = PRECISION = 0.97


def test_recall_and_precision_on_the_labelled_examples(capsys: pytest.CaptureFixture[str]) -> None:
    hits, wanted, said = Counter[str](), Counter[str](), Counter[str]()
    for example in EXAMPLES:
        truth = Counter(tuple(one) for one in example["found"])
        here = Counter((str(one.kind), example["text"][one.start : one.end]) for one in find(example["text"]))
        for total, counted in ((hits, truth & here), (wanted, truth), (said, here)):
            total.update(kind for kind, _ in counted.elements())
    with capsys.disabled():
        print()
        for kind in Personal:
            print(f"  {kind:<18} recall {hits[kind]}/{wanted[kind]}  precision {hits[kind]}/{said[kind]}")
    assert hits.total() >= RECALL * wanted.total()
    assert hits.total() >= PRECISION * said.total()


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one["found"]], ids=lambda one: one["text"][:30])
def test_nothing_that_was_found_is_left_to_read(example: dict[str, list[list[str]]]) -> None:
    told = masked(str(example["text"]))
    assert all(f"[{kind}]" in told for kind, _ in example["found"])


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
