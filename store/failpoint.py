"""Named places where a test can kill the process: `AIGUILLAGE_FAILPOINT=name[:n]` dies at the n-th passage."""

import os
import signal
from dataclasses import dataclass, field


@dataclass
class Failpoints:
    """The passages counted so far. Unarmed (name '') it costs one comparison."""

    name: str = ""
    passages: int = 1
    seen: set[str] = field(default_factory=set)

    def reach(self, name: str) -> None:
        """Say that the process is at this place. Kills it without any clean-up where the place is the armed one."""
        self.seen.add(name)
        if name != self.name:
            return
        self.passages -= 1
        if self.passages == 0:
            os.kill(os.getpid(), signal.SIGKILL)


FAILPOINTS = Failpoints()


def arm(specification: str) -> None:
    """Arm the failpoint `name[:n]`. Raises ValueError where n is not a positive number."""
    name, _, passages = specification.partition(":")
    count = int(passages or "1")
    if count < 1:
        raise ValueError(f"{count} is not a number of passages")
    FAILPOINTS.name, FAILPOINTS.passages = name, count


def reach(name: str) -> None:
    """Pass a named place."""
    FAILPOINTS.reach(name)
