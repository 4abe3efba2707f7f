"""Labelled files: whole, or refused with file, line and mend."""

import json
from pathlib import Path

import pytest

from cases.errors import ConfigurationError, PermanentError
from cases.profile import Profile
from classify import golden as golden_module
from classify.dataset import impersonal, labelled, load, require_known
from classify.golden import GOLDEN, golden, golden_set

ROW = {"id": "x1", "lang": "fr", "motif": "acces", "tool": "notice", "scope": "in", "subject": "", "body": "Bonjour"}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 1 is not JSON"),
        ('{"id": "c1"}', "line 1 lacks lang, motif"),
        ("[]", "line 1 lacks"),
        (json.dumps(ROW | {"urgency": "high"}), "line 1 holds a label that is none"),
    ],
)
def test_unreadable_labels_are_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(PermanentError, match=fault):
        load([path])


def test_labels_that_the_profile_does_not_know_are_named_with_the_mend(profile: Profile) -> None:
    rows = [labelled(ROW | {"motif": "panne"}), labelled(ROW), labelled(ROW | {"id": "x3", "tool": "onyx"})]
    with pytest.raises(ConfigurationError) as caught:
        require_known(rows, profile)
    [(first, cause, mend), (third, *_)] = caught.value.faults
    assert (first, third) == ("x1", "x3")
    assert cause == "the motif panne is not in the profile"
    assert "acces" in mend


def test_a_model_reads_nobody_s_number() -> None:
    row = impersonal(labelled(ROW | {"subject": "De anne@example.org", "body": "Au 0470 00 12 34, [iban] svp"}))
    assert (row.message.subject.strip(), row.message.body) == ("De", "Au  ,   svp")


def test_the_golden_set_is_the_one_that_was_locked() -> None:
    rows = golden_set()
    assert all(map(golden, rows))
    everything = load(sorted(golden_module.DATA.glob("messages_*.jsonl")))
    assert 0.7 < len(rows) * GOLDEN / len(everything) < 1.3


def test_a_golden_set_with_another_label_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = golden_set()[0].id
    for path in golden_module.DATA.glob("messages_*.jsonl"):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        rows = [
            row | {"motif": "incident" if row["motif"] == "acces" else "acces"} if row["id"] == first else row
            for row in rows
        ]
        (tmp_path / path.name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    monkeypatch.setattr(golden_module, "DATA", tmp_path)
    with pytest.raises(PermanentError, match="not the one that was locked"):
        golden_set()
