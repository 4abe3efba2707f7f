"""Waves: what is surprising, and what is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.wave import FEWEST, LONGEST, Sighting, Usual, Week, are_alike, at_least, find

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)
NINE = MONDAY + timedelta(hours=9)
PAGE, LOGIN = frozenset({"error", "screen"}), frozenset({"login", "refused"})
OFFICE = Week(MONDAY + timedelta(days=day, hours=hour) for day in range(5) for hour in range(8, 18) for _ in range(20))
"""Weeks of cases in office hours alone."""


def usual(weekly: float, *signs: frozenset[str]) -> Usual:
    return Usual(weekly, signs or [PAGE, LOGIN] * 20, OFFICE)


def told(*minutes: float, signs: frozenset[str] = PAGE) -> list[Sighting]:
    return [Sighting(number, NINE + timedelta(minutes=minute), signs) for number, minute in enumerate(minutes)]


class TestFind:
    def test_five_in_half_an_hour_where_one_comes_a_day(self) -> None:
        wave = find(told(0, 5, 12, 20, 28), usual(5.0))
        assert wave is not None
        assert wave.cases == (0, 1, 2, 3, 4)
        assert wave.since == NINE
        assert wave.signs == ("error", "screen")

    def test_five_in_a_day_where_five_come_a_day(self) -> None:
        assert find(told(0, 90, 180, 270, 350), usual(25.0)) is None

    @pytest.mark.parametrize("number", range(4))
    def test_three_are_never_a_wave(self, number: int) -> None:
        assert find(told(*range(number)), usual(0.1)) is None

    def test_four_are_one_where_hardly_any_come(self) -> None:
        assert find(told(0, 1, 2, 3), usual(0.2)) is not None
        assert find(told(0, 1, 2, 3), usual(80.0)) is None

    def test_what_is_alike_is_counted_alone_where_the_tool_is_much_used(self) -> None:
        others = [LOGIN] * 190 + [PAGE] * 2
        mixed = sorted(
            told(0, 30, 60, 90, 110, 118) + told(15, 40, 70, 100, signs=LOGIN), key=lambda one: one.opened_at
        )
        wave = find(mixed, usual(60.0, *others))
        assert wave is not None
        assert wave.alike
        assert wave.signs == ("error", "screen")
        assert find(mixed, usual(60.0, *[PAGE] * 190)) is None

    def test_one_person_who_writes_again_and_again_is_no_wave(self) -> None:
        mine = [replace(one, person="jeanne") for one in told(0, 1, 2, 3, 4, 5)]
        assert find(mine, usual(0.2)) is None
        others = [replace(one, person=f"p{one.case_id}") for one in told(0, 1, 2, 3, 4, 5)]
        assert find([*mine[:3], *others[3:]], usual(0.2)) is not None

    def test_old_sightings_do_not_count(self) -> None:
        hours = LONGEST / timedelta(minutes=1)
        assert find(told(0, 1, 2, hours + 10, hours + 11), usual(0.5)) is None

    @given(st.lists(st.floats(0, 400), max_size=12).map(sorted), st.floats(0.01, 200))
    def test_a_wave_is_of_what_was_seen_and_holds_the_newest(self, minutes: list[float], weekly: float) -> None:
        seen = told(*minutes)
        if wave := find(seen, usual(weekly)):
            assert wave.cases[-1] == seen[-1].case_id
            assert set(wave.cases) <= {one.case_id for one in seen}
            assert len(wave.cases) > wave.expected

    @given(st.lists(st.floats(0, 30), min_size=FEWEST, max_size=12).map(sorted), st.floats(0.1, 50))
    def test_what_is_a_wave_is_one_too_where_less_is_usual(self, minutes: list[float], weekly: float) -> None:
        if find(told(*minutes), usual(weekly)):
            assert find(told(*minutes), usual(weekly / 2))


class TestAtLeast:
    def test_none_or_more_are_certain(self) -> None:
        assert at_least(0, 3.0) == 1.0

    def test_the_law_of_shape_two(self) -> None:
        """With mean 2 and shape 2 the chance of none is a quarter, and of one a quarter too."""
        assert at_least(1, 2.0) == pytest.approx(0.75)
        assert at_least(2, 2.0) == pytest.approx(0.5)

    @given(st.floats(0.001, 500))
    def test_more_are_less_likely(self, mean: float) -> None:
        chances = [at_least(number, mean) for number in range(30)]
        assert all(0.0 <= fewer <= more <= 1.0 for more, fewer in pairwise(chances))

    @given(st.integers(1, 20), st.floats(0.01, 50), st.floats(1.01, 3))
    def test_the_more_are_usual_the_likelier(self, number: int, mean: float, factor: float) -> None:
        assert at_least(number, mean) <= at_least(number, mean * factor)


class TestWeek:
    @given(st.lists(st.integers(0, 80_000).map(lambda one: MONDAY - timedelta(minutes=one)), max_size=200))
    def test_a_whole_week_is_one(self, opened: list[datetime]) -> None:
        assert Week(opened).share(MONDAY, MONDAY + timedelta(days=7)) == pytest.approx(1.0)

    @given(st.lists(st.integers(0, 10_000), min_size=3, max_size=3))
    def test_parts_add_up(self, minutes: list[int]) -> None:
        start, middle, end = (MONDAY + timedelta(minutes=one) for one in sorted(minutes))
        whole = OFFICE.share(start, middle) + OFFICE.share(middle, end)
        assert OFFICE.share(start, end) == pytest.approx(whole)

    def test_an_hour_of_the_office_is_busier_than_one_at_night(self) -> None:
        hour = timedelta(hours=1)
        assert OFFICE.share(NINE, NINE + hour) > 10 * OFFICE.share(MONDAY, MONDAY + hour)


def test_alike_is_both_ways_and_never_of_nothing() -> None:
    assert are_alike(PAGE, PAGE | LOGIN)
    assert are_alike(PAGE | LOGIN, PAGE)
    assert not are_alike(PAGE, LOGIN)
    assert not are_alike(frozenset(), frozenset())
