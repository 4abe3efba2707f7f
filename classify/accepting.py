"""Learns how sure motif and tool are together (`confidence.py`). Imports SciPy: training only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cases.event import Channel
from cases.profile import Profile
from classify.classifier import Seen
from classify.confidence import BIAS, traits
from classify.dataset import Labelled
from classify.decide import INCIDENT, Thresholds, chosen
from classify.finding import Finding
from classify.linear import Floats, Pool, Tasks

PENALTY = 50.0
NEAR = 0.2
"""Up to which probability of an incident a message teaches: somewhat beyond what may be accepted, for few lie near."""
POOLED = ("motif", "tool", "scope")
Seens = Sequence[tuple[Labelled, Seen]]


def weigh(judged: Seens, profile: Profile, tasks: Tasks, pools: Mapping[str, Pool]) -> dict[str, float]:
    """The weight of each trait, learnt from messages that `pools` were fitted to; {} where all or none are right.

    Each message was seen by members that had not read its writer. What they said is pooled anew, so that the traits are
    those of one pool: with a pool for each writer, fitted to all others, what a writer's lacks another's has, and the
    regression learns that (1 point less of the area under the curve).
    """
    found = repooled([seen for _, seen in judged], tasks, pools)
    told = [_traits(row, replace(seen, finding=one), profile) for (row, seen), one in zip(judged, found, strict=True)]
    kept = [one for one in told if one is not None]
    right = np.array([right for _, right in kept], bool)
    if right.all() or not right.any():
        return {}
    names = sorted({name for named, _ in kept for name in named})
    table = np.array([[named.get(name, 0.0) for name in names] for named, _ in kept])
    return _regress(table, right, names)


def _traits(row: Labelled, seen: Seen, profile: Profile) -> tuple[dict[str, float], bool] | None:
    """The traits of a written message that is hardly an incident, and whether motif and tool are right."""
    thresholds = Thresholds()
    labels, confidence = chosen(seen.finding, seen.hints, profile, thresholds.incident_lean)
    if seen.hints.channel is Channel.PHONE or confidence[INCIDENT] >= NEAR:
        return None
    right = labels["motif"] == row.motif and labels["tool"] == row.tool
    return traits(seen.finding, seen.hints, confidence, labels), right


def repooled(seen: Sequence[Seen], tasks: Tasks, pools: Mapping[str, Pool]) -> Iterator[Finding]:
    """The findings with motif, tool and scope as `pools` have them. Of a reply the tool stays: the members' scores of
    its quoted text are not kept."""
    scores = {task: pools[task](_members(seen, task, tasks[task])) for task in POOLED}
    for row, one in enumerate(seen):
        fresh = {task: dict(zip(tasks[task], scores[task][row].tolist(), strict=True)) for task in POOLED}
        if one.reading.quoted:
            del fresh["tool"]
        yield replace(one.finding, scores={**one.finding.scores, **fresh})


def _members(seen: Sequence[Seen], task: str, labels: Sequence[str]) -> dict[str, Floats]:
    """What each member alone said, as scores: a pool is the same over them as over those that it was fitted to."""
    names = seen[0].finding.members[task]
    return {
        name: np.log(np.array([[one.finding.members[task][name][label] for label in labels] for one in seen]) + 1e-30)
        for name in names
    }


def _regress(table: Floats, right: NDArray[np.bool_], names: Sequence[str]) -> dict[str, float]:
    """Logistic regression on standardised columns, told as weights of the columns as they are."""
    means, spreads = table.mean(axis=0), table.std(axis=0) + 1e-6
    standard = (table - means) / spreads

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = parameters[:-1], parameters[-1]
        scores = standard @ weights + bias
        excess = 1 / (1 + np.exp(-scores)) - right
        total = np.logaddexp(0, np.where(right, -scores, scores)).sum() + PENALTY / 2 * (weights**2).sum()
        return float(total), np.append(standard.T @ excess + PENALTY * weights, excess.sum())

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights = best[:-1] / spreads
    bias = float(best[-1] - weights @ means)
    return {BIAS: round(bias, 6), **dict(zip(names, weights.round(6).tolist(), strict=True))}
