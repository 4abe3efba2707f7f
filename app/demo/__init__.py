"""The demonstration: a real mailbox and a mail catcher on loopback, and sample mails that arrive while one watches."""

from pathlib import Path
from typing import TYPE_CHECKING

from cases.errors import ConfigurationError

if TYPE_CHECKING:
    from app.demo.running import RunningDemo


def start_demo(folder: Path) -> "RunningDemo":
    """Start the mailbox and the mail catcher, with all they keep in that folder, and begin to deliver the samples.

    Raises ConfigurationError where the mailbox's server is not installed: only the demonstration needs it.
    """
    try:
        from app.demo.running import RunningDemo
    except ModuleNotFoundError as error:
        mend = "run `make install`, or install aiguillage[demo]"
        raise ConfigurationError([("--demo", f"{error.name} is not installed", mend)]) from error
    demo = RunningDemo(folder)
    demo.start()
    return demo
