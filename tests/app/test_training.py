"""`aiguillage train` and `evaluate` as people call them."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cases.review import Field
from store.tx import Store
from tests.app.review_cases import doubted, sitting
from tests.profiles import shipped
from tests.servers import forked

pytest.importorskip("scipy")
ROOT = Path(__file__).parents[2]
DATA = ROOT / "classify" / "data"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Messages of two writers: enough to learn something, too few to be as good as the model that ships."""
    lines = [line for writer in "ce" for line in (DATA / f"messages_{writer}.jsonl").read_text("utf-8").splitlines()]
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(lines[::6]), "utf-8")
    return path


def run(url: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return forked.run([*map(str, arguments)], os.environ | {"AIGUILLAGE_DATABASE_URL": url}, ROOT)


def objects(text: bytes) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_model_learns_from_corrections_and_is_kept_but_refused_where_it_is_worse(
    sqlite_store: Store, sqlite_url: str, few: Path
) -> None:
    profile = shipped()
    doubted(sqlite_store, body="Anne, au 0470 00 12 34 : NOTICe est lent.")
    session = sitting(sqlite_store, profile)
    [item] = session.items()
    session.settle(item, {Field.MOTIF: "incident", Field.TOOL: "notice", Field.SCOPE: "in"})
    done = run(sqlite_url, "train", few, "--corrections", "--json")
    assert done.returncode == 1, done.stderr
    report, verdict = objects(done.stdout)
    assert "writer r" in report["groups"]
    assert verdict["refused"]
    assert verdict["scores"]["category"]["after"] < verdict["scores"]["category"]["before"]
    kept = [row["version"] for row in objects(run(sqlite_url, "model", "list", "--json").stdout) if not row["use"]]
    assert kept == [report["model"]]


def test_a_label_that_the_profile_does_not_know_is_refused_before_anything_is_learnt(
    sqlite_url: str, tmp_path: Path
) -> None:
    row = {"id": "x1", "lang": "fr", "motif": "panne", "tool": "notice", "scope": "in", "body": "Bonjour"}
    (tmp_path / "odd.jsonl").write_text(json.dumps(row))
    for command in ("train", "evaluate"):
        done = run(sqlite_url, command, tmp_path / "odd.jsonl")
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"x1: the motif panne is not in the profile; correct it, or add it to the profile" in done.stderr


def test_another_service_wants_a_golden_set_of_its_own(sqlite_url: str) -> None:
    os.environ["AIGUILLAGE_PROFILE"] = "exemple-commune"
    try:
        done = run(sqlite_url, "train", ROOT / "tests" / "classify" / "commune.jsonl")
    finally:
        del os.environ["AIGUILLAGE_PROFILE"]
    assert done.returncode == 2
    assert b"by --golden" in done.stderr


def test_evaluate_tells_coverage_and_errors_and_draws(sqlite_url: str, few: Path, tmp_path: Path) -> None:
    done = run(sqlite_url, "evaluate", few, "--plots", tmp_path / "plots", "--errors", "2", "--json")
    assert done.returncode == 0, done.stderr
    [report] = objects(done.stdout)
    assert 0 < len(report["errors"]) <= 2
    assert [point["coverage"] for point in report["coverage"]] == sorted(
        point["coverage"] for point in report["coverage"]
    )
    assert {"lang de", "channel email", "writer c"} <= set(report["groups"])
    for name in ("calibration.svg", "coverage.svg"):
        assert ElementTree.parse(tmp_path / "plots" / name).getroot().tag.endswith("svg")
    told = run(sqlite_url, "evaluate", few).stdout
    assert b"the surest share: right" in told
