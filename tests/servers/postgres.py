"""A PostgreSQL of the tests' own: a free port, a temporary folder, the `postgres` user, no fsync."""

import contextlib
import itertools
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from store.engine import open_engine
from store.schema import upgrade
from tests.servers.installed import postgres_programs
from tests.servers.process import account, free_port, own_folder, running, wait_until

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")
FAST_SHUTDOWN = signal.SIGINT
TEMPLATE = "aiguillage_template"


@dataclass
class Postgres:
    """One running server. Databases come with the schema, and are cloned from a template made once."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _has_template: bool = False

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one administrative statement."""
        with psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextlib.contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database with empty tables, or none; dropped afterwards whoever still looks at it."""
        if migrated and not self._has_template:
            self._make_template()
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE if migrated else 'template0'} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_template(self) -> None:
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(self.url(TEMPLATE))
        upgrade(engine)
        engine.dispose()
        self._has_template = True


@contextlib.contextmanager
def postgres_server(settings: tuple[str, ...] = FAST) -> Iterator[Postgres]:
    """Run a server of our own for the length of the block."""
    with own_folder("postgres", owner="postgres") as folder, serving(folder, settings) as server:
        yield server


@contextlib.contextmanager
def serving(folder: Path, settings: tuple[str, ...]) -> Iterator[Postgres]:
    """Run the server whose data are in that folder, which is its user's; they are made where there are none.

    PostgreSQL refuses to run as root, so root lends it its own user.
    """
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed: run `make test-deps`")
    data, port = folder / "data", free_port()
    if not data.exists():
        _initialise(programs, data)
    options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *settings]
    arguments = [argument for option in options for argument in ("-c", option)]
    command = [str(programs / "postgres"), "-D", str(data), *arguments]
    with running(command, folder / "log", FAST_SHUTDOWN, cwd=folder, **account("postgres")):
        server = Postgres(port)
        wait_until(lambda: _accepts(server), "PostgreSQL accepts connections")
        yield server


def _initialise(programs: Path, data: Path) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    options = {"cwd": data.parent, "env": {**os.environ, "LC_ALL": "C.UTF-8"}, **account("postgres")}
    subprocess.run(command, check=True, capture_output=True, **options)  # type: ignore[call-overload]


def _accepts(server: Postgres) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        server.execute("SELECT 1")
        return True
    return False


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL; `with postgres.database() as url` gives a fresh, migrated database."""
    with postgres_server() as server:
        yield server
