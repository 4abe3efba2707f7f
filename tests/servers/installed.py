"""Which of the real servers are installed here, and where."""

import os
import shutil
from functools import cache
from pathlib import Path

SYSTEM = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin"


def program(name: str) -> str | None:
    """The path of a program; system folders are searched too, for they are not on every user's PATH."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


def postgres_programs() -> Path | None:
    """The folder with PostgreSQL's programs: Debian keeps them off the PATH, one folder per version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@cache
def missing(server: str) -> bool:
    """Whether the server of that name (see the `servers` marker) is not installed."""
    if server == "postgres":
        return postgres_programs() is None
    if server == "dovecot" and os.geteuid() != 0:
        return True  # its master process must be root
    return program({"redis": "redis-server"}.get(server, server)) is None
