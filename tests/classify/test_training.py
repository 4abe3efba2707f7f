import json
import random
from pathlib import Path

import pytest

from cases.errors import PermanentError
from cases.event import Message
from cases.profile import Profile
from classify.classifier import Classifier
from classify.evaluation import evaluate

pytest.importorskip("scipy")
from classify.training import train

DATA = Path(__file__).parents[2] / "classify" / "data"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Messages of three writers, few enough to learn in seconds."""
    lines = [line for writer in "cde" for line in (DATA / f"messages_{writer}.jsonl").read_text("utf-8").splitlines()]
    path = tmp_path_factory.mktemp("data") / "few.jsonl"
    path.write_text("\n".join(lines[::4]), "utf-8")
    return path


def test_training_reports_classifies_and_repeats_itself(few: Path, tmp_path: Path, profile: Profile) -> None:
    steps: list[float] = []
    first = train([few], profile, tmp_path / "one", lambda _step, share: steps.append(share))
    second = train([few], profile, tmp_path / "new" / "two")
    assert first.as_json() == second.as_json()
    weights = [tmp_path / name / "linear_tags" / "weights.npz" for name in ("one", "new/two")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert first.scores["category macro-F1"] > 0.5
    assert first.golden is not None
    classifier = Classifier.load(tmp_path / "one", profile)
    assert classifier.classify([Message(body="La page reste blanche, erreur 500")])[0].category == "incident"
    assert evaluate(few, classifier).scores["tool macro-F1"] > first.scores["tool macro-F1"]


def test_swapped_labels_ruin_the_score(few: Path, tmp_path: Path, profile: Profile) -> None:
    rows = [json.loads(line) for line in few.read_text("utf-8").splitlines()]
    motifs = [row["motif"] for row in rows]
    random.Random(3).shuffle(motifs)
    swapped = tmp_path / "swapped.jsonl"
    swapped.write_text(
        "\n".join(json.dumps(row | {"motif": motif}) for row, motif in zip(rows, motifs, strict=True)), "utf-8"
    )
    assert train([swapped], profile, tmp_path / "model").scores["motif macro-F1"] < 0.35


@pytest.mark.parametrize(
    ("line", "fault"),
    [("{", "line 1 is not JSON"), ('{"id": "c1"}', "line 1 lacks lang, motif"), ("[]", "line 1 lacks")],
)
def test_unreadable_labels_are_named(tmp_path: Path, profile: Profile, line: str, fault: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(PermanentError, match=fault):
        train([path], profile, tmp_path / "model")
    assert not (tmp_path / "model").exists()
