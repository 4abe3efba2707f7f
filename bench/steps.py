"""CPU and wall time by step, in the process that does the work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil


@dataclass
class Steps:
    """Seconds by step. A step inside another is taken out of the outer one, so that the sum is the whole."""

    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _since: tuple[float, float] = (0.0, 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the block under `name`."""
        self._switch()
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, each call of it counted under `name`."""

        def call(*arguments: Any, **named: Any) -> Any:
            with self.step(name):
                return function(*arguments, **named)

        return call

    def _switch(self) -> None:
        """Book the time since the last switch to the step that is open."""
        now = (time.process_time(), time.perf_counter())
        if self._open:
            name = self._open[-1]
            self.cpu[name] = self.cpu.get(name, 0.0) + now[0] - self._since[0]
            self.wall[name] = self.wall.get(name, 0.0) + now[1] - self._since[1]
        self._since = now


def server_cpu(url: str) -> float:
    """Seconds of CPU of the PostgreSQL behind that URL, its backends included, living and gone; 0 for SQLite."""
    port = urlsplit(url).port
    if port is None:
        return 0.0
    found = [one for one in psutil.process_iter(["cmdline"]) if f"port={port}" in (one.info["cmdline"] or ())]
    server = min(found, key=psutil.Process.create_time)  # a backend has the same name for a moment
    times = [server.cpu_times()]
    for backend in server.children():
        with suppress(psutil.NoSuchProcess):  # it ended a moment ago: the server counts it as gone
            times.append(backend.cpu_times())
    gone = server.cpu_times()
    return float(sum(one.user + one.system for one in times) + gone.children_user + gone.children_system)


def peak_mb(process: int | str = "self") -> float:
    """The peak of a process's resident memory, in MB; this one's. (`ru_maxrss` would begin with the parent's.)"""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
