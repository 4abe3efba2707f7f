"""Scores a classifier on labelled messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from math import isnan

import numpy as np
from numpy.typing import NDArray

from cases.event import Channel, Tags
from classify.classifier import Classifier
from classify.dataset import Labelled
from classify.decide import INCIDENT, POSSIBLE_INCIDENT, TOGETHER
from classify.metrics import (
    calibration_error,
    confusion,
    coverage,
    f1_by_label,
    interval,
    macro_f1,
    quadratic_kappa,
    recall,
)

Told = Callable[[int, int], None]
BATCH = 50
LABELS = ("category", "motif", "tool", "scope")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One labelled message, the category its motif stands for, and what the classifier said."""

    row: Labelled
    category: str
    tags: Tags

    @property
    def together(self) -> float:
        """How sure motif and tool are together."""
        return self.tags.confidence[TOGETHER]

    @property
    def right(self) -> bool:
        """Motif and tool both right."""
        return self.row.motif == self.tags.motif and self.row.tool == self.tags.tool

    @property
    def acceptable(self) -> bool:
        """Written, and no incident to be seen in it: what may be accepted without a person."""
        return self.row.message.channel is not Channel.PHONE and self.tags.confidence[INCIDENT] < POSSIBLE_INCIDENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Scores by name, their 95 % intervals, the same by group (intervals for writers), and who was taken for whom."""

    model: str
    messages: int
    scores: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    groups: Mapping[str, Mapping[str, float]]
    labels: Mapping[str, Mapping[str, float]]
    confusion: Mapping[str, Mapping[str, int]]
    golden: "Report | None" = field(default=None)

    def as_json(self) -> dict[str, object]:
        """The report as JSON values, rounded to four digits."""
        return {
            "model": self.model,
            "messages": self.messages,
            "scores": _rounded(self.scores),
            "intervals": {
                name: [round(low, 4), round(high, 4)] for name, (low, high) in self.intervals.items() if not isnan(low)
            },
            "groups": {name: _rounded(scores) for name, scores in self.groups.items()},
            "labels": {task: _rounded(scores) for task, scores in self.labels.items()},
            "confusion": {truth: dict(said) for truth, said in self.confusion.items()},
            "golden": self.golden.as_json() if self.golden else None,
        }

    def as_text(self) -> str:
        """The report for a terminal."""
        lines = [f"model {self.model}, {self.messages} messages"]
        for name, value in self.scores.items():
            low, high = self.intervals.get(name, (float("nan"), float("nan")))
            lines.append(
                f"  {name:<28} {value:6.3f}" + (f"   [{low:.3f}, {high:.3f}]" if name in self.intervals else "")
            )
        for group, scores in self.groups.items():
            lines.append(f"  {group:<12} " + "  ".join(f"{name} {value:.2f}" for name, value in scores.items()))
        lines.append("confusion of motifs (truth: said)")
        for truth, said in self.confusion.items():
            lines.append(f"  {truth}: " + ", ".join(f"{label} {count}" for label, count in sorted(said.items())))
        return "\n".join(lines + (["golden set", self.golden.as_text()] if self.golden else []))


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """What can be told: a score over no message is left out (JSON has no NaN)."""
    return {name: round(value, 4) for name, value in scores.items() if not isnan(value)}


def outcomes(
    rows: Sequence[Labelled], classifier: Classifier, told: Told = lambda _done, _total: None
) -> list[Outcome]:
    """What the classifier says of each row; `told` hears how many are done."""
    judged: list[Outcome] = []
    for start in range(0, len(rows), BATCH):
        told(start, len(rows))
        batch = rows[start : start + BATCH]
        said = classifier.classify([row.message for row in batch])
        judged += [Outcome(row, classifier.category_of(row.motif), tags) for row, tags in zip(batch, said, strict=True)]
    return judged


def threshold(judged: Iterable[Outcome], accuracy: float) -> float:
    """The confidence from which on motif and tool are both right in `accuracy` of what may be accepted and is no
    incident: how many incidents a person sees is counted apart."""
    offered = [one for one in judged if one.acceptable and one.row.motif != INCIDENT]
    return coverage([one.together for one in offered], [one.right for one in offered], accuracy)[0]


def report(judged: Sequence[Outcome], model: str = "") -> Report:
    """All scores of some outcomes."""
    table = Table(judged)
    everything = np.arange(len(judged))
    measures: dict[str, Callable[[NDArray[np.intp]], float]] = {
        **{f"{task} macro-F1": table.f1(task) for task in LABELS},
        "incident recall": table.incident_recall,
        "incident flagged": table.incident_flagged,
        "language": lambda rows: float((table.truth["lang"][rows] == table.said["lang"][rows]).mean()),
        "urgency kappa": table.kappa("urgency"),
        "impact kappa": table.kappa("impact"),
        "several requests F1": table.several,
    }
    return Report(
        model=model,
        messages=len(judged),
        scores={name: measure(everything) for name, measure in measures.items()} | table.totals(),
        intervals={name: interval(measure, len(judged)) for name, measure in measures.items()} | table.by_writer()
        if judged
        else {},
        groups=table.groups(),
        labels={task: f1_by_label(table.truth[task], table.said[task]) for task in LABELS},
        confusion=confusion(table.truth["motif"], table.said["motif"]),
    )


class Table:
    """Truth and tags as columns, so that any subset of rows can be scored."""

    def __init__(self, judged: Sequence[Outcome]) -> None:
        self.judged = judged
        self.truth = {
            name: np.array([str(getattr(one.row, name)) for one in judged])
            for name in ("motif", "tool", "scope", "lang", "urgency", "impact", "several_requests")
        }
        self.truth["category"] = np.array([one.category for one in judged])
        self.said = {name: np.array([str(getattr(one.tags, name)) for one in judged]) for name in self.truth}
        self.flagged = np.array([one.tags.review for one in judged])

    def f1(self, task: str) -> Callable[[NDArray[np.intp]], float]:
        _, codes = np.unique(np.concatenate((self.truth[task], self.said[task])), return_inverse=True)
        truth, said = np.split(codes, 2)
        return lambda rows: macro_f1(truth[rows], said[rows])

    def kappa(self, task: str) -> Callable[[NDArray[np.intp]], float]:
        truth, said = self.truth[task].astype(int), self.said[task].astype(int)
        return lambda rows: quadratic_kappa(truth[rows], said[rows])

    def several(self, rows: NDArray[np.intp]) -> float:
        return f1_by_label(self.truth["several_requests"][rows], self.said["several_requests"][rows]).get("True", 0.0)

    def incident_recall(self, rows: NDArray[np.intp]) -> float:
        return recall(self.truth["motif"][rows], self.said["motif"][rows], INCIDENT)

    def incident_flagged(self, rows: NDArray[np.intp]) -> float:
        real = self.truth["motif"][rows] == INCIDENT
        return float(self.flagged[rows][real].mean()) if real.any() else float("nan")

    def totals(self) -> dict[str, float]:
        """Calibration, and what goes through without a person."""
        scores = {
            f"{task} calibration error": calibration_error(
                np.array([one.tags.confidence[task] for one in self.judged]), self.truth[task] == self.said[task]
            )
            for task in ("motif", "tool", "scope")
        }
        offered = [
            one for one in self.judged if one.row.message.channel is not Channel.PHONE and one.row.motif != INCIDENT
        ]
        accepted = [one for one in offered if not one.tags.review]
        unseen = [one for one in self.judged if not one.tags.review]
        return scores | {
            "accepted without review": len(accepted) / max(1, len(offered)),
            "accepted and right": sum(one.right for one in accepted) / max(1, len(accepted)),
            "right, incidents included": sum(one.right for one in unseen) / max(1, len(unseen)),
        }

    def groups(self) -> dict[str, dict[str, float]]:
        """The four labels by language, channel and writer."""
        keys = {
            "lang": self.truth["lang"],
            "channel": np.array([one.row.message.channel.value for one in self.judged]),
            "writer": np.array([one.row.writer for one in self.judged]),
        }
        return {
            f"{name} {value}": {
                label: measure(np.flatnonzero(column == value)) for label, measure in self.scored().items()
            }
            for name, column in keys.items()
            for value in np.unique(column)
        }

    def by_writer(self) -> dict[str, tuple[float, float]]:
        """The intervals of each writer's scores, as `writer c: category`."""
        found = {}
        writers = np.array([one.row.writer for one in self.judged])
        for writer, (label, measure) in product(np.unique(writers), self.scored().items()):
            rows = np.flatnonzero(writers == writer)
            found[f"writer {writer}: {label}"] = interval(partial(_among, measure, rows), len(rows))
        return found

    def scored(self) -> dict[str, Callable[[NDArray[np.intp]], float]]:
        """What is told of every group."""
        return {**{task: self.f1(task) for task in LABELS}, "incident recall": self.incident_recall}


def _among(measure: Callable[[NDArray[np.intp]], float], rows: NDArray[np.intp], drawn: NDArray[np.intp]) -> float:
    return measure(rows[drawn])
