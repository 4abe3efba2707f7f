"""`aiguillage` whose clock is ahead of the machine's.

The file holds the seconds; it may change while the command runs, and time passes.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from app import cli, wiring


def run_ahead(file: Path) -> None:
    """Run the command line with that clock for everything that a house does."""

    def ahead() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    wiring.now = ahead
    wiring.build = partial(wiring.build, clock=ahead)
    cli.main()
