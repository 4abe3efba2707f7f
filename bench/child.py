"""Child processes: what they print, and what they cost."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

TRYING = "BENCH_TRY"
"""Set in the environment, measures take a twentieth of what they take: to see whether they work, not for figures."""


def sized(count: int) -> int:
    """How many of `count` are taken."""
    return max(1, count // 20) if TRYING in os.environ else count


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process printed, and its seconds of CPU."""

    output: str
    cpu: float


def run(*command: str) -> Cost:
    """Run a command to its end. Raises RuntimeError with what it said where it fails."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}\n{errors.read()[-2000:]}")
        return Cost(output.read(), usage.ru_utime + usage.ru_stime)


def module(name: str, *arguments: str) -> dict[str, Any]:
    """Run a module of the bench, which prints one JSON object."""
    return dict(json.loads(run(sys.executable, "-m", name, *arguments).output))
