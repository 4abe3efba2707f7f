"""`aiguillage model` and what runs beside the model in use."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from app import shadow as shadow_module
from app.shadow import Shadow
from app.shelf import NOTE, Shelf
from cases.errors import PermanentError
from cases.profile import Profile
from classify.agreement import agreement
from classify.classifier import CARD, SHIPPED
from store.tx import Store
from tests.app.review_cases import doubted, sitting
from tests.ingest.conftest import NOW
from tests.profiles import shipped
from tests.servers import forked
from tests.servers.process import wait_until

ROOT = Path(__file__).parents[2]
INCIDENT = 3
"""The column of that motif: the first task's labels stand in the order of the alphabet."""
Command = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return shipped()


@pytest.fixture
def command(sqlite_url: str) -> Command:
    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return forked.run(arguments, os.environ | {"AIGUILLAGE_DATABASE_URL": sqlite_url}, ROOT)

    return run


@pytest.fixture
def shelf(sqlite_url: str) -> Shelf:
    """A shelf with a copy of the shipped model, and one that was made blind to words and never says incident."""
    found = Shelf(Path(sqlite_url.removeprefix("sqlite:///")).parent / "models")
    for version in ("light-copy", "light-blind"):
        shutil.copytree(SHIPPED, found.folder / version)
        card = json.loads((found.folder / version / CARD).read_text("utf-8"))
        (found.folder / version / CARD).write_text(json.dumps(card | {"version": version}), "utf-8")
    weights = found.folder / "light-blind" / "linear_tags" / "weights.npz"
    with np.load(weights) as arrays:
        blind = {name: array * 0 if name.endswith(".weights") else array for name, array in arrays.items()}
    for name in (one for one in blind if one.endswith(".bias")):
        blind[name][INCIDENT] = -50
    np.savez_compressed(weights, **blind)
    return found


def test_a_model_as_good_is_promoted_and_a_worse_one_refused_with_figures(command: Command, shelf: Shelf) -> None:
    done = command("model", "promote", "light-copy")
    assert done.returncode == 0, done.stderr
    assert shelf.active == "light-copy"
    refused = command("model", "promote", "light-blind", "--json")
    assert refused.returncode == 1
    figures = json.loads(refused.stdout)
    assert "incident recall does not hold" in figures["refused"]
    assert figures["scores"]["motif"]["after"] < figures["scores"]["motif"]["before"]
    assert shelf.active == "light-copy"
    listed = [json.loads(line) for line in command("model", "list", "--json").stdout.splitlines()]
    assert {row["version"]: row["use"] for row in listed} == {"shipped": "", "light-copy": "in use", "light-blind": ""}
    assert command("model", "back").returncode == 0
    assert shelf.active == "shipped"


def test_the_promoted_model_is_the_one_that_tags(command: Command, shelf: Shelf, tmp_path: Path) -> None:
    shelf.promote("light-blind")
    (tmp_path / "one.jsonl").write_text('{"id": "1", "body": "Mon Espace affiche une erreur 500"}\n')
    [line] = command("classify", str(tmp_path / "one.jsonl")).stdout.splitlines()
    assert json.loads(line)["model"] == "light-blind"
    (shelf.folder / "light-blind" / CARD).write_text('{"format": 99}')
    refused = command("classify", str(tmp_path / "one.jsonl"))
    assert refused.returncode == 1
    assert b"aiguillage model back" in refused.stderr


def test_a_shadow_is_compared_once_and_changes_nothing(sqlite_store: Store, profile: Profile, shelf: Shelf) -> None:
    for _ in range(3):
        doubted(sqlite_store)
    beside = Shadow(sqlite_store, profile, shelf, lambda: NOW)
    assert beside.round() == 0
    shelf.set_shadow("light-copy")
    assert [beside.round(), beside.round()] == [3, 0]
    with sqlite_store.reading() as tx:
        rows = tx.tagged.comparisons("light-copy")
        cases = tx.cases.latest()
    assert {row.said["tool"] for row in rows} == {"mon_espace"}
    assert agreement(rows).keys() == {"motif", "tool", "scope", "all"}
    assert all(case.review and case.version == 1 for case in cases)


def test_a_damaged_shadow_is_named(sqlite_store: Store, profile: Profile, shelf: Shelf) -> None:
    doubted(sqlite_store)
    shelf.set_shadow("light-copy")
    (shelf.folder / "light-copy" / "linear_tags" / "weights.npz").write_bytes(b"PK")
    with pytest.raises(PermanentError, match="light-copy"):
        Shadow(sqlite_store, profile, shelf, lambda: NOW).round()


def test_beside_the_service_a_shadow_works_until_the_end_whatever_happens(
    sqlite_store: Store, profile: Profile, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow_module, "EVERY_SECONDS", 0.01)
    doubted(sqlite_store)
    shelf.set_shadow("light-copy")
    note = shelf.folder / NOTE
    whole = note.read_text()
    note.write_text("{")  # the first rounds fail
    stop = threading.Event()
    running = threading.Thread(target=Shadow(sqlite_store, profile, shelf, lambda: NOW).run, args=[stop])
    with capture_logs() as logs:
        running.start()
        wait_until(lambda: bool(logs), "it is said", 30)
        note.write_text(whole)
        wait_until(lambda: bool(compared(sqlite_store)), "it is compared", 60)
        stop.set()
        running.join()
    assert logs[0]["event"] == "shadow_failed"


def compared(store: Store) -> list[object]:
    with store.reading() as tx:
        return list(tx.tagged.comparisons("light-copy"))


def test_drift_is_told_by_week(command: Command, sqlite_store: Store, profile: Profile) -> None:
    from datetime import UTC, datetime

    for sure in (0.4, 0.8):
        doubted(sqlite_store, sure, opened_at=datetime.now(UTC))
    session = sitting(sqlite_store, profile)
    item = next(session.items())
    session.settle(item, {**item.labels, next(iter(item.labels)): "incident"})
    [week] = [json.loads(line) for line in command("model", "drift", "--json").stdout.splitlines()]
    assert (week["cases"], week["acces"], week["incident"], week["corrected"]) == (2, 0.5, 0.5, 0.5)
    assert week["confidence"] == pytest.approx(0.6)
