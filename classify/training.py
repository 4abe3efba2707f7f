"""Builds a classifier from labelled messages, and says how it does on writers that it has not read.

Needs the extra `train`. The same rows and the same seed give the same model.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from cases.errors import PermanentError
from cases.profile import Profile
from classify import pipeline
from classify.accepting import weigh
from classify.classifier import CARD, FORMAT, Classifier, Seen
from classify.dataset import Labelled, digest, impersonal, require_known
from classify.decide import Thresholds
from classify.evaluation import Outcome, Report, outcomes, report, threshold
from classify.fitting import Data, Recipe, Rows, Space, by_writer, fit_member, pool, scores_of
from classify.golden import golden
from classify.linear import Ensemble, Floats, Member, Pool, columns_of
from classify.ngrams import Hashes
from classify.select import select

TASKS = ("motif", "tool", "scope", "lang", "urgency", "impact", "several_requests")
ACCURACY = Thresholds().accuracy
RECIPES = {"words": Recipe(10.0), "characters": Recipe(10.0), "signals": Recipe(5.0)}

Progress = Callable[[str, float], None]


def train(
    rows: Sequence[Labelled], profile: Profile, out: Path, progress: Progress = lambda _step, _share: None
) -> Report:
    """Learn from labelled messages, write the model to the folder `out`, and report.

    Each writer is scored by a model that read none of their messages; a locked golden set is never learnt from. Raises
    PermanentError where there is nothing to learn, ConfigurationError where a label is unknown to the profile.
    """
    require_known(rows, profile)
    if len({row.motif for row in rows}) < 2:
        raise PermanentError("there is nothing to learn: label messages with at least two motifs")
    progress("reading", 0.0)
    known = [row for row in rows if not golden(row)]
    learnt = [impersonal(row) for row in known]
    data = _data(learnt, pipeline.learn_from(pipeline.blank(profile.tools), [select(row.message) for row in learnt]))
    with ThreadPoolExecutor() as threads:  # SciPy lets go of the interpreter while it multiplies
        begun = {name: threads.submit(Space.of, data.features[name], recipe) for name, recipe in RECIPES.items()}
        spaces = {name: one.result() for name, one in begun.items()}
    fitted = _fit(data, spaces, progress)
    progress("pooling", 0.85)
    judged, thresholds = _judge(known, data, fitted, profile)
    version = f"light{FORMAT}-{digest(learnt)[:12]}"
    ensemble = Ensemble(data.tasks, fitted.members, fitted.pools)
    classifier = Classifier(pipeline.build(profile.tools, ensemble), profile, thresholds, version)
    unseen = report(outcomes([row for row in rows if golden(row)], classifier), version)
    result = replace(report(judged, version), golden=unseen)
    _write(out, ensemble, profile, thresholds, result, learnt)
    progress("done", 1.0)
    return result


@dataclass(frozen=True, slots=True)
class Part:
    """Some writers held out: which rows are theirs and which are the others', and members and pools from the others."""

    others: Rows
    hold: Rows
    members: Mapping[str, Member]
    pools: Mapping[str, Pool]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The members that read everything, their pools, and the parts in which writers were held out."""

    members: Mapping[str, Member]
    pools: Mapping[str, Pool]
    parts: Sequence[Part]


def _fit(data: Data, spaces: Mapping[str, Space], progress: Progress) -> Fitted:
    """Each fit depends on its rows alone, so they run side by side: numpy lets go of the interpreter meanwhile."""
    folds = list(by_writer(data.groups))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        begun = threads.map(partial(_members, data, spaces), [data.rows, *(learn for learn, _ in folds)])
        fitted = []
        for done, members in enumerate(begun):
            fitted.append(members)
            progress("cross-writer", (done + 1) / (len(folds) + 1) * 0.85)
    scores = {name: np.zeros((len(data.rows), data.width), np.float32) for name in RECIPES}
    for (_, hold), members in zip(folds, fitted[1:], strict=True):
        for name, member in members.items():
            scores[name][hold] = scores_of(member, data.features[name], hold)
    parts = [Part(*rows, one, _pools(data, scores, rows[0])) for rows, one in zip(folds, fitted[1:], strict=True)]
    return Fitted(fitted[0], _pools(data, scores, data.rows), parts)


def _members(data: Data, spaces: Mapping[str, Space], rows: Rows) -> dict[str, Member]:
    return {name: fit_member(data, spaces[name], recipe, rows) for name, recipe in RECIPES.items()}


def _judge(rows: Sequence[Labelled], data: Data, fitted: Fitted, profile: Profile) -> tuple[list[Outcome], Thresholds]:
    """What is said of each writer's messages by members, pools, weights and a threshold from the others' messages; and
    the thresholds that all messages give.

    The pools and the weights are fitted to scores of the others' messages by members that had, in their turn, read this
    writer; and features and settings were chosen by whoever had seen these scores. So the figures flatter a little.
    """
    seen = _look(rows, data, fitted.parts, profile)
    everything = list(zip(rows, seen, strict=True))
    bounds: list[Thresholds] = [Thresholds()] * len(rows)
    for part in fitted.parts:
        weights = weigh([everything[row] for row in part.others], profile, data.tasks, part.pools)
        for row in part.hold:
            bounds[row] = Thresholds(weights=weights)
    first = [_outcome(*each, profile) for each in zip(rows, seen, bounds, strict=True)]
    for part in fitted.parts:
        accept = threshold([first[row] for row in part.others], ACCURACY)
        for row in part.hold:
            bounds[row] = replace(bounds[row], accept=accept)
    thresholds = Thresholds(
        accept=threshold(first, ACCURACY), weights=weigh(everything, profile, data.tasks, fitted.pools)
    )
    return [_outcome(*each, profile) for each in zip(rows, seen, bounds, strict=True)], thresholds


def _look(rows: Sequence[Labelled], data: Data, parts: Sequence[Part], profile: Profile) -> list[Seen]:
    """What each part's members and pools find in the messages that they have not read, in the order of the rows."""
    found: dict[int, Seen] = {}
    for part in parts:
        nlp = pipeline.build(profile.tools, Ensemble(data.tasks, part.members, part.pools))
        messages = [rows[row].message for row in part.hold]
        found.update(zip(part.hold.tolist(), Classifier(nlp, profile, Thresholds(), "").look(messages), strict=True))
    return [found[row] for row in range(len(rows))]


