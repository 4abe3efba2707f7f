import numpy as np
import pytest

pytest.importorskip("scipy")
from classify.fitting import FOLDS, Data, Recipe, Space, by_writer, fit_member, pool
from classify.linear import softmax
from classify.ngrams import Hashes


def drawn(seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """(scores, labels): the labels are drawn from the probabilities that the scores stand for."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(2_000, 3)).astype(np.float32)
    labels = np.array([generator.choice(3, p=one / one.sum()) for one in softmax(scores).astype(np.float64)])
    return scores, labels


def test_a_pool_trusts_the_member_that_knows_and_undoes_its_boasting() -> None:
    scores, labels = drawn()
    noise = np.random.default_rng(6).normal(size=scores.shape).astype(np.float32)
    pooled = pool({"boasts": scores * 5, "guesses": noise}, labels)
    assert pooled.weights["boasts"] == pytest.approx(0.2, abs=0.03)
    assert pooled.weights["guesses"] < 0.1


def test_a_pool_shifts_towards_labels_that_the_members_miss() -> None:
    scores, labels = drawn()
    pooled = pool({"one": scores - np.array([2.0, 0.0, 0.0], np.float32)}, labels)
    assert pooled.shift[0] - pooled.shift[1] == pytest.approx(2.0, abs=0.3)


def test_a_member_learns_every_task_at_once_and_keeps_absent_labels_improbable() -> None:
    features: list[Hashes] = [np.array([row % 2, 10 + row % 3], np.uint64) for row in range(60)]
    labels = {"parity": np.arange(60) % 2, "rest": np.arange(60) % 3}
    tasks = {"parity": ("even", "odd", "neither"), "rest": ("0", "1", "2")}
    data = Data(tasks, {"words": features}, labels, np.array(["a"] * 60), np.ones(60, np.float32))
    member = fit_member(data, Space.of(data.features["words"], Recipe(10.0)), Recipe(10.0), data.rows)
    scores = np.stack([member.scores(one) for one in features])
    assert (scores[:, :2].argmax(axis=1) == labels["parity"]).all()
    assert (scores[:, 3:].argmax(axis=1) == labels["rest"]).all()
    assert (softmax(scores[:, :3])[:, 2] < 0.01).all()


def test_a_message_that_is_held_out_leaves_no_trace() -> None:
    features: list[Hashes] = [np.array([row % 2, 10 + row % 3], np.uint64) for row in range(60)]
    space, kept = Space.of(features, Recipe(10.0)), np.arange(60) % 5 > 0
    fitted = []
    for held_out in (0, 1):
        labels = {"parity": np.where(kept, np.arange(60) % 2, held_out)}
        groups, weights = np.array(["a"] * 60), np.ones(60, np.float32)
        data = Data({"parity": ("even", "odd")}, {"words": features}, labels, groups, weights)
        fitted.append(fit_member(data, space, Recipe(10.0), np.flatnonzero(kept)).weights)
    assert np.array_equal(*fitted)


def test_a_heavier_message_is_believed_more() -> None:
    """Of two that say the same words and disagree, the one that weighs more wins."""
    features: list[Hashes] = [np.array([1], np.uint64)] * 2
    for weights, winner in (([1.0, 3.0], 1), ([3.0, 1.0], 0)):
        data = Data(
            {"one": ("a", "b")},
            {"words": features},
            {"one": np.array([0, 1])},
            np.array(["r", "r"]),
            np.array(weights, np.float32),
        )
        member = fit_member(data, Space.of(data.features["words"], Recipe(10.0)), Recipe(10.0), data.rows)
        assert member.scores(features[0]).argmax() == winner


@pytest.mark.parametrize("sizes", [(3, 3), (9, 1, 1, 1, 1, 1, 1), (1,) * 12, (5, 4, 3, 2, 1)])
def test_every_writer_is_held_out_once_and_whole(sizes: tuple[int, ...]) -> None:
    groups = np.array([f"w{writer}" for writer, size in enumerate(sizes) for _ in range(size)])
    folds = list(by_writer(groups))
    assert len(folds) == min(FOLDS, len(sizes))
    assert sorted(np.concatenate([hold for _, hold in folds]).tolist()) == list(range(len(groups)))
    for learn, hold in folds:
        assert not set(groups[learn]) & set(groups[hold])
        assert len(learn) + len(hold) == len(groups)


def test_one_writer_alone_is_cut_into_parts() -> None:
    assert len(list(by_writer(np.array(["a"] * 20)))) == FOLDS
