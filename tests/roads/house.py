"""The whole service as a child process, the way an administrator starts it, and what its database then says."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from app import cli
from ingest.email.credentials import ImapAccount
from store.engine import open_engine
from store.schema import HEAD, version
from store.tx import Store
from tests.servers import forked
from tests.servers.imap import OtherClient
from tests.servers.process import free_port, wait_until

ROOT = Path(__file__).parents[2]
AT_WORK = "Aiguillage is at work"
"""What a process without pages says once it has started."""
LOOK = 0.1
"""Seconds between two looks at the database of a service that has the same two cores to work with."""
SETTLING = 60.0
"""Seconds within which everything that was interrupted must be done again."""


class Ship:
    """One process of the service."""

    def __init__(self, child: forked.Child, log: Path) -> None:
        self.child = child
        self._log = log

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def is_dead(self) -> bool:
        return self.child.poll() is not None

    @property
    def is_at_work(self) -> bool:
        """Whether a `worker` or `connect` has started whole."""
        return AT_WORK in self.log()

    def kill(self) -> None:
        self.child.send_signal(9)
        self.child.wait(10)


class House:
    """One installation in a folder of its own. `running` runs it; `store` looks into its database from outside."""

    ever = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

    def __init__(self, folder: Path, mailboxes: Mapping[str, ImapAccount], smtp_url: str, profile: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'aiguillage.db'}"
        self._log = folder / "log"
        self._mailboxes = list(mailboxes)
        self._ships: list[Ship] = []
        self._engines: dict[str, Engine] = {}
        self.program: forked.Program = cli.main
        self.environment = {
            "AIGUILLAGE_DATABASE_URL": self.url,
            "AIGUILLAGE_SMTP_URL": smtp_url,
            "AIGUILLAGE_PROFILE": str(profile),
        }
        for name, imap in mailboxes.items():
            prefix = f"AIGUILLAGE_MAILBOX_{name.upper()}"
            self.environment[f"{prefix}_IMAP_URL"] = f"imap://{imap.user}@{imap.host}:{imap.port}"
            self.environment[f"{prefix}_PASSWORD"] = imap.password

    @contextmanager
    def running(self, failpoint: str = "") -> Iterator[forked.Child]:
        """The service while the block runs; it is ended as Ctrl-C would, unless a failpoint has killed it."""
        environment = self._child_environment(failpoint)
        child = forked.start(["run"], environment, ROOT, (self._log, self._log), program=self.program)
        try:
            yield child
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
            child.wait(60)

    def start(self, command: str, failpoint: str = "") -> Ship:
        """One process, with a log of its own."""
        log = self.folder / f"log.{len(self._ships)}"
        log.touch()
        child = forked.start([command], self._child_environment(failpoint), ROOT, (log, log), program=self.program)
        self._ships.append(Ship(child, log))
        return self._ships[-1]

    @contextmanager
    def at_sea(self) -> Iterator[None]:
        """Whatever was started and still runs at the end of the block is killed."""
        try:
            yield
        finally:
            for ship in self._ships:
                if not ship.is_dead:
                    ship.kill()

    def run(self, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[bytes]":
        """One of its commands, run to its end."""
        return forked.run(arguments, self._child_environment(""), ROOT, typed.encode(), self.program)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Its database, with no connection open before or afterwards: what an engine knows of the server is kept."""
        if self.url not in self._engines:
            self._engines[self.url] = open_engine(self.url)
        engine = self._engines[self.url]
        try:
            yield Store(engine)
        finally:
            engine.dispose()

    def settled(self, messages: int = 0) -> bool:
        """Whether nothing waits: that many messages came, each has its fate, every mail left, the servers know."""
        with self.store() as store, store.reading() as tx:
            if version(store.engine) != HEAD:
                return False  # the first start is not that far
            rows = tx.inbound.balance(*self.ever)
            fates = {row.disposition for row in rows}
            received = sum(row[2] for row in rows)
            untold = [key for name in self._mailboxes for key in tx.inbound.unmarked(name)]
            return received >= messages and not (tx.outbound.pending() or untold or "pending" in fates)

    def wait_until_settled(self, messages: int = 0, seconds: float = SETTLING) -> None:
        wait_until(lambda: self.settled(messages), "everything is settled", seconds, every=LOOK)

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def _child_environment(self, failpoint: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        bind = f"127.0.0.1:{free_port()}"
        return own | {"AIGUILLAGE_HTTP_BIND": bind} | self.environment | {"AIGUILLAGE_FAILPOINT": failpoint}


def arrive(folder: OtherClient, *raws: bytes) -> None:
    """Put mails into the mailbox, received now: an old one would not be acknowledged."""
    folder.append(*raws, at=datetime.now(UTC))
