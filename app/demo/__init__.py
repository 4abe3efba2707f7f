"""The demonstration: a mailbox, a mail catcher and a phone provider on loopback, and mails that arrive meanwhile."""

from pathlib import Path
from typing import TYPE_CHECKING

from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.demo.running import RunningDemo


def start_demo(folder: Path, public_url: str) -> "RunningDemo":
    """Start the mailbox and the mail catcher, with all they keep in that folder, and begin to deliver the samples; and
    the phone provider, which asks the service at its public address.

    Raises ConfigurationError where the mailbox's server is not installed: only the demonstration needs it.
    """
    try:
        from app.demo.running import RunningDemo
    except ModuleNotFoundError as error:
        mend = "run `make install`, or install aiguillage[demo]"
        raise ConfigurationError([("--demo", f"{error.name} is not installed", mend)]) from error
    demo = RunningDemo(folder, public_url)
    demo.start()
    return demo
