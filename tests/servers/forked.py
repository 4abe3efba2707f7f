"""Commands that start without importing anything: forked from a process that has imported everything, once a session.

From the first line of the command on it is a process like any other: its own memory, folder, environment, streams,
signals and end. What importing does is shown by the tests that start Python itself.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app import cli

Program = Callable[[], object]

IMPORTED = """
    app.cli app.connections app.http app.log app.rehearsal app.shadow app.telephony app.worker desk.service
    classify.classifier classify.pipeline ingest.email.lmtp ingest.email.poll notify.deliver notify.smtp
    ingest.voice.twilio.rest ingest.voice.twilio.routes twilio.rest.api uvicorn.protocols.http.httptools_impl
    alembic.command holidays.countries openpyxl spacy.pipeline.factories sqlite3
""".split()
"""What commands import on their way, which is late: a command that needs none of it stays quick."""

_forking = get_context("forkserver")
_forking.set_forkserver_preload(IMPORTED)


class Child:
    """A process that runs; what `subprocess.Popen` would offer of it."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = int(process.pid or 0)

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for the signal that ended it; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, seconds: float) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        self._process.join(seconds)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, seconds)
        return self.returncode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    output: tuple[Path, Path],
    stdin: Connection | None = None,
    program: Program = cli.main,
) -> Child:
    """Run `aiguillage`, or another program that finds its arguments in `sys.argv`, beside us.

    What it says is appended to two files, which may be the same; it reads from a pipe, or nothing.
    """
    given = (program, list(arguments), dict(environment), folder, output, stdin)
    process = _forking.Process(target=_become, args=given, name=" ".join(arguments))
    process.start()
    return Child(process)


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    stdin: bytes = b"",
    program: Program = cli.main,
) -> "subprocess.CompletedProcess[bytes]":
    """Run `aiguillage` to its end, as `subprocess.run` would."""
    reader, writer = _forking.Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as beside:
        output = Path(beside) / "stdout", Path(beside) / "stderr"
        with reader:
            child = start(arguments, environment, folder, output, reader, program)
        with writer, contextlib.suppress(BrokenPipeError):  # it may want to read nothing
            os.write(writer.fileno(), stdin)
        code = child.wait(100)
        said = [path.read_bytes() for path in output]
    return subprocess.CompletedProcess(list(arguments), code, *said)


def _become(
    program: Program,
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    output: tuple[Path, Path],
    stdin: Connection | None,
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell ignores it
    for number, path in enumerate(output, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), number)
    os.dup2(stdin.fileno() if stdin else os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    sys.argv = ["aiguillage", *arguments]
    program()
