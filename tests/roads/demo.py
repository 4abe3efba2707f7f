"""The demonstration, started as its user starts it, once for a module: people sign in with the links that it prints."""

import re
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from store.engine import open_engine
from store.tx import Store
from tests.roads.house import LOOK
from tests.servers.forked import Child, run, start
from tests.servers.process import free_port, wait_until

LINK = re.compile(r"http://\S+/desk/sign-in/\S+")


@dataclass(frozen=True)
class Demo:
    """A running demonstration in a folder of its own. `entrance` is the link that signs the supervisor in."""

    folder: Path
    address: str
    child: Child

    @property
    def said(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def entrance(self) -> str:
        found = LINK.search(self.said)
        assert found, self.said
        return found[0]

    @property
    def environment(self) -> dict[str, str]:
        database = self.folder / "var" / "demo" / "aiguillage.db"
        return environment(self.address) | {"AIGUILLAGE_DATABASE_URL": f"sqlite:///{database}"}

    def store(self) -> Store:
        return Store(open_engine(self.environment["AIGUILLAGE_DATABASE_URL"]))

    def command(self, *arguments: str) -> str:
        """What a command says on stdout, run beside the demonstration on its database."""
        done = run(arguments, self.environment, self.folder)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def link_of(self, *arguments: str) -> str:
        """The sign-in link that a command prints."""
        found = LINK.search(self.command(*arguments))
        assert found
        return found[0]


def environment(address: str) -> dict[str, str]:
    return {"AIGUILLAGE_HTTP_BIND": address.removeprefix("http://"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@contextmanager
def demonstrating() -> Iterator[Demo]:
    """A demonstration whose sample mails have all come in and been answered."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = f"http://127.0.0.1:{free_port()}"
        (folder / "out").touch()
        child = start(["run", "--demo"], environment(address), folder, (folder / "out", folder / "err"))
        demo = Demo(folder, address, child)
        try:
            wait_until(lambda: LINK.search(demo.said) or child.poll() is not None, "the link is printed", 60)
            assert child.poll() is None, (folder / "err").read_text()
            wait_until(partial(_is_settled, demo), "all sample mails are in", 110, every=LOOK)
            yield demo
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


def _is_settled(demo: Demo) -> bool:
    """Whether every sample has come in, been worked on, and everything queued has left."""
    store = demo.store()
    try:
        with store.reading() as tx:
            counts = tx.connection.exec_driver_sql(
                "SELECT (SELECT count(*) FROM inbound WHERE state = 'done'),"
                " (SELECT count(*) FROM outbound WHERE state = 'pending')"
            ).one()
    finally:
        store.engine.dispose()
    return counts[0] >= 15 and counts[1] == 0
