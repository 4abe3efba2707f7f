"""Takes each protection out of a copy of the code and runs the test that shows it, which must then fail.

`python -m tests.security.mutations` does so for all of them and writes the table into docs/security.md; `--quick` for
some, and writes nothing. The copy is one of hard links in which one file at a time is another. A fork of this process
runs each test: it has the libraries, and nothing of ours, loaded already.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.security.page import write_results
from tests.security.protections import ROOT, Protection, protections

PATIENCE = 90
"""Seconds for one test: one that hangs without its protection fails too."""
LOADED = (
    "pytest",
    "hypothesis",
    "sqlalchemy",
    "alembic.command",
    "fastapi.testclient",
    "httpx2",
    "structlog",
    "jinja2",
)
LEFT_OUT = ("__pycache__", "var", "build", "dist")
BROKEN = ("NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "UnboundLocalError", "fixture ")
"""What a test says that fails because the mutation is no program, and not because of what it shows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tests of one run: how many passed, and the first words of each that failed."""

    passed: int
    failures: Sequence[str]

    @property
    def is_shown(self) -> bool:
        """Whether a test failed, and because of what it shows."""
        return bool(self.failures) and not any(one.startswith(BROKEN) for one in self.failures)


class Seen:
    """A plugin of pytest that notes what became of each test."""

    def __init__(self) -> None:
        self.passed, self.failures = 0, list[str]()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.failures.append((crash.message if crash else str(report.longrepr)).partition("\n")[0][:200])
        self.passed += report.when == "call" and report.passed

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.failures.append(f"ImportError: {str(report.longrepr)[-200:]}")


def main(quick: bool) -> int:
    """Run them; the number of protections whose test did not notice."""
    chosen = [one for one in protections() if one.quick or not quick]
    for name in LOADED:
        importlib.import_module(name)
    with copied() as copy:
        whole = run(copy, sorted({one.test for one in chosen}), len(chosen) * PATIENCE)
        if whole.failures or not whole.passed:
            print(f"with all of them: {whole}")
            return len(chosen)
        found = {one: _without(copy, one) for one in chosen}
    if not quick:
        write_results({one: outcome.is_shown for one, outcome in found.items()})
    return sum(not outcome.is_shown for outcome in found.values())


def _without(copy: Path, one: Protection) -> Outcome:
    with replaced(copy / one.file, one.taken_out()):
        outcome = run(copy, [one.test], PATIENCE)
    said = "fails, as it should" if outcome.is_shown else f"DOES NOT NOTICE: {outcome}"
    print(f"{one.file}: {one.stops}\n    {one.test} {said}: {' | '.join(outcome.failures[:1])}", flush=True)
    return outcome


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the code, the tests and what they read, as hard links where the disk lets us."""
    with tempfile.TemporaryDirectory() as made:
        for source in _files(ROOT):
            target = Path(made) / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(source, target)
        yield Path(made)


def _files(folder: Path) -> Iterator[Path]:
    """Every file but hidden ones, what was compiled, and what running the service leaves."""
    for one in folder.iterdir():
        if one.name.startswith(".") or one.name in LEFT_OUT or one.is_symlink():
            continue
        if one.is_dir():
            yield from _files(one)
        else:
            yield one


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        target.write_bytes(source.read_bytes())


@contextmanager
def replaced(path: Path, text: str) -> Iterator[None]:
    """The file with that text, and as it was afterwards; what was compiled of it is forgotten both times."""
    before = path.read_bytes()
    try:
        _put(path, text.encode())
        yield
    finally:
        _put(path, before)


def _put(path: Path, body: bytes) -> None:
    path.unlink()  # the other name of the same bytes is the real file
    path.write_bytes(body)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def run(copy: Path, tests: Sequence[str], seconds: int) -> Outcome:
    """Run these tests over the copy, in a fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(copy, tests, writing)
    os.close(writing)
    os.set_blocking(reading, True)
    with os.fdopen(reading) as said, _alarm(child, seconds):
        answer = said.read()
        os.waitpid(child, 0)
    return Outcome(**json.loads(answer)) if answer else Outcome(0, ["it came to no end, or took the process down"])


def _in_child(copy: Path, tests: Sequence[str], writing: int) -> None:
    os.setsid()
    os.chdir(copy)
    os.environ |= {"HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".hypothesis"), "PYTHONPATH": str(copy)}
    sys.path.insert(0, str(copy))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import pytest

    seen = Seen()
    pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not servers", f"--rootdir={copy}", *tests], plugins=[seen])
    os.write(writing, json.dumps({"passed": seen.passed, "failures": seen.failures}).encode())
    os._exit(0)


@contextmanager
def _alarm(child: int, seconds: int) -> Iterator[None]:
    """Ends the child and what it started after so many seconds, and what is left of them at the end."""

    def end(*_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        end()


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv))
