"""A process that lives shows it; an address is asked for while, and only while, every mailbox is read."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from app.settings import Settings
from app.watching.expiry import expiring
from app.watching.life import UNREAD, Alive, Heartbeat
from store.tx import Store
from tests.ingest.conftest import NOW
from tests.servers import forked


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """An address, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def polled(sqlite_store: Store) -> Store:
    """A store whose one mailbox was just read."""
    with sqlite_store.transaction("test") as tx:
        tx.mailboxes.acquire("assistance", "me", NOW, timedelta(minutes=1))
        tx.mailboxes.polled("assistance", NOW)
    return sqlite_store


def test_it_is_asked_for_while_mailboxes_are_read(polled: Store) -> None:
    now = NOW
    with listening() as (url, asked):
        beat = Heartbeat(url, ["assistance"], polled, lambda: now)
        assert beat.beat()
        now = NOW + UNREAD
        assert not beat.beat()
        now = NOW
        with polled.transaction("test") as tx:
            tx.mailboxes.failed("assistance", "away", NOW)
        assert not beat.beat()
        assert not Heartbeat(url, ["assistance", "never-read"], polled, lambda: now).beat()
        assert asked == ["/ping"]


def test_an_address_that_refuses_or_is_away_ends_nothing(polled: Store) -> None:
    with listening(status=500) as (url, _):
        assert not Heartbeat(url, ["assistance"], polled, lambda: NOW).beat()
    assert not Heartbeat(url, ["assistance"], polled, lambda: NOW).beat()


def test_the_file_is_there_while_all_of_the_process_lives(tmp_path: Path) -> None:
    path, stop, well = tmp_path / "alive", Event(), True
    thread = Thread(target=Alive(path, lambda: well).run, args=[stop])
    thread.start()
    while not path.exists():
        time.sleep(0.01)
    stop.set()
    thread.join()
    assert not path.exists()
    well = False
    Alive(path, lambda: well).run(stop)
    assert not path.exists()


@pytest.mark.parametrize(("old", "code"), [(0, 0), (3600, 1), (None, 2)])
def test_the_command_looks_at_its_age(tmp_path: Path, old: int | None, code: int) -> None:
    path = tmp_path / "alive"
    if old is not None:
        path.touch()
        os.utime(path, (time.time() - old, time.time() - old))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    done = forked.run(["health"], clean | {"AIGUILLAGE_ALIVE_PATH": str(path)}, tmp_path)
    assert done.returncode == code, done.stderr
    assert forked.run(["health"], clean, tmp_path).returncode == 2


def test_a_secret_is_warned_of_a_month_before() -> None:
    settings = Settings(secrets_expire=f"near={NOW.date() + timedelta(days=10)},far=2099-01-01,gone=2020-01-01")
    found = expiring(settings, NOW)
    assert set(found) == {"near", "gone"}
    assert found["near"] in (9, 10)
    assert found["gone"] < 0
