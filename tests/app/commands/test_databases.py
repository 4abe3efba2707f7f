"""`aiguillage db copy`: what it says, what it refuses, and that a kill leaves nothing to be mistaken for a copy."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from store.engine import open_engine
from store.tx import Store
from tests.mails import mail
from tests.servers import forked
from tests.store.installation import fill, rows


class Installation:
    """Runs `aiguillage` on a filled database, in a folder of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.target = f"sqlite:///{folder}/moved/copy.db"

    def __call__(self, *arguments: str, stdin: bytes = b"", **more: str) -> "subprocess.CompletedProcess[bytes]":
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        return forked.run(arguments, clean | {"AIGUILLAGE_DATABASE_URL": self.url} | more, self.folder, stdin)


@pytest.fixture
def aiguillage(sqlite_url: str, tmp_path: Path) -> Installation:
    engine = open_engine(sqlite_url)
    fill(Store(engine))
    engine.dispose()
    return Installation(sqlite_url, tmp_path)


def content(url: str) -> Any:
    engine = open_engine(url)
    try:
        return rows(engine)
    finally:
        engine.dispose()


def test_each_table_is_a_line_with_its_rows_and_hashes(aiguillage: Installation) -> None:
    done = aiguillage("db", "copy", "--to", aiguillage.target, "--json", "--yes")
    assert (done.returncode, b"All rows are there and equal" in done.stderr) == (0, True)
    lines = {line["table"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert list(lines["case"]) == ["table", "rows", "copied", "sha256", "copied_sha256", "equal"]
    assert all(line["equal"] and line["sha256"] == line["copied_sha256"] for line in lines.values())
    assert lines["case"]["rows"] == lines["case"]["copied"] > 0
    assert content(aiguillage.target) == content(aiguillage.url)


def test_the_service_takes_mails_in_on_the_copy(aiguillage: Installation) -> None:
    assert aiguillage("db", "copy", "--to", aiguillage.target, "--yes").returncode == 0
    known = {json.loads(line)["case"] for line in aiguillage("case", "list", "--json").stdout.splitlines()} - {None}
    moved = {"AIGUILLAGE_DATABASE_URL": aiguillage.target}
    done = aiguillage("ingest", "-", stdin=mail("New.\n", message_id="<new@example.org>"), **moved)
    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["disposition"], line["created"], line["case"] in known) == ("case", True, False)


def test_the_target_may_stand_in_a_file(aiguillage: Installation) -> None:
    (aiguillage.folder / "target").write_text(aiguillage.target + "\n")
    done = aiguillage("db", "copy", "--yes", AIGUILLAGE_COPY_TO_URL_FILE="target")
    assert (done.returncode, b"TABLE" in done.stdout) == (0, True)
    again = aiguillage("db", "copy", "--yes", AIGUILLAGE_COPY_TO_URL_FILE="target")
    assert (again.returncode, b"AIGUILLAGE_COPY_TO_URL: is not empty" in again.stderr) == (2, True)


def test_it_wants_a_target_and_somebody_to_ask(aiguillage: Installation) -> None:
    lacking, silent = aiguillage("db", "copy", "--yes"), aiguillage("db", "copy", "--to", aiguillage.target)
    assert (lacking.returncode, b"--to: is missing" in lacking.stderr) == (2, True)
    assert (silent.returncode, b"--yes: is missing" in silent.stderr) == (2, True)


@pytest.mark.parametrize("place", ["copy.marked", "copy.batch:1", "copy.batch:9", "copy.compared", "copy.kept"])
def test_killed_it_leaves_the_mark_or_the_whole(aiguillage: Installation, place: str) -> None:
    before = content(aiguillage.url)
    killed = aiguillage("db", "copy", "--to", aiguillage.target, "--yes", AIGUILLAGE_FAILPOINT=place)
    assert killed.returncode == -9
    started = aiguillage("failed", AIGUILLAGE_DATABASE_URL=aiguillage.target)
    again = aiguillage("db", "copy", "--to", aiguillage.target, "--yes")
    if place == "copy.kept":
        assert (started.returncode, again.returncode) == (0, 2)
    else:
        assert (started.returncode, b"a copy that did not come to its end" in started.stderr) == (2, True)
        assert again.returncode == 0, again.stderr.decode()
    assert content(aiguillage.target) == content(aiguillage.url) == before
