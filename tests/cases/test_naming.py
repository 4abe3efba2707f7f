"""Names by what brings them up: how many are found, what is taken for one, and that it takes no longer than reading."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.naming import MARK, nameless, people
from cases.secondlevel import SecondLevel

LABELLED = [json.loads(line) for line in (Path(__file__).parent / "names.jsonl").read_text("utf-8").splitlines()]


def test_recall_and_precision_are_what_the_page_says() -> None:
    found = [([one["text"][a:b] for a, b in people(one["text"])], one["names"]) for one in LABELLED]
    there = sum(len(names) for _, names in found)
    hits = sum(len(set(got) & set(names)) for got, names in found)
    alarms = sum(len(set(got) - set(names)) for got, names in found)
    assert (there, hits, alarms) == (44, 37, 1)
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
    assert f"finds {hits} of {there} names with {alarms} false alarm" in page


def test_a_known_name_is_found_wherever_it_stands() -> None:
    assert (
        nameless("Vu avec Zylberquist; Perrine viendra.", ["Perrine Zylberquist"]) == f"Vu avec {MARK}; {MARK} viendra."
    )


@pytest.mark.parametrize("unit", ["Madame ", "Madame A", "Cordialement\n", "je suis A ", "de la ", "A-", "A'"])
def test_time_is_in_proportion_to_the_text(unit: str) -> None:
    begun = time.process_time()
    people(unit * (200_000 // len(unit)))
    assert time.process_time() - begun < 5


@given(st.text())
def test_twice_changes_nothing_more(text: str) -> None:
    assert nameless(nameless(text)) == nameless(text)


def test_a_second_level_sees_what_its_profile_says() -> None:
    given = {"id": "n2", "label": "N2", "address": "n2@example.be"}
    text = "Mme Delvigne, delvigne@example.org"
    assert SecondLevel(**given).shown(text) == "Mme Delvigne, [email]"
    assert SecondLevel(**given, hides_names=True).shown(text) == "Mme [name], [email]"
    assert SecondLevel(**given, hides_names=True, unmasked=True).shown(text) == text
