"""`aiguillage archive`: what it says, and that a kill loses no bytes."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from store.archive import Archive
from store.engine import open_engine
from store.tables import case
from store.tx import Store
from tests.mails import mail
from tests.servers import forked

MAIL = mail("Bonjour, la girouette est tombée.")
LATER = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


class Installation:
    """Runs `aiguillage` on a database in a folder of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder

    def __call__(
        self, *arguments: str, stdin: bytes = b"", failpoint: str = ""
    ) -> "subprocess.CompletedProcess[bytes]":
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        ours = {"AIGUILLAGE_DATABASE_URL": self.url, "AIGUILLAGE_FAILPOINT": failpoint}
        return forked.run(arguments, clean | ours, self._folder, stdin)

    def archive(self, failpoint: str = "") -> "subprocess.CompletedProcess[bytes]":
        return self("archive", "--before", LATER, failpoint=failpoint)

    def raw(self) -> bytes:
        """The message, as pages read it."""
        engine, away = open_engine(self.url), open_engine(f"sqlite:///{self._folder}/archive.db")
        store = Store(engine)
        store.archive = Archive(away)
        with store.reading() as tx:
            found = tx.bodies.received(1)
        engine.dispose()
        away.dispose()
        return found


@pytest.fixture
def aiguillage(sqlite_url: str, tmp_path: Path) -> Installation:
    """With one mail, whose case was closed."""
    installation = Installation(sqlite_url, tmp_path)
    assert installation("ingest", "-", stdin=MAIL).returncode == 0
    engine = open_engine(sqlite_url)
    with Store(engine).transaction("test.close") as tx:
        tx.connection.execute(update(case).values(status="closed", closed_at=datetime.now(UTC)))
    engine.dispose()
    return installation


def test_it_goes_and_comes_back(aiguillage: Installation) -> None:
    assert aiguillage.archive().stdout.startswith(b"1 mails are archived")
    assert aiguillage.raw() == MAIL
    assert aiguillage("archive", "--restore").stdout == b"1 mails are back.\n"
    assert aiguillage.raw() == MAIL


@pytest.mark.parametrize("place", ["archive.kept", "archive.empty.before", "archive.empty.after"])
def test_a_kill_on_the_way_loses_nothing(aiguillage: Installation, place: str) -> None:
    assert aiguillage.archive(place).returncode == -9
    assert aiguillage.raw() == MAIL
    assert aiguillage.archive().returncode == 0
    assert aiguillage.raw() == MAIL


@pytest.mark.parametrize("place", ["archive.restore.before", "archive.restore.after"])
def test_a_kill_on_the_way_back_loses_nothing(aiguillage: Installation, place: str) -> None:
    aiguillage.archive()
    assert aiguillage("archive", "--restore", failpoint=place).returncode == -9
    assert aiguillage.raw() == MAIL
    assert aiguillage("archive", "--restore").stdout == b"1 mails are back.\n"
    assert aiguillage.raw() == MAIL


def test_one_of_the_two_is_asked_for(aiguillage: Installation) -> None:
    for arguments in ((), ("--before", LATER, "--restore")):
        assert aiguillage("archive", *arguments).returncode == 2
    assert b"is not a day" in aiguillage("archive", "--before", "soon").stderr
