"""One process is watched as its settings say, and by nothing where they say nothing."""

import http.client
import socket
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.settings import Settings
from app.watching.watched import watched
from app.wiring import House, build


def house(folder: Path, **more: str) -> House:
    return build(Settings(database_url=f"sqlite:///{folder}/data/aiguillage.db", **more))  # type: ignore[arg-type]


def free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"127.0.0.1:{found.getsockname()[1]}"


def ask(bind: str) -> str:
    connection = http.client.HTTPConnection(bind, timeout=10)
    connection.request("GET", "/metrics")
    return connection.getresponse().read().decode()


@pytest.mark.parametrize("figures", [True, False])
def test_it_serves_metrics_and_gives_a_sign_of_life(tmp_path: Path, figures: bool) -> None:
    bind, alive = free(), tmp_path / "alive"
    found = house(tmp_path, metrics_bind=bind, alive_path=str(alive), secrets_expire="twilio=2020-01-31")
    with capture_logs() as said, watched(found, lambda: True, figures=figures):
        text = ask(bind)
    assert ("aiguillage_database_up 1.0" in text) == figures
    assert 'aiguillage_secret_expires_seconds{name="twilio"} -' in text
    assert [one["name"] for one in said if one["event"] == "secret_expires"] == ["twilio"]
    assert not alive.exists(), "it goes with its process"
    with pytest.raises(OSError, match="refused"):
        ask(bind)
    found.close()


def test_without_settings_nothing_is_started(tmp_path: Path) -> None:
    found, before = house(tmp_path), threading.active_count()
    with watched(found, lambda: True, figures=True):
        assert threading.active_count() == before
    found.close()
