"""Cases like another, found by index."""

from dataclasses import replace

import pytest

from cases.amending import requester
from cases.event import SenderKind
from cases.joining import merge
from cases.profile import KnownSender
from desk.similar import similar
from store.tx import Store
from tests.desk.incidents.trouble import Trouble
from tests.desk.test_routes import counted


@pytest.fixture
def trouble(store: Store) -> Trouble:
    return Trouble(store)


def found(trouble: Trouble, identity: int) -> list[tuple[str, str, str]]:
    with trouble.store.reading() as tx:
        return [(one.row.number, one.likeness, one.why) for one in similar(tx, identity)]


def test_the_same_trouble_within_hours(trouble: Trouble) -> None:
    first, second = trouble.reported(2)
    trouble.reported(1, signs=("map", "download"))
    trouble.reported(1, tool="notice")
    trouble.later(hours=13)
    trouble.reported(1)
    assert found(trouble, first.id) == [(second.number, "similar", "symptom")]


def test_the_same_file_whoever_writes_and_whenever(trouble: Trouble) -> None:
    [first] = trouble.reported(1, files=("2026/12345", "2026/99999"), motif="demande_information")
    trouble.later(days=40)
    [second] = trouble.reported(1, files=("2026/12345",), tool="notice")
    trouble.reported(1, files=("2026/54321",), tool="notice", signs=())
    assert found(trouble, first.id) == [(second.number, "similar", "file_number")]
    assert found(trouble, second.id) == [(first.number, "similar", "file_number")]


def test_the_same_person_says_it_again(trouble: Trouble) -> None:
    first, second = trouble.reported(2, sender="jeanne@example.org")
    assert found(trouble, second.id) == [(first.number, "duplicate", "sender")]


def test_what_a_relay_passes_on_is_no_repetition_of_one_person(trouble: Trouble) -> None:
    relay = KnownSender(match="relais@example.org", kind=SenderKind.RELAY, label="1718")
    trouble.road.profile = replace(trouble.profile, senders=(relay,))
    first, second = trouble.reported(2, sender="relais@example.org", motif="demande_information")
    assert found(trouble, second.id) == []
    for one in (first, second):
        trouble.do(one.number, requester, "jeanne@example.org")
    assert found(trouble, second.id) == [(first.number, "duplicate", "sender")]


def test_what_was_merged_is_not_proposed_again(trouble: Trouble) -> None:
    first, second = trouble.reported(2, sender="jeanne@example.org")
    trouble.desk.join(first.number, "marie", merge, second.number)
    assert found(trouble, second.id) == []


def test_one_statement_for_the_case_and_one_for_what_is_like_it(trouble: Trouble) -> None:
    [first, *_] = trouble.reported(9, sender="jeanne@example.org", files=("2026/12345",))
    with counted(trouble.store) as statements:
        assert len(found(trouble, first.id)) == 8
    assert len([one for one in statements if one.startswith("SELECT")]) == 2


def test_a_case_that_is_not_there_is_like_none(trouble: Trouble) -> None:
    assert found(trouble, 99) == []
