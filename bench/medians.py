"""Medians of figures that may be nested."""

import statistics
from collections.abc import Sequence
from typing import Any


def median(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure, over all rounds; what is no number is taken from the last."""
    return {name: _median_of([one[name] for one in rounds]) for name in rounds[-1]}


def _median_of(values: Sequence[Any]) -> Any:
    if isinstance(values[-1], dict):
        return median([{key: one.get(key, 0) for key in values[-1]} for one in values])
    return statistics.median(values) if isinstance(values[-1], int | float) else values[-1]
