"""`aiguillage health`: whether the process of this machine that has no pages lives, for its health check."""

from pathlib import Path

import typer

from app.commands.common import settings
from cases.errors import ConfigurationError, TransientError


def health() -> None:
    """Look for the sign of life of a process with the same AIGUILLAGE_ALIVE_PATH; exit 1 where it is old."""
    from app.settings import PREFIX
    from app.watching.life import STALE_SECONDS, age

    found = settings()
    if not found.alive_path:
        mend = "set it as for the process that is asked about"
        raise ConfigurationError([(PREFIX + "ALIVE_PATH", "is missing", mend)])
    seconds = age(Path(found.alive_path))
    if seconds > STALE_SECONDS:
        raise TransientError(f"the last sign of life is {seconds:.0f} s old: restart the process")
    typer.echo(f"alive, {seconds:.0f} s ago")
