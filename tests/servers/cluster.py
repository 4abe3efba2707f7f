"""A PostgreSQL of one test's own, on a disk of its own size: ended as by a power cut, and started again."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import psycopg

from tests.servers.installed import postgres_programs
from tests.servers.postgres import Postgres, _accepts, _initialise
from tests.servers.process import account, free_port, own_folder, running, wait_until

DURABLE = ("synchronous_commit=on", "max_connections=200", "shared_buffers=64MB", "max_wal_size=64MB")


class Cluster(Postgres):
    """One server in a folder. It runs from `start` until `stop`, or until it ends of itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(free_port())
        programs = postgres_programs()
        if programs is None:
            raise FileNotFoundError("PostgreSQL is not installed: run `make test-deps`")
        self.folder, self._data, self._programs = folder, folder / "data", programs
        self._life = contextlib.ExitStack()
        _initialise(programs, self._data)

    def start(self) -> None:
        """Run on the port that it has had, and wait until it answers: after a crash it mends its files first."""
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        arguments = [argument for option in (*options, *DURABLE) for argument in ("-c", option)]
        command = [str(self._programs / "postgres"), "-D", str(self._data), *arguments]
        log = Path("/dev/null")  # a full disk must not be the log's
        again = self._life.enter_context(running(command, log, signal.SIGQUIT, cwd=self.folder, **account("postgres")))
        wait_until(lambda: again.poll() is not None or _accepts(self), "PostgreSQL accepts connections", 60)

    def stop(self) -> None:
        """End it at once (`-m immediate`): no checkpoint, nobody is told."""
        self._life.close()

    @property
    def runs(self) -> bool:
        return _accepts(self)

    def end_everybody(self) -> None:
        """End every other session, as an administrator may."""
        with contextlib.suppress(psycopg.OperationalError):
            self.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@contextlib.contextmanager
def cluster(megabytes: int) -> Iterator[Cluster]:
    """A running server on a disk of that size."""
    with small_disk(megabytes, "postgres") as folder:
        server = Cluster(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def small_disk(megabytes: int, owner: str | None = None) -> Iterator[Path]:
    """A folder on a disk of its own (tmpfs), which takes root to mount."""
    with own_folder("disk") as folder:
        size = ["-o", f"size={megabytes}m,mode=755"] + (["-o", f"uid={owner},gid={owner}"] if owner else [])
        subprocess.run(["mount", "-t", "tmpfs", *size, "tmpfs", str(folder)], check=True, capture_output=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a page is left on that disk as the block begins."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        fill(file)
        yield
    filler.unlink()


def fill(file: FileIO) -> None:
    """Write until nothing more goes in."""
    for size in (1 << 20, 1 << 12):
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(size))
