"""A clock that is set, or jumps: every reminder is said once, and in order."""

import pytest

from store.tx import Store
from tests.notify.stepping import WEEKS, faults, right, steps, walk
from tests.notify.sweeping import at

CASES = 6


@pytest.mark.slow
@pytest.mark.parametrize("kind", steps(at("03-27 09:00")))
def test_each_reminder_once_and_in_order(sqlite_store: Store, kind: str) -> None:
    weeks = WEEKS["summer time begins"]
    assert faults(walk(sqlite_store, weeks, CASES, steps(at(weeks[0]))[kind])) == []


@pytest.mark.slow
@pytest.mark.parametrize("weeks", WEEKS.values(), ids=WEEKS)
def test_a_right_clock_says_all_there_is(sqlite_store: Store, weeks: tuple[str, str]) -> None:
    found = walk(sqlite_store, weeks, CASES, right)
    assert faults(found) == []
    assert {kind for one in found for kind, _ in one} == {"warning", "overdue", "routed", "silence"}
