"""The case's number and its states."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import MOVES, IllegalMoveError, Status, after_reply, case_id, case_number, moved, numbered

YEARS = st.integers(2000, 2099)
SEQUENCES = st.integers(1, 99_999_999)


@given(YEARS, SEQUENCES)
def test_a_number_leads_back_to_its_case(year: int, sequence: int) -> None:
    identity = case_id(year, sequence)
    number = case_number("MPA", identity)
    assert numbered(year, number.removeprefix("MPA-")) == identity


@given(st.tuples(YEARS, SEQUENCES), st.tuples(YEARS, SEQUENCES))
def test_ids_sort_by_year_and_sequence(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (case_id(*one) < case_id(*other)) == (one < other)


def test_a_number_as_people_quote_it() -> None:
    assert case_number("MPA", case_id(2026, 412)) == "MPA-26-00412"
    assert case_number("MPA", case_id(2026, 123_456)) == "MPA-26-123456"


@pytest.mark.parametrize(("current", "to"), list(product(Status, Status)))
def test_a_case_moves_by_the_table_only(current: Status, to: Status) -> None:
    if to in MOVES[current]:
        assert moved(current, to) is to
    else:
        with pytest.raises(IllegalMoveError, match=f"from {current} to {to}"):
            moved(current, to)


def test_every_status_has_its_moves_and_none_comes_back_to_new() -> None:
    assert set(MOVES) == set(Status)
    assert all(Status.NEW not in moves and moves for moves in MOVES.values())


@pytest.mark.parametrize(
    ("current", "after"),
    [
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.WAITING, Status.OPEN),
        (Status.ESCALATED, Status.ESCALATED),
        (Status.CLOSED, Status.OPEN),
    ],
)
def test_a_reply_wakes_what_waited_or_was_closed(current: Status, after: Status) -> None:
    assert after_reply(current) is after