def _outcome(row: Labelled, seen: Seen, thresholds: Thresholds, profile: Profile) -> Outcome:
    return Outcome(row, profile.category_of(row.motif), seen.tags(profile, thresholds))


def _data(rows: Sequence[Labelled], features: Sequence[Mapping[str, Hashes]]) -> Data:
    values = {task: [str(getattr(row, task)) for row in rows] for task in TASKS}
    tasks = {task: tuple(sorted(set(labels))) for task, labels in values.items()}
    return Data(
        tasks=tasks,
        features={name: [one[name] for one in features] for name in RECIPES},
        labels={task: np.array([tasks[task].index(label) for label in labels]) for task, labels in values.items()},
        groups=np.array([row.writer for row in rows]),
        weights=np.array([row.weight for row in rows], np.float32),
    )


def _pools(data: Data, scores: Mapping[str, Floats], rows: Rows) -> dict[str, Pool]:
    """Each task's pool, fitted to the held-out scores of `rows`."""
    return {
        task: pool({name: scored[rows, columns] for name, scored in scores.items()}, data.labels[task][rows])
        for task, columns in columns_of(data.tasks).items()
    }


def _write(
    out: Path, ensemble: Ensemble, profile: Profile, thresholds: Thresholds, result: Report, rows: Sequence[Labelled]
) -> None:
    """Write beside `out`, then swap: a failed training leaves the old model."""
    fresh = out.with_name(out.name + ".new")
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(fresh, ignore_errors=True)
    pipeline.save(pipeline.build(profile.tools, ensemble), fresh)
    card = {
        "version": result.model,
        "format": FORMAT,
        "data": digest(rows),
        "messages": len(rows),
        "thresholds": asdict(thresholds),
        "scores": result.as_json(),
    }
    (fresh / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
