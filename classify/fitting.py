"""Fits the members: vocabulary, logistic regression, calibration. Imports scikit-learn: training only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classify.linear import Floats, Member, Vocabulary, columns_of, softmax
from classify.ngrams import Hashes

Rows = NDArray[np.intp]
ABSENT = -8.0
SHIFT_PENALTY = 2.0
PARTS = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of features is learnt: `strength` is the inverse of the penalty (scikit-learn's C)."""

    strength: float
    min_messages: int = 2


@dataclass(frozen=True, slots=True)
class Data:
    """Features by member and labels by task (as positions in `tasks`), one entry per message; `groups` are writers."""

    tasks: Mapping[str, tuple[str, ...]]
    features: Mapping[str, Sequence[Hashes]]
    labels: Mapping[str, NDArray[np.intp]]
    groups: NDArray[np.str_]

    @property
    def rows(self) -> Rows:
        return np.arange(len(self.groups))

    @property
    def width(self) -> int:
        return sum(len(labels) for labels in self.tasks.values())


def by_writer(groups: NDArray[np.str_]) -> Iterator[tuple[Rows, Rows]]:
    """(learn, hold out): each writer held out in turn; one writer alone is cut into parts."""
    _, keys = np.unique(groups, return_inverse=True)
    if keys.max(initial=0) == 0:
        keys = np.arange(len(groups)) % PARTS
    for key in np.unique(keys):
        yield np.flatnonzero(keys != key), np.flatnonzero(keys == key)


def vocabulary(features: Sequence[Hashes], min_messages: int) -> Vocabulary:
    """The features that at least so many messages have, with their inverse document frequency."""
    found, counts = np.unique(np.concatenate([np.unique(one) for one in features]), return_counts=True)
    kept = counts >= min_messages
    idf = np.log((1 + len(features)) / (1 + counts[kept])) + 1
    return Vocabulary(found[kept], idf.astype(np.float32))


def fit_member(data: Data, name: str, recipe: Recipe, rows: Rows) -> Member:
    """One member over all tasks, not yet calibrated.

    The regression runs in the space of the messages (the eigenvectors of their Gram matrix), which has the same optimum
    as that of the features and hundreds of dimensions instead of a hundred thousand.
    """
    features = [data.features[name][row] for row in rows]
    known = vocabulary(features, recipe.min_messages)
    matrix = _matrix(known, features)
    values, vectors = np.linalg.eigh((matrix @ matrix.T).toarray())
    kept = values > values.max() * 1e-7
    roots = np.sqrt(values[kept])
    space = (vectors[:, kept] * roots).astype(np.float32)
    weights = np.zeros((data.width, len(roots)), np.float32)
    bias = np.full(data.width, ABSENT, np.float32)
    for task, columns in columns_of(data.tasks).items():
        _regress(space, data.labels[task][rows], recipe.strength, weights[columns], bias[columns])
    back = matrix.T @ (vectors[:, kept] / roots)
    ones, zeros = np.ones(data.width, np.float32), np.zeros(data.width, np.float32)
    return Member(known, (back @ weights.T).astype(np.float32), bias, ones, zeros)


def _matrix(known: Vocabulary, features: Sequence[Hashes]) -> csr_matrix:
    weighed = [known.weigh(one) for one in features]
    ends = np.cumsum([0, *(len(columns) for columns, _ in weighed)])
    columns = np.concatenate([columns for columns, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, columns, ends), shape=(len(features), len(known.hashes)))


def _regress(space: Floats, labels: Rows, strength: float, weights: Floats, bias: Floats) -> None:
    """Fill the rows of `weights` and `bias` of the labels that occur; the others stay improbable."""
    present = np.unique(labels)
    if len(present) == 1:
        bias[present] = 0.0
        return
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=150, tol=1e-3).fit(space, labels)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(present) == 2:
        coefficients = np.concatenate((-coefficients, coefficients)) / 2
        intercepts = np.concatenate((-intercepts, intercepts)) / 2
    weights[present] = coefficients
    bias[present] = intercepts


def scores_of(member: Member, features: Sequence[Hashes], rows: Rows) -> Floats:
    """A row of scores per message."""
    return np.stack([member.scores(features[row]) for row in rows])


def calibrate(raw: Floats, labels: Rows) -> tuple[float, NDArray[np.float64]]:
    """(scale, shift per label) that make a softmax of `raw * scale + shift` as probable as the labels turned out."""
    wanted = np.eye(raw.shape[1])[labels]

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scale, shift = np.exp(parameters[0]), parameters[1:]
        probabilities = softmax(raw * scale + shift)
        likelihood = np.log(np.maximum((probabilities * wanted).sum(axis=1), 1e-12)).sum()
        excess = probabilities - wanted
        slope = np.concatenate(([(excess * raw).sum() * scale], excess.sum(axis=0) + 2 * SHIFT_PENALTY * shift))
        return float(SHIFT_PENALTY * (shift**2).sum() - likelihood), slope

    best = minimize(loss, np.zeros(raw.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return float(np.exp(best[0])), best[1:]


def best_power(probabilities: Floats, labels: Rows) -> float:
    """The power that calibrates a blend, by likelihood."""

    def loss(power: float) -> float:
        logs = np.log(np.maximum(probabilities, 1e-9)) * power
        return -float(np.log(softmax(logs)[np.arange(len(labels)), labels] + 1e-12).sum())

    candidates = np.arange(0.6, 3.01, 0.05)
    return float(candidates[int(np.argmin([loss(power) for power in candidates]))])
