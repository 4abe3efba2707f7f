"""`web`, `worker` and `connect` as they are started: what they refuse, and how each says how to mend it."""

import os
from pathlib import Path

import pytest

from tests.servers import forked
from tests.servers.databases import BOTH

COMMANDS = ("web", "worker", "connect")


@pytest.mark.parametrize("command", COMMANDS)
def test_without_servers_each_refuses_and_names_the_mend(command: str, tmp_path: Path) -> None:
    done = forked.run([command], environment(), tmp_path)
    complaint = done.stderr.decode()
    assert done.returncode == 2
    assert "AIGUILLAGE_DATABASE_URL: is SQLite" in complaint
    assert "AIGUILLAGE_REDIS_URL: is missing" in complaint
    assert complaint.count("aiguillage run") == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)
def test_nothing_to_connect_to_is_refused(database_url: str, tmp_path: Path) -> None:
    servers = {"AIGUILLAGE_REDIS_URL": "redis://127.0.0.1:1/0", "AIGUILLAGE_SECRET_KEY": "0123456789abcdef0"}
    done = forked.run(["connect"], environment() | servers | {"AIGUILLAGE_DATABASE_URL": database_url}, tmp_path)
    assert (done.returncode, "neither a mailbox nor a door" in done.stderr.decode()) == (2, True)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
