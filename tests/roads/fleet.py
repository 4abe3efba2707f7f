"""The service as separate processes on PostgreSQL and Redis, with a clock that they share."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ingest.email.credentials import ImapAccount
from tests.roads.ahead import run_ahead
from tests.roads.house import House, Ship
from tests.servers.process import wait_until


class Crew:
    """Several processes of which the first to die stands for all; what `subprocess.Popen` would offer of it."""

    def __init__(self, ships: Sequence[Ship]) -> None:
        self._ships = ships

    @property
    def returncode(self) -> int | None:
        return next((ship.child.returncode for ship in self._ships if ship.is_dead), None)

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, seconds: float) -> int:
        """Wait for the first death. Raises subprocess.TimeoutExpired."""
        try:
            wait_until(lambda: self.returncode is not None, "one has died", seconds)
        except TimeoutError as error:
            raise subprocess.TimeoutExpired("crew", seconds) from error
        return self.returncode or 0


class Fleet(House):
    """One installation whose processes are started one by one. Their clocks may be moved, so that leases end."""

    def __init__(self, folder: Path, account: ImapAccount, smtp_url: str, profile: Path) -> None:
        super().__init__(folder, {"assistance": account}, smtp_url, profile)
        self.clock = folder / "seconds"
        """The file with the seconds that all clocks are ahead."""
        self.program = partial(run_ahead, self.clock)
        self.move_clock(0)

    def use(self, database_url: str, redis_url: str) -> None:
        self.url = database_url
        servers = {"AIGUILLAGE_DATABASE_URL": database_url, "AIGUILLAGE_REDIS_URL": redis_url}
        self.environment |= servers | {"AIGUILLAGE_SECRET_KEY": "one key for every process"}

    def move_clock(self, seconds: int) -> None:
        """Have all processes be that far ahead of the machine."""
        moved = self.clock.with_suffix(".new")
        moved.write_text(str(seconds))
        moved.replace(self.clock)

    @contextmanager
    def running(self, failpoint: str = "") -> Iterator[Crew]:
        """`web` and a `worker`, which is at work, while the block runs: whichever passes that failpoint dies of it, and
        the other with it, as on a machine that goes down."""
        webs = failpoint.startswith("voice.")
        crew = [self.start("worker", "" if webs else failpoint), self.start("web", failpoint if webs else "")]
        try:
            wait_until(lambda: crew[0].is_at_work or any(ship.is_dead for ship in crew), "the worker is at work", 60)
            yield Crew(crew)
        finally:
            for ship in crew:
                if not ship.is_dead:
                    ship.kill()

    def log(self) -> str:
        return "\n".join(ship.log() for ship in self._ships[-2:])
