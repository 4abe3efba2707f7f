"""The service as it is installed: its own commands as processes, what they cost from a moment on, and their end."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil

from bench.child import ROOT
from bench.house import MAILBOX
from bench.steps import peak_mb
from tests.servers.process import wait_until

AT_WORK = "is at work"
LONGEST_START = 600.0
_BOUNDED = ("budget = 5", "staff_budget = 500", "mailbox_per_hour = 600")


@dataclass
class Crew:
    """The processes of one installation. `environment` is what the machine provides; `folder` keeps their logs."""

    folder: Path
    environment: Mapping[str, str]
    processes: list["Sailor"] = field(default_factory=list)

    def start(self, command: str) -> "Sailor":
        """One more process, once it says that it is ready."""
        log = self.folder / f"{command}.{len(self.processes)}.log"
        others = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
        with log.open("w") as words:
            child = subprocess.Popen(
                [sys.executable, "-u", "-m", "app.cli", command],
                cwd=ROOT,
                env=others | self.environment,
                stdout=words,
                stderr=words,
            )
        sailor = Sailor(command, child, log)
        self.processes.append(sailor)
        wait_until(lambda: self._is_ready(sailor), f"{command} is ready", LONGEST_START)
        return sailor

    def count_from_here(self) -> None:
        """What they used until now is no part of `cpu`: loading the model, and waiting for each other."""
        for sailor in self.processes:
            sailor.count_from_here()

    @property
    def cpu(self) -> float:
        """Seconds of CPU of all."""
        return sum(sailor.cpu for sailor in self.processes)

    def _is_ready(self, sailor: "Sailor") -> bool:
        """Raises RuntimeError where it ended instead."""
        if sailor.child.poll() is not None:
            raise RuntimeError(f"{sailor.command}: exit {sailor.child.returncode}\n{sailor.log.read_text()[-2000:]}")
        if sailor.command in ("web", "run"):
            with contextlib.suppress(OSError), urlopen(f"{self.address}/health/ready", timeout=1) as answer:
                return bool(answer.status == 200)
            return False
        return AT_WORK in sailor.log.read_text()

    @property
    def address(self) -> str:
        return self.environment["AIGUILLAGE_PUBLIC_URL"]

    def end(self) -> None:
        for sailor in self.processes:
            sailor.child.terminate()
        for sailor in self.processes:
            sailor.child.wait(LONGEST_START)
        self.processes.clear()


@dataclass
class Sailor:
    """One process, and the CPU that it had used when its counting began."""

    command: str
    child: "subprocess.Popen[bytes]"
    log: Path
    _before: float = 0.0

    @property
    def cpu(self) -> float:
        """Seconds since the counting began."""
        return self._used() - self._before

    @property
    def peak_mb(self) -> float:
        return peak_mb(self.child.pid)

    def count_from_here(self) -> None:
        self._before = self._used()

    def _used(self) -> float:
        times = psutil.Process(self.child.pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def crew(folder: Path, **settings: str) -> Iterator[Crew]:
    """An installation with these settings, by their names in lower case; what it started is ended with the block."""
    folder.mkdir(exist_ok=True)
    ours = {"secret_key": "a key for measuring only", "profile": str(unbounded(folder)), **settings}
    found = Crew(folder, {f"AIGUILLAGE_{name.upper()}": value for name, value in ours.items()})
    try:
        yield found
    finally:
        found.end()


def mailbox(imap_url: str) -> dict[str, str]:
    """The setting of the one mailbox that is read."""
    return {f"mailbox_{MAILBOX}_imap_url": imap_url}


def unbounded(folder: Path) -> Path:
    """The profile, but for the bounds on automatic mail, which would get in the way of measuring."""
    copied = folder / "profile"
    shutil.copytree(ROOT / "profiles" / "mon-permis", copied, dirs_exist_ok=True)
    path = copied / "profile.toml"
    text = path.read_text(encoding="utf-8")
    for bound in _BOUNDED:
        if f"\n{bound}\n" not in text:
            raise ValueError(f"{path}: there is no bound {bound} to lift")
        text = text.replace(f"\n{bound}\n", f"\n{bound.partition('=')[0]}= 1000000\n")
    path.write_text(text, encoding="utf-8")
    return copied
