"""PostgreSQL's own tools, pg_dump and pg_restore: a file of one moment, and back in one transaction.

The schema's version is left out of the file. A database that is being filled has none until `adopt` says it, so that
nothing starts on it before.
"""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Connection, text

from cases.errors import ConfigurationError, TransientError

DUMP, RESTORE = "pg_dump", "pg_restore"
_MINE = ("--no-owner", "--no-privileges")


def require(program: str) -> str:
    """The path of that program. Raises ConfigurationError where it is not installed."""
    found = shutil.which(program)
    if found is None:
        mend = "install the client of your PostgreSQL's version (Debian: apt-get install postgresql-client)"
        raise ConfigurationError([(program, "is not installed, and PostgreSQL is backed up with it", mend)])
    return found


def share(connection: Connection) -> str:
    """Have this transaction see one moment, and name it, so that another session sees the same (PostgreSQL 9.28.5)."""
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def take(url: URL, moment: str, path: Path) -> None:
    """Write that moment of the database into a file. Raises ConfigurationError, TransientError."""
    options = ("--format=custom", "--compress=0", f"--snapshot={moment}", "--exclude-table-data=alembic_version")
    _run([require(DUMP), *options, *_MINE, f"--file={path}", f"--dbname={_address(url)}"], url)


def put_back(url: URL, path: Path) -> None:
    """Fill an empty database from that file, all of it or nothing. Raises ConfigurationError, TransientError."""
    options = ("--single-transaction", "--exit-on-error")
    _run([require(RESTORE), *options, *_MINE, f"--dbname={_address(url)}", str(path)], url)


def adopt(connection: Connection, revision: str) -> None:
    """Say which schema a database has that was filled."""
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:revision)"), {"revision": revision})


def _address(url: URL) -> str:
    """Without the password, which every process could read in a list of processes."""
    return url.set(drivername="postgresql", password=None).render_as_string()


def _run(command: list[str], url: URL) -> None:
    """Only the first line of a complaint is told: those after it may quote a row."""
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    environment = os.environ | secret | {"LC_MESSAGES": "C"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise TransientError(f"{Path(command[0]).name} failed: {said[0]}")
