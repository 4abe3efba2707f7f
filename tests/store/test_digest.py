"""The digest of a table: the same for the same rows, whatever their order."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.digest import Digest

_WORDS = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.none() | st.integers() | st.floats(allow_nan=False) | _WORDS | st.binary() | st.booleans()


@given(st.lists(st.tuples(_VALUES, _VALUES), max_size=6), st.randoms())
def test_the_order_of_rows_is_no_part_of_the_digest(held: list[tuple[Any, Any]], chance: random.Random) -> None:
    one, other = Digest(), Digest()
    for row in held:
        one.add(row)
    chance.shuffle(held)
    for row in held:
        other.add(row)
    assert (one.rows, one.hexdigest()) == (other.rows, other.hexdigest())


@given(st.tuples(_VALUES, _VALUES), st.tuples(_VALUES, _VALUES))
def test_other_values_or_types_are_another_digest(one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    same = all(type(a) is type(b) and a == b for a, b in zip(one, other, strict=True))
    digests = [Digest(), Digest()]
    digests[0].add(one)
    digests[1].add(other)
    assert (digests[0].hexdigest() == digests[1].hexdigest()) == same
