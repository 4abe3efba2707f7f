"""Fits the members and pools them: vocabulary, logistic regression, calibration. Imports SciPy: training only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from classify.linear import Floats, Member, Pool, Vocabulary, columns_of, softmax
from classify.ngrams import Hashes

Rows = NDArray[np.intp]
ABSENT = -8.0
JITTER = 1e-3
FREQUENT = 0.05
ITERATIONS = 50
SHIFT_PENALTY = 2.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of features is learnt: `strength` is the inverse of the penalty."""

    strength: float
    min_messages: int = 2


@dataclass(frozen=True, slots=True)
class Data:
    """Features by member and labels by task (as positions in `tasks`), one entry per message; `groups` are writers.

    `weights` are how many messages each one counts for.
    """

    tasks: Mapping[str, tuple[str, ...]]
    features: Mapping[str, Sequence[Hashes]]
    labels: Mapping[str, NDArray[np.intp]]
    groups: NDArray[np.str_]
    weights: Floats

    @property
    def rows(self) -> Rows:
        return np.arange(len(self.groups))

    @property
    def width(self) -> int:
        return sum(len(labels) for labels in self.tasks.values())


FOLDS = 7
"""Into how many parts writers are put to be held out: each part costs a training."""


def by_writer(groups: NDArray[np.str_]) -> Iterator[tuple[Rows, Rows]]:
    """(learn, hold out): each writer is held out once, with others where there are more than `FOLDS`; one writer alone
    is cut into parts."""
    names, keys = np.unique(groups, return_inverse=True)
    parts = _parts(np.bincount(keys))[keys] if len(names) > 1 else np.arange(len(groups)) % FOLDS
    for part in np.unique(parts):
        yield np.flatnonzero(parts != part), np.flatnonzero(parts == part)


def _parts(sizes: NDArray[np.intp]) -> Rows:
    """The part of each writer: the largest first, each to the part that has fewest messages by then."""
    filled, parts = np.zeros(FOLDS, np.intp), np.zeros(len(sizes), np.intp)
    for writer in np.argsort(-sizes, kind="stable"):
        parts[writer] = filled.argmin()
        filled[parts[writer]] += sizes[writer]
    return parts


@dataclass(frozen=True, slots=True)
class Space:
    """One kind of features of all messages: a sparse row each, and the Cholesky factor of how alike each two are (their
    Gram matrix): row i of it is message i in a space that has all that a regression needs.

    It is computed once for all folds. So the vocabulary and the document frequencies are those of held-out messages
    too, without their labels.
    """

    vocabulary: Vocabulary
    matrix: csr_matrix
    factor: Floats

    @classmethod
    def of(cls, features: Sequence[Hashes], recipe: Recipe) -> "Space":
        known = Vocabulary.of(features, recipe.min_messages)
        matrix = _matrix(known, features)
        gram = _gram(matrix)
        gram[np.diag_indices_from(gram)] += JITTER
        return cls(known, matrix, cholesky(gram, lower=True, overwrite_a=True))


def fit_member(data: Data, space: Space, recipe: Recipe, rows: Rows) -> Member:
    """One member over all tasks, not yet calibrated, that learns from these rows.

    The regression runs in the space of the messages, which has the same optimum as that of the features and thousands
    of dimensions instead of a hundred thousand. What a message that is not learnt from adds to the space stays unused.
    """
    targets = [(columns, _wanted(data.labels[task][rows], columns)) for task, columns in columns_of(data.tasks).items()]
    costs = recipe.strength * data.weights[rows]
    weights, bias = _regress(Triangle(space.factor, rows), targets, costs)
    back = solve_triangular(space.factor, weights.astype(np.float32), lower=True, trans="T")
    return Member(space.vocabulary, (space.matrix.T @ back).astype(np.float32), bias.astype(np.float32))


def _matrix(known: Vocabulary, features: Sequence[Hashes]) -> csr_matrix:
    weighed = [known.weigh(one) for one in features]
    ends = np.cumsum([0, *(len(columns) for columns, _ in weighed)])
    columns = np.concatenate([columns for columns, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, columns, ends), shape=(len(features), len(known.hashes)))


def _gram(matrix: csr_matrix) -> Floats:
    """The products of all rows. What many messages have costs most, and less as a dense block than one by one."""
    frequent = np.diff(matrix.tocsc().indptr) > FREQUENT * matrix.shape[0]
    dense, rare = matrix[:, frequent].toarray(), matrix[:, ~frequent]
    products: Floats = (rare @ rare.T).toarray()
    products += dense @ dense.T
    return products


