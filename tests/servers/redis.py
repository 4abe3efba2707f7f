"""A Redis of the tests' own: a free port, nothing on disk; it can be stopped and be started again, empty."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.servers.installed import program
from tests.servers.process import answers, free_port, own_folder, running, wait_until


class Redis:
    """One server, which begins to run with `start`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._running = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """What `AIGUILLAGE_REDIS_URL` is set to."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Run on the port that it has had."""
        binary = program("redis-server")
        if binary is None:
            raise FileNotFoundError("Redis is not installed: run `make test-deps`")
        options = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self._folder}
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        self._running.enter_context(running([binary, *arguments], self._folder / "log"))
        wait_until(lambda: answers(self.port), "Redis accepts connections")

    def stop(self) -> None:
        """End it; what it held is lost."""
        self._running.close()

    def client(self) -> "redis.Redis":
        return redis.Redis(port=self.port)


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A running Redis of the test's own."""
    with own_folder("redis") as folder:
        server = Redis(folder)
        server.start()
        yield server
        server.stop()
