"""`aiguillage backup` and `restore` as they are started: what they say, and that a kill leaves nothing half."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from store.engine import open_engine
from store.tx import Store
from tests.servers import forked
from tests.store.installation import fill, rows


class Machine:
    """Runs `aiguillage` on one of two databases of a folder: the one that is filled, or the one that is to be."""

    def __init__(self, filled: str, folder: Path) -> None:
        self.filled, self.folder = filled, folder
        self.target = f"sqlite:///{folder}/new/aiguillage.db"

    def __call__(self, *arguments: str, url: str = "", **more: str) -> "subprocess.CompletedProcess[bytes]":
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        return forked.run(arguments, clean | {"AIGUILLAGE_DATABASE_URL": url or self.filled} | more, self.folder)


@pytest.fixture
def machine(sqlite_url: str, tmp_path: Path) -> Machine:
    engine = open_engine(sqlite_url)
    fill(Store(engine))
    engine.dispose()
    return Machine(sqlite_url, tmp_path)


def content(url: str) -> object:
    engine = open_engine(url)
    try:
        return rows(engine)
    finally:
        engine.dispose()


def test_both_say_what_they_did(machine: Machine) -> None:
    before = content(machine.filled)  # afterwards it has a note that a backup was made
    made = machine("backup", ".", "--json")
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    path = Path(said["file"])
    assert path.parent == Path()
    assert said["bytes"] == (machine.folder / path).stat().st_size
    tried = machine("restore", str(path), "--dry-run", "--json", url=machine.target)
    assert json.loads(tried.stdout)["dry_run"]
    assert not (machine.folder / "new").exists()
    done = machine("restore", str(path), url=machine.target)
    assert (done.returncode, b"is back" in done.stdout) == (0, True)
    assert content(machine.target) == before
    again = machine("restore", str(path), url=machine.target)
    assert (again.returncode, b"AIGUILLAGE_DATABASE_URL: is not empty" in again.stderr) == (2, True)


@pytest.mark.parametrize("place", ["restore.files", "restore.kept"])
def test_killed_it_is_not_there_or_whole(machine: Machine, place: str) -> None:
    before = content(machine.filled)
    assert machine("backup", "one.zip").returncode == 0
    killed = machine("restore", "one.zip", url=machine.target, AIGUILLAGE_FAILPOINT=place)
    assert killed.returncode == -9
    assert (machine.folder / "new" / "aiguillage.db").exists() == (place == "restore.kept")
    again = machine("restore", "one.zip", url=machine.target)
    assert again.returncode == (2 if place == "restore.kept" else 0), again.stderr
    assert content(machine.target) == before


def test_what_is_no_backup_is_named(machine: Machine) -> None:
    missing = machine("restore", "none.zip", url=machine.target)
    assert (missing.returncode, b"none.zip: is no file" in missing.stderr) == (2, True)
