"""Everything that fuzzing begins with, and everything that it ever found, keeps its promise."""

import pytest

from tests.fuzz.seeds import found, seeds
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_what_it_begins_with_keeps_its_promise(target: str) -> None:
    known = seeds(target)
    assert known
    for seed in known:
        TARGETS[target](seed)
        TARGETS[target](seed[: len(seed) // 2])


@pytest.mark.parametrize("target", TARGETS)
def test_what_was_found_keeps_its_promise(target: str) -> None:
    for path in found(target):
        TARGETS[target](path.read_bytes())
