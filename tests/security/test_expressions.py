"""No regular expression is kept busy by what strangers write: its steps grow with the text, counted and not timed."""

import re
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.security.expressions import Expression, expressions
from tests.security.steps import Hostile, Steps, TooManyError

SHORT, LONG = 100, 200
LINEAR = 2.5
"""By how much the steps may grow where the text is twice as long: two, and what its two ends cost."""
FEW = 40
"""Steps for each character of a text that is always few, however they grow."""
BUDGET = 200_000
AT_MOST = 20_000_000
"""Steps on the longest text that a growing one is given: a tenth of a second."""

CAPPED: dict[str, int] = {}
"""Those whose steps grow with the square of the text, and the longest text that they are given, in characters."""


@pytest.mark.timeout(300)
def test_each_takes_steps_in_proportion_to_the_text() -> None:
    grown = _deeply(lambda: {one.name: worst for one in expressions() if (worst := _worst(one)) is not None})
    unexpected = {name: worst for name, worst in grown.items() if name not in CAPPED}
    assert unexpected == {}
    assert {name: steps for name, steps in _at_their_caps(grown).items() if steps > AT_MOST} == {}
    assert CAPPED.keys() - grown.keys() == set()


def _at_their_caps(grown: dict[str, Any]) -> dict[str, float]:
    """What the square of each comes to on the longest text that it is given."""
    return {name: grown[name][2] * (cap / LONG) ** 2 for name, cap in CAPPED.items() if name in grown}


def _worst(one: Expression) -> tuple[str, str, int] | None:
    """What is repeated, how it grows, and the steps for `LONG`, of the text on which it grows most."""
    counter = Steps(one.pattern, BUDGET)
    count = counter.match if one.anchored else counter.search
    found = [grown for before, pump in Hostile(counter).texts() if (grown := _grown(count, before, pump)) is not None]
    return max(found, key=lambda each: each[2], default=None)


def _grown(count: Callable[[str], int], before: str, pump: str) -> tuple[str, str, int] | None:
    """How the steps grow with that text, where it is by more than in proportion."""

    def steps(length: int) -> int:
        return count(before + (pump * (length // len(pump) + 1))[:length] + "\x01")

    try:
        short, long = steps(SHORT), steps(LONG)
    except TooManyError:
        return pump[:30], "without end", BUDGET
    if long <= FEW * LONG or long <= LINEAR * short:
        return None
    return pump[:30], f"{long / short:.1f} times", long


def _deeply(do: Callable[[], Any]) -> Any:
    """The same on a stack that is large enough: a repeat of a group is a call within a call."""
    found: list[Any] = []
    before, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(100_000)
    try:
        thread = threading.Thread(target=lambda: found.append(do()))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(before)
        threading.stack_size(size)
    [result] = found
    return result


def test_the_counter_tells_slow_ones_from_quick_ones() -> None:
    slow = [r"(a+)+x", r"a+x", r"(?:\w+ ?)+:", r"\s+$", r"a*a*b", r"(?:a|b|ab)*c", r"<[^>]*>x", r"\d+\.\d+x"]
    quick = [r"(?<!\w)\w{1,20}@", r"[^\n]*\n", r"(?:a|b)*+", r"\b\d{1,4}\b"]
    found = _deeply(lambda: {one: _worst(Expression(one, re.compile(one), anchored=False)) for one in (*slow, *quick)})
    assert [one for one in slow if found[one] is None] == []
    assert [one for one in quick if found[one] is not None] == []
