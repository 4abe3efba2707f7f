"""How confidence and being right go together: calibration, coverage, and the errors worth reading."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cases.masking import masked
from classify.evaluation import Outcome
from classify.metrics import BINS

STEPS = 20
SNIPPET = 160


@dataclass(frozen=True, slots=True)
class Bin:
    """The messages of one tenth of confidence: how sure, how often right, how many."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """The surest `coverage` of the messages, the confidence they begin at, and how many of them are right."""

    coverage: float
    threshold: float
    accuracy: float


def calibration(judged: Sequence[Outcome], task: str) -> list[Bin]:
    """One bin for each tenth of the confidence in that task's label that occurs."""
    sure = np.array([one.tags.confidence[task] for one in judged], float)
    right = np.array([getattr(one.row, task) == getattr(one.tags, task) for one in judged], float)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    members = [bins == one for one in np.unique(bins)]
    return [Bin(float(sure[one].mean()), float(right[one].mean()), int(one.sum())) for one in members]


def coverage(judged: Sequence[Outcome]) -> list[Point]:
    """What may be accepted (written, no incident to be seen), the surest first: motif and tool right in how many."""
    offered = sorted((one for one in judged if one.acceptable), key=lambda one: -one.together)
    hits: NDArray[np.intp] = np.cumsum([one.right for one in offered])
    ends = sorted({round(len(offered) * step / STEPS) for step in range(1, STEPS + 1)} - {0})
    return [Point(end / len(offered), offered[end - 1].together, float(hits[end - 1] / end)) for end in ends]


def surest_errors(judged: Sequence[Outcome], count: int) -> list[dict[str, object]]:
    """The wrong tags that the model was surest of: what a person reads to find out what it has not understood."""
    wrong = sorted((one for one in judged if not one.right), key=lambda one: -one.together)
    return [
        {
            "id": one.row.id,
            "confidence": round(one.together, 3),
            "motif": _told(one.row.motif, one.tags.motif),
            "tool": _told(one.row.tool, one.tags.tool),
            "review": one.tags.reason or "accepted",
            "text": masked(" ".join(f"{one.row.message.subject} {one.row.message.body}".split()))[:SNIPPET],
        }
        for one in wrong[:count]
    ]


def _told(truth: str, said: str) -> str:
    return truth if truth == said else f"{truth} -> {said}"
