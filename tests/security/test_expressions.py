"""No regular expression is kept busy by what strangers write: its steps grow with the text, counted and not timed."""

import re
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.security.expressions import Expression, expressions
from tests.security.steps import Hostile, Steps, TooManyError

LENGTHS = ((60, 120), (400, 800), (800, 1_600))
"""Two texts, one twice as long; where the steps grow too much, longer ones: a repeat with an end is at it by then. Of
those that are known to grow with the square the first two tell enough."""
GROWTH = 2.5
"""By how much the steps may grow where the text is twice as long: two, and what its two ends cost."""
FEW = 40
"""Steps for each character of a text that are always few, however they grow."""
BUDGET = 3_000_000
AT_MOST = 10_000_000
"""Steps on the longest text of one whose steps grow with the square: less than a tenth of a second of the engine's."""

CAPPED: dict[str, int] = {
    "cases.patterns._TOKENS": 1_000,
    "ingest.email.addresses._ADDR_SPEC": 1_280,
    "ingest.email.fields._DATE": 200,
    "ingest.email.forward._ADDRESS_TRAILS": 500,
    "ingest.email.screen._NAMED_ADDRESS": 500,
}
"""Those whose steps grow with the square of the text, and the longest text that they are given, in characters: it is
cut where they are used. A pattern of a profile is written by the service itself."""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_takes_steps_in_proportion_to_the_text() -> None:
    grown = _deeply(lambda: {one.name: worst for one in expressions() if (worst := _worst(one)) is not None})
    assert {name: worst for name, worst in grown.items() if name not in CAPPED} == {}
    longest = LENGTHS[0][1]
    at_their_caps = {name: worst[2] * (CAPPED[name] / longest) ** 2 for name, worst in grown.items()}
    assert {name: steps for name, steps in at_their_caps.items() if steps > AT_MOST} == {}
    assert CAPPED.keys() - grown.keys() == set()


def _worst(one: Expression, budget: int = BUDGET) -> tuple[str, str, int] | None:
    """What is repeated, how it grows, and the steps, of the text on which they grow most."""
    counter = Steps(one.pattern, budget)
    count = counter.match if one.anchored else counter.search
    lengths = LENGTHS[:1] if one.name in CAPPED else LENGTHS
    texts = Hostile(counter).texts()
    found = [grown for before, pump in texts if (grown := _grown(count, before, pump, lengths)) is not None]
    return max(found, key=lambda each: each[2], default=None)


def _grown(
    count: Callable[[str], int], before: str, pump: str, lengths: Sequence[tuple[int, int]]
) -> tuple[str, str, int] | None:
    """How the steps grow with that text, where it is by more than in proportion."""

    def steps(length: int) -> int:
        return count(before + (pump * (length // len(pump) + 1))[:length] + "\x01")

    long = 0
    for short_length, long_length in lengths:
        try:
            short, long = steps(short_length), steps(long_length)
        except TooManyError:
            return pump[:30], "without end", 1_000 * BUDGET
        if long <= FEW * long_length or long <= GROWTH * short:
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
    quick = [r"(?<!\w)\w{1,20}@", r"(?:a|b)*+", r"\b\d{1,4}\b"]
    found = _deeply(
        lambda: {one: _worst(Expression(one, re.compile(one), anchored=False), 50_000) for one in (*slow, *quick)}
    )
    assert [one for one in slow if found[one] is None] == []
    assert [one for one in quick if found[one] is not None] == []
