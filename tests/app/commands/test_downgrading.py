"""`aiguillage db upgrade` and `downgrade`: the way back, and what a start refuses in one line."""

import os
import subprocess
from pathlib import Path

import pytest

from store.schema import HEAD
from tests.servers import forked
from tests.servers.postgres import Postgres

SCALED = {"AIGUILLAGE_REDIS_URL": "redis://127.0.0.1:1/0", "AIGUILLAGE_SECRET_KEY": "0123456789abcdef0"}


def aiguillage(folder: Path, url: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    return forked.run(arguments, clean | SCALED | {"AIGUILLAGE_DATABASE_URL": url}, folder)


def refused(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The one line with which a start ends that cannot be."""
    [line] = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert line.startswith("aiguillage: AIGUILLAGE_DATABASE_URL: ")
    return line


def test_there_and_back(sqlite_url: str, tmp_path: Path) -> None:
    done = aiguillage(tmp_path, sqlite_url, "db", "downgrade", "0005", "--yes")
    assert (done.returncode, done.stdout) == (0, b"The schema is at 0005.\n")
    again = aiguillage(tmp_path, sqlite_url, "db", "downgrade", "0007", "--yes")
    assert (again.returncode, b"schema 0005 cannot go back to 0007" in again.stderr) == (2, True)
    assert aiguillage(tmp_path, sqlite_url, "db", "upgrade").stdout.decode() == f"The schema is at {HEAD}.\n"


def test_nobody_is_asked_where_nobody_is_there(sqlite_url: str, tmp_path: Path) -> None:
    done = aiguillage(tmp_path, sqlite_url, "db", "downgrade", "0005")
    assert (done.returncode, b"--yes: is missing" in done.stderr) == (2, True)


@pytest.mark.servers("postgres")
@pytest.mark.parametrize("command", ["worker", "web"])
def test_what_cannot_serve_is_refused_in_one_line_with_the_mend(
    postgres: Postgres, tmp_path: Path, command: str
) -> None:
    with postgres.database(migrated=False) as empty, postgres.database() as ready:
        assert "run `aiguillage db upgrade`" in refused(aiguillage(tmp_path, empty, command))
        postgres.execute(f"ALTER DATABASE {ready.rpartition('/')[2]} SET default_transaction_read_only = on")
        assert "can only be read" in refused(aiguillage(tmp_path, ready, command))
    assert "does not exist" in refused(aiguillage(tmp_path, postgres.url("elsewhere"), command))
