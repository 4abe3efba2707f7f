"""`aiguillage` that looks for what many people report every second, so that nobody waits for its next look."""

from datetime import timedelta

from app import cli, waves


def run_impatient() -> None:
    """Run the command line."""
    waves.EVERY = timedelta(seconds=1)
    cli.main()
