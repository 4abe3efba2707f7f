"""Linear models over hashed features, evaluated with numpy alone.

A *member* sees one kind of feature and scores every label of every task. The members' scores are pooled: a weighted sum
and a shift per label, whose softmax are the probabilities (a logarithmic opinion pool: Genest and Zidek, 1986).
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from classify.ngrams import Hashes

Floats = NDArray[np.floating[Any]]
Tasks = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features a member knows: `hashes` sorted, `idf` of each."""

    hashes: Hashes
    idf: Floats

    @classmethod
    def of(cls, features: Sequence[Hashes], min_messages: int = 1) -> "Vocabulary":
        """The features that at least so many messages have, with their inverse document frequency."""
        found, counts = np.unique(np.concatenate([np.unique(one) for one in features]), return_counts=True)
        kept = counts >= min_messages
        idf = np.log((1 + len(features)) / (1 + counts[kept])) + 1
        return cls(found[kept], idf.astype(np.float32))

    def columns(self, features: Hashes) -> NDArray[np.intp]:
        """The column of each feature, -1 where it is unknown."""
        columns = np.minimum(np.searchsorted(self.hashes, features), len(self.hashes) - 1)
        return np.where(self.hashes[columns] == features, columns, -1)

    def weigh(self, features: Hashes) -> tuple[NDArray[np.intp], Floats]:
        """Columns and their weights in one message: (1 + log tf) * idf, of length one."""
        ordered = np.sort(features)
        first = np.ones(len(ordered), bool)
        first[1:] = ordered[1:] != ordered[:-1]
        starts = np.flatnonzero(first)
        counts = np.diff(starts, append=len(ordered))
        columns = self.columns(ordered[starts])
        known = columns >= 0
        columns = columns[known]
        values = (1.0 + np.log(counts[known])).astype(np.float32) * self.idf[columns]
        length = float(np.sqrt(values @ values))
        return columns, values / np.float32(length or 1.0)


@dataclass(frozen=True, slots=True)
class Member:
    """`weights` has a row per feature and a column per label of all tasks."""

    vocabulary: Vocabulary
    weights: Floats
    bias: Floats

    def scores(self, features: Hashes) -> Floats:
        """The scores of all labels, not yet calibrated."""
        columns, values = self.vocabulary.weigh(features)
        scored: Floats = values @ self.weights[columns] + self.bias
        return scored


@dataclass(frozen=True, slots=True)
class Pool:
    """How one task's members are pooled: a weight for each, then a shift per label."""

    weights: Mapping[str, float]
    shift: Sequence[float]

    def __call__(self, scores: Mapping[str, Floats]) -> Floats:
        pooled = sum(weight * scores[name] for name, weight in self.weights.items())
        return softmax(np.asarray(pooled) + np.asarray(self.shift, np.float32))


@dataclass(frozen=True, slots=True)
class Ensemble:
    """`tasks` maps each task to its labels, in the order of the members' columns."""

    tasks: Tasks
    members: Mapping[str, Member]
    pools: Mapping[str, Pool]

    def scores(self, batch: Sequence[Mapping[str, Hashes]]) -> dict[str, Floats]:
        """Member -> a row per message, a score per label of all tasks."""
        return {name: np.stack([member.scores(one[name]) for one in batch]) for name, member in self.members.items()}

    def pooled(self, scores: Mapping[str, Floats]) -> dict[str, Floats]:
        """Task -> a row per message, a probability per label, from the members' scores."""
        return {
            task: self.pools[task]({name: scored[:, columns] for name, scored in scores.items()})
            for task, columns in columns_of(self.tasks).items()
        }

    def apart(self, scores: Mapping[str, Floats], tasks: Sequence[str]) -> list[dict[str, dict[str, dict[str, float]]]]:
        """For each message: task -> member -> label -> the probability that the member alone gives it."""
        columns = columns_of(self.tasks)
        given = {task: {name: softmax(one[:, columns[task]]) for name, one in scores.items()} for task in tasks}
        return [
            {
                task: {name: dict(zip(self.tasks[task], one[row].tolist(), strict=True)) for name, one in by.items()}
                for task, by in given.items()
            }
            for row in range(len(next(iter(scores.values()))))
        ]

    def leaning(self, features: Hashes, task: str, label: str) -> Floats:
        """How much more than for the other labels each word speaks for this one; 0 where it is unknown."""
        member, columns = self.members["words"], columns_of(self.tasks)[task]
        known = member.vocabulary.columns(features)
        weights = member.weights[known][:, columns]
        margin: Floats = weights[:, self.tasks[task].index(label)] - weights.mean(axis=1)
        return np.where(known >= 0, margin, 0.0)

    def save(self, path: Path) -> None:
        """Write the arrays (weights as half precision) to one file."""
        arrays: dict[str, NDArray[Any]] = {}
        for name, member in self.members.items():
            arrays |= {
                f"{name}.hashes": member.vocabulary.hashes,
                f"{name}.idf": member.vocabulary.idf.astype(np.float16),
                f"{name}.weights": member.weights.astype(np.float16),
                f"{name}.bias": member.bias,
            }
        np.savez_compressed(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path, tasks: Tasks, pools: Mapping[str, Pool]) -> "Ensemble":
        """Read what `save` wrote. Raises OSError, ValueError or KeyError where it is damaged."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                names = dict.fromkeys(key.rpartition(".")[0] for key in arrays.files)
                ensemble = cls(tasks, {name: _member(arrays, name) for name in names}, pools)
        except (BadZipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{path.name} is damaged: {error}") from error
        if not ensemble.whole():
            raise ValueError(f"{path.name} does not fit its labels")
        return ensemble

    def whole(self) -> bool:
        """Whether every member scores every label, and every task has its pool over these members."""
        width = sum(map(len, self.tasks.values()))
        shapes = all(
            member.weights.shape == (len(member.vocabulary.hashes), width)
            and member.vocabulary.idf.shape == member.vocabulary.hashes.shape
            and member.bias.shape == (width,)
            and np.isfinite(member.weights).all()
            for member in self.members.values()
        )
        return shapes and all(
            task in self.pools
            and self.pools[task].weights.keys() == self.members.keys()
            and len(self.pools[task].shift) == len(labels)
            for task, labels in self.tasks.items()
        )


def _member(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Member:
    def floats(field: str) -> Floats:
        return arrays[f"{name}.{field}"].astype(np.float32)

    vocabulary = Vocabulary(arrays[f"{name}.hashes"].astype(np.uint64), floats("idf"))
    return Member(vocabulary, floats("weights"), floats("bias"))


def columns_of(tasks: Tasks) -> dict[str, slice]:
    """Where the labels of each task stand among the columns."""
    columns, start = {}, 0
    for task, labels in tasks.items():
        columns[task] = slice(start, start + len(labels))
        start += len(labels)
    return columns


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    powers: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    total: Floats = powers.sum(axis=-1, keepdims=True)
    return powers / total
