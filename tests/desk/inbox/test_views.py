"""Places in a list travel in addresses; what is no place is refused."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.inbox.views import KEYS, counted, read_place, written_place
from store.inbox import Place, View


@given(st.datetimes(timezones=st.just(UTC)), st.integers(0, 10**13 - 1))
def test_a_place_is_read_as_it_was_written(at: datetime, identity: int) -> None:
    assert read_place(written_place(Place(at, identity))) == Place(at, identity)


@given(st.text(min_size=1))
def test_nothing_else_is_a_place(text: str) -> None:
    with suppress(ValueError):
        assert read_place(text) is not None


@pytest.mark.parametrize(
    "text", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_-1", "_", "1_" + "9" * 40, "0001-01-01T00:00:00+14:00_1"]
)
def test_these_are_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of which library, nobody minds
        read_place(text)


def test_counts_stop_at_a_hundred_and_each_view_has_a_letter() -> None:
    assert [counted(number) for number in (0, 99, 100, 101)] == ["0", "99", "99+", "99+"]
    assert set(KEYS) == set(View)
    assert len(set(KEYS.values())) == len(View)
