"""Scores of predictions, with numpy alone: F1, kappa, calibration, intervals."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 300
BINS = 10

Labels = NDArray[Any]


def f1_by_label(truth: Labels, said: Labels) -> dict[str, float]:
    """F1 of each label that occurs in the truth."""
    scores = {}
    for label in np.unique(truth):
        hits = int(((truth == label) & (said == label)).sum())
        scores[str(label)] = 2 * hits / int((truth == label).sum() + (said == label).sum())
    return scores


def macro_f1(truth: Labels, said: Labels) -> float:
    """The mean F1 over the labels that occur in the truth."""
    return float(np.mean(list(f1_by_label(truth, said).values()))) if len(truth) else float("nan")


def recall(truth: Labels, said: Labels, label: str) -> float:
    """The share of the messages with `label` that were given it."""
    wanted = truth == label
    return float((said[wanted] == label).mean()) if wanted.any() else float("nan")


def quadratic_kappa(truth: NDArray[np.intp], said: NDArray[np.intp]) -> float:
    """Cohen's kappa with quadratic weights (Cohen, 1968): 1 is agreement, 0 is chance."""
    if not len(truth):
        return float("nan")
    # the mean over all pairs, without making them
    by_chance = (truth**2).mean() - 2 * truth.mean() * said.mean() + (said**2).mean()
    return float(1 - ((truth - said) ** 2).mean() / by_chance) if by_chance else float("nan")


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins (Naeini et al., 2015)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[bins == one].mean() - right[bins == one].mean()) * (bins == one).mean()
        for one in np.unique(bins)
    ]
    return float(sum(gaps))


def interval(score: Callable[[NDArray[np.intp]], float], count: int, seed: int = 7) -> tuple[float, float]:
    """The 95 % bootstrap interval of `score(rows)` over `count` rows; NaN where no draw can be scored."""
    generator = np.random.default_rng(seed)
    values = [score(generator.integers(0, count, count)) for _ in range(RESAMPLES)]
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)


def confusion(truth: Labels, said: Labels) -> dict[str, dict[str, int]]:
    """truth -> said -> how often."""
    pairs: dict[str, dict[str, int]] = {}
    for real, given in zip(truth.tolist(), said.tolist(), strict=True):
        row = pairs.setdefault(real, {})
        row[given] = row.get(given, 0) + 1
    return pairs


def coverage(confidence: Sequence[float], right: Sequence[bool], accuracy: float) -> tuple[float, float]:
    """(threshold, share at or above it): the largest share, surest first, of which `accuracy` are right."""
    order = np.argsort(-np.asarray(confidence), kind="stable")
    hits = np.cumsum(np.asarray(right)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(hits >= accuracy)
    if not len(enough):
        return 1.0, 0.0
    return float(np.asarray(confidence)[order][enough[-1]]), float((enough[-1] + 1) / len(order))
