"""The service as separate processes on PostgreSQL and Redis, each with a log of its own and a clock that they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ingest.email.credentials import ImapAccount
from tests.roads.ahead import run_ahead
from tests.roads.house import ROOT, House
from tests.servers import forked


class Ship:
    """One process of the fleet."""

    def __init__(self, child: forked.Child, log: Path) -> None:
        self.child = child
        self._log = log

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        self.child.send_signal(9)
        self.child.wait(10)


class Fleet(House):
    """One installation whose processes are started one by one. Their clocks may be moved, so that leases end."""

    def __init__(self, folder: Path, account: ImapAccount, smtp_url: str, profile: Path) -> None:
        super().__init__(folder, {"assistance": account}, smtp_url, profile)
        self._folder = folder
        self._ships: list[Ship] = []
        self._seconds_ahead = folder / "seconds"
        self.program = partial(run_ahead, self._seconds_ahead)
        self.move_clock(0)

    def use(self, database_url: str, redis_url: str) -> None:
        self.url = database_url
        servers = {"AIGUILLAGE_DATABASE_URL": database_url, "AIGUILLAGE_REDIS_URL": redis_url}
        self.environment |= servers | {"AIGUILLAGE_SECRET_KEY": "one key for every process"}

    def move_clock(self, seconds: int) -> None:
        """Have all processes be that far ahead of the machine."""
        moved = self._seconds_ahead.with_suffix(".new")
        moved.write_text(str(seconds))
        moved.replace(self._seconds_ahead)

    def start(self, command: str) -> Ship:
        log = self._folder / f"log.{len(self._ships)}"
        log.touch()
        child = forked.start([command], self._child_environment(""), ROOT, (log, log), program=self.program)
        self._ships.append(Ship(child, log))
        return self._ships[-1]

    @contextmanager
    def at_sea(self) -> Iterator[None]:
        """Whatever still runs at the end of the block is killed."""
        try:
            yield
        finally:
            for ship in self._ships:
                if ship.child.poll() is None:
                    ship.kill()
