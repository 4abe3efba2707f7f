"""Whether a new model may take the place of the one in use: both are asked about the same golden set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.evaluation import Outcome, Table
from classify.metrics import interval

MARGIN = 0.01
"""What a macro-F1 may lose on the golden set; more, or a loss that chance does not explain, is refused."""
COMPARED = ("category", "motif", "tool")


@dataclass(frozen=True, slots=True)
class Compared:
    """One score before and after, and the 95 % interval of the difference (paired bootstrap)."""

    before: float
    after: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        return self.after < self.before - MARGIN or self.high < 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The scores that were compared, by name, and why the new model is refused (nothing where it is not)."""

    scores: Mapping[str, Compared]
    refused: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The figures as JSON values."""
        return {
            "promoted": not self.refused,
            "refused": list(self.refused),
            "scores": {
                name: {
                    "before": round(one.before, 4),
                    "after": round(one.after, 4),
                    "difference": [round(one.low, 4), round(one.high, 4)],
                }
                for name, one in self.scores.items()
            },
        }

    def as_text(self) -> str:
        """The figures for a terminal."""
        lines = [
            f"  {name:<18} {one.before:.3f} -> {one.after:.3f}   difference [{one.low:+.3f}, {one.high:+.3f}]"
            for name, one in self.scores.items()
        ]
        return "\n".join(["on the golden set, in use -> new", *lines])


def compare(current: Sequence[Outcome], candidate: Sequence[Outcome]) -> Verdict:
    """Judge `candidate` against `current`: the same rows in the same order.

    Category, motif and tool may not be worse, and not one incident fewer may be found.
    """
    before, after = Table(current).scored(), Table(candidate).scored()
    rows = np.arange(len(current))

    def compared(name: str) -> Compared:
        def difference(drawn: NDArray[np.intp]) -> float:
            return after[name](drawn) - before[name](drawn)

        return Compared(before[name](rows), after[name](rows), *interval(difference, len(rows)))

    scores = {name: compared(name) for name in (*COMPARED, "incident recall")}
    refused = [f"{name} is worse" for name in COMPARED if scores[name].worse]
    recall = scores["incident recall"]
    if recall.after < recall.before:
        refused.append("incident recall does not hold")
    return Verdict(scores, tuple(refused))
