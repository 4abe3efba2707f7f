import random
from dataclasses import replace
from pathlib import Path

import pytest

from cases.errors import PermanentError
from cases.event import Message
from cases.profile import Profile
from classify.classifier import Classifier
from classify.dataset import Labelled, load
from classify.evaluation import outcomes, report

pytest.importorskip("scipy")
from classify.training import train

DATA = Path(__file__).parents[2] / "classify" / "data"


@pytest.fixture(scope="module")
def few() -> list[Labelled]:
    """Messages of three writers, few enough to learn in seconds."""
    return load([DATA / f"messages_{writer}.jsonl" for writer in "cde"])[::4]


def test_training_reports_classifies_and_repeats_itself(few: list[Labelled], tmp_path: Path, profile: Profile) -> None:
    steps: list[float] = []
    first = train(few, profile, tmp_path / "one", lambda _step, share: steps.append(share))
    second = train(few, profile, tmp_path / "new" / "two")
    assert first.as_json() == second.as_json()
    weights = [tmp_path / name / "linear_tags" / "weights.npz" for name in ("one", "new/two")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert first.scores["category macro-F1"] > 0.5
    assert first.golden is not None
    classifier = Classifier.load(tmp_path / "one", profile)
    assert classifier.classify([Message(body="La page reste blanche, erreur 500")])[0].category == "incident"
    again = report(outcomes(few, classifier))
    assert again.scores["tool macro-F1"] > first.scores["tool macro-F1"]


def test_swapped_labels_ruin_the_score(few: list[Labelled], tmp_path: Path, profile: Profile) -> None:
    motifs = [row.motif for row in few]
    random.Random(3).shuffle(motifs)
    swapped = [replace(row, motif=motif) for row, motif in zip(few, motifs, strict=True)]
    assert train(swapped, profile, tmp_path / "model").scores["motif macro-F1"] < 0.35


def test_there_must_be_something_to_learn(few: list[Labelled], tmp_path: Path, profile: Profile) -> None:
    with pytest.raises(PermanentError, match="at least two motifs"):
        train([row for row in few if row.motif == "acces"], profile, tmp_path / "model")
    assert not (tmp_path / "model").exists()