def _wanted(labels: Rows, columns: slice) -> Floats:
    """A row per message with 1 at its label."""
    return np.eye(columns.stop - columns.start, dtype=np.float32)[labels]


class Triangle:
    """Some rows of a lower triangular matrix, multiplied in blocks without the zeros beyond them: half of the work.

    BLAS has it as `trmm`, but SciPy's holds the interpreter meanwhile, and members are fitted side by side.
    """

    def __init__(self, matrix: Floats, rows: Rows, blocks: int = 8) -> None:
        self.width = len(matrix)
        ends = np.linspace(0, len(rows), blocks + 1).astype(int)
        parts = [slice(begin, end) for begin, end in pairwise(ends) if begin < end]
        self._blocks = [(part, np.ascontiguousarray(matrix[rows[part], : rows[part][-1] + 1])) for part in parts]

    def times(self, other: Floats) -> Floats:
        return np.concatenate([block @ other[: block.shape[1]] for _, block in self._blocks])

    def transposed_times(self, other: Floats) -> Floats:
        total = np.zeros((self.width, other.shape[1]), other.dtype)
        for rows, block in self._blocks:
            total[: block.shape[1]] += block.T @ other[rows]
        return total


def _regress(space: Triangle, targets: Sequence[tuple[slice, Floats]], costs: Floats) -> tuple[Floats, Floats]:
    """(weights, bias) of multinomial logistic regressions with balanced labels, those of all tasks at once.

    `costs` say what a mistake on each message costs.

    One product with `space`, which is lower triangular, serves all labels: three times as fast as a solver called task
    by task.
    """
    count, width = space.width, targets[-1][0].stop
    balance = [costs * _balance(wanted) for _, wanted in targets]

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = parameters[:-width].reshape(count, width), parameters[-width:]
        scores = space.times(weights.astype(np.float32)) + bias.astype(np.float32)
        total, excess = 0.5 * float((weights**2).sum()), np.empty_like(scores)
        for (columns, wanted), balanced in zip(targets, balance, strict=True):
            probabilities = softmax(scores[:, columns])
            total -= float(balanced @ np.log((probabilities * wanted).sum(axis=1) + 1e-12))
            excess[:, columns] = balanced[:, None] * (probabilities - wanted)
        slope = space.transposed_times(excess) + weights
        return total, np.concatenate((slope.ravel(), excess.sum(axis=0, dtype=np.float64)))

    limits = {"maxiter": ITERATIONS, "ftol": 1e-6, "gtol": 1e-2}
    best = minimize(loss, np.zeros((count + 1) * width), jac=True, method="L-BFGS-B", options=limits).x
    absent = np.concatenate([~wanted.any(axis=0) for _, wanted in targets])
    return best[:-width].reshape(count, width), np.where(absent, ABSENT, best[-width:])


def _balance(wanted: Floats) -> Floats:
    """A weight per message, so that every label that occurs weighs the same."""
    counts = wanted.sum(axis=0)
    weights: Floats = len(wanted) / ((counts > 0).sum() * (wanted @ counts))
    return weights


def scores_of(member: Member, features: Sequence[Hashes], rows: Rows) -> Floats:
    """A row of scores per message."""
    return np.stack([member.scores(features[row]) for row in rows])


def pool(scores: Mapping[str, Floats], labels: Rows) -> Pool:
    """The weights of members and shifts of labels that make the labels likeliest; `scores` are held out."""
    stacked = np.stack(list(scores.values())).astype(np.float64)
    members, _, width = stacked.shape
    wanted = np.eye(width)[labels]

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, shift = np.exp(parameters[:members]), parameters[members:]
        probabilities = softmax(np.tensordot(weights, stacked, axes=1) + shift)
        likelihood = np.log((probabilities * wanted).sum(axis=1) + 1e-12).sum()
        excess = probabilities - wanted
        slope = ((stacked * excess).sum(axis=(1, 2)) * weights, excess.sum(axis=0) + 2 * SHIFT_PENALTY * shift)
        return float(SHIFT_PENALTY * (shift**2).sum() - likelihood), np.concatenate(slope)

    start = np.concatenate((np.full(members, -np.log(members)), np.zeros(width)))
    best = minimize(loss, start, jac=True, method="L-BFGS-B").x
    weights = np.exp(best[:members]).round(6).tolist()
    return Pool(dict(zip(scores, weights, strict=True)), tuple(best[members:].round(6).tolist()))
