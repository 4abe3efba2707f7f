"""The measures of `make bench`. Each gives the figures of one part of docs/performance.md."""

import contextlib
import imaplib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import past
from bench.child import ROOT, module, run
from bench.corpus import Corpus
from bench.servers import Servers, servers
from bench.voice import voice
from tests.servers.dovecot import PASSWORD
from tests.servers.installed import missing
from tests.servers.postgres import postgres_server
from tests.servers.smtp import SmtpSink

Figures = dict[str, Any]
MAILS, ROUNDS = 500, 5


def road() -> Figures:
    """Floor, floor with tags, and the service, interleaved: CPU by step, mails a second, statements, commands."""
    with tempfile.TemporaryDirectory() as folder, servers() as running, _postgres() as postgres:
        mails = _write(Path(folder) / "mails", Corpus(), MAILS)
        variants = _variants(running, postgres)
        taken: dict[str, list[Figures]] = {name: [] for name in variants}
        for number in range(ROUNDS):
            for variant, (name, measure) in enumerate(variants.items()):
                user = f"road{variant}-{number}"
                database = Path(folder) / f"{user}.db"
                running.fill(user, mails)
                taken[name].append(measure(database, user))
                running.forget(user)
                database.unlink(missing_ok=True)
    return {name: _median(rounds) for name, rounds in taken.items()}


def _variants(running: Servers, postgres: Any) -> dict[str, Callable[[Path, str], Figures]]:
    def floor(*options: str) -> Callable[[Path, str], Figures]:
        return lambda database, user: module("bench.floor", str(database), running.imap_url(user), *options)

    def service(name: str, *options: str) -> Callable[[Path, str], Figures]:
        return lambda database, user: module(
            name, f"sqlite:///{database}", running.imap_url(user), running.smtp_url, *options
        )

    def on_postgres(_: Path, user: str) -> Figures:
        with postgres.database() as url:
            return module("bench.road", url, running.imap_url(user), running.smtp_url)

    found = {"floor": floor(), "floor with tags": floor("tags"), "service": service("bench.road")}
    if postgres:
        found["service, PostgreSQL"] = on_postgres
    return {**found, "service, live": service("bench.live", str(MAILS))}


@contextlib.contextmanager
def _postgres() -> Iterator[Any]:
    """A PostgreSQL with fsync, or None where there is none."""
    if missing("postgres"):
        yield None
    else:
        with postgres_server(("shared_buffers=256MB",)) as server:
            yield server


def memory() -> Figures:
    """Peak memory of intake after 500 and after 5,000 mails."""
    peaks = {}
    with tempfile.TemporaryDirectory() as folder, servers() as running:
        mails = _write(Path(folder) / "mails", Corpus(), 5_000)
        for count in (500, 5_000):
            running.fill(f"memory{count}", mails[:count])
            urls = (f"sqlite:///{folder}/{count}.db", running.imap_url(f"memory{count}"), running.smtp_url)
            peaks[str(count)] = module("bench.road", *urls)["peak_mb"]
    return peaks


def history() -> Figures:
    """The cost of a mail beside 0 to a million cases, interleaved."""
    levels = (0, 10_000, 100_000, 1_000_000)
    taken: dict[str, list[Figures]] = {str(level): [] for level in levels}
    with tempfile.TemporaryDirectory() as folder, servers() as running:
        for level in levels:
            past.make(Path(folder) / f"{level}.db", level)
        for number in range(ROUNDS):
            mails = _write(Path(folder) / f"mails{number}", Corpus(start=number * MAILS), MAILS)
            for level in levels:
                user = f"history{level}-{number}"
                running.fill(user, mails)
                urls = (f"sqlite:///{folder}/{level}.db", running.imap_url(user), running.smtp_url)
                taken[str(level)].append(module("bench.road", *urls))
                running.forget(user)
    return {level: _median(rounds) for level, rounds in taken.items()}


def alone() -> Figures:
    """Seconds from the arrival of one mail in an idle service's mailbox to its receipt at the SMTP server."""
    sink = SmtpSink()
    sink.start()
    with (
        tempfile.TemporaryDirectory() as folder,
        servers() as running,
        _service(f"sqlite:///{folder}/alone.db", running.imap_url("alone"), sink.url),
    ):
        seconds = [_answered(running, sink, raw) for raw in _questions(20)]
    sink.stop()
    return {"mails": len(seconds), "median": statistics.median(seconds), "worst": max(seconds)}


def _questions(count: int) -> list[bytes]:
    """Mails that a person wrote and nobody answered before: each gets an acknowledgement."""
    one = next(raw for raw in Corpus(start=1_000_000).mails(50) if b"multipart" not in raw)
    head, _, body = one.partition(b"\r\n\r\n")
    return [head.replace(b"Message-ID: <", b"Message-ID: <%d." % n) + b"\r\n\r\n" + body for n in range(count)]


@contextlib.contextmanager
def _service(*urls: str) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.live", *urls]
    child = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdin
    assert child.stdout
    try:
        assert child.stdout.readline() == b"ready\n"
        yield
    finally:
        child.stdin.close()
        child.wait()


def _answered(running: Servers, sink: SmtpSink, raw: bytes) -> float:
    """Seconds until the acknowledgement of this mail was accepted. Raises TimeoutError."""
    sink.messages.clear()
    with imaplib.IMAP4("127.0.0.1", running.dovecot.port) as client:
        client.login("alone", PASSWORD)
        began = time.perf_counter()
        client.append("INBOX", "", "", raw)
    while time.perf_counter() - began < 10:
        if any(one.message["Auto-Submitted"] == "auto-replied" for one in list(sink.messages)):
            return time.perf_counter() - began
        time.sleep(0.001)
    raise TimeoutError("no acknowledgement within 10 s")


OPEN, DUE = 100_000, 1_000


def clocks() -> Figures:
    """The sweep over many open cases: all of them, none, and those that are due at one moment; one run on each
    database."""
    with tempfile.TemporaryDirectory() as folder, _postgres() as postgres:
        taken = {"SQLite": module("bench.clocks", f"sqlite:///{folder}/clocks.db", str(OPEN), str(DUE))}
        if postgres:
            with postgres.database() as url:
                taken["PostgreSQL"] = module("bench.clocks", url, str(OPEN), str(DUE))
    return taken


CASES = 1_000_000


def desk() -> Figures:
    """The desk's pages and searches before many cases; one filling of each database."""
    with tempfile.TemporaryDirectory() as folder, _postgres() as postgres:
        taken = {"SQLite": module("bench.desk", f"sqlite:///{folder}/desk.db", str(CASES))}
        if postgres:
            with postgres.database() as url:
                taken["PostgreSQL"] = module("bench.desk", url, str(CASES))
    return {"cases": CASES, "pages": taken}


STARTS = {
    "aiguillage --help": ("-m", "app.cli", "--help"),
    "aiguillage parse": ("-m", "app.cli", "parse", "{mail}"),
    "the web process": ("-m", "bench.start", "web", "{database}"),
    "a worker with its model": ("-m", "bench.start", "worker", "{database}"),
}


def start() -> Figures:
    """CPU and memory of starting each kind of process, interleaved."""
    taken: dict[str, list[Figures]] = {name: [] for name in STARTS}
    with tempfile.TemporaryDirectory() as folder:
        (mail,) = _write(Path(folder), Corpus(), 1)
        for _ in range(ROUNDS):
            for name, command in STARTS.items():
                cost = run(sys.executable, *(word.format(mail=mail, database=f"{folder}/start.db") for word in command))
                printed = json.loads(cost.output) if "bench.start" in command else {}
                taken[name].append({"cpu": cost.cpu, **printed})
    return {name: _median(rounds) for name, rounds in taken.items()}


def _write(folder: Path, corpus: Corpus, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = []
    for index, raw in enumerate(corpus.mails(count)):
        paths.append(folder / f"{index:06d}.eml")
        paths[-1].write_bytes(raw)
    return paths


def _median(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure, over all rounds; what is no number is taken from the last."""
    return {name: _median_of([one[name] for one in rounds]) for name in rounds[-1]}


def _median_of(values: Sequence[Any]) -> Any:
    if isinstance(values[-1], dict):
        return _median([{key: one.get(key, 0) for key in values[-1]} for one in values])
    return statistics.median(values) if isinstance(values[-1], int | float) else values[-1]


MEASURES: dict[str, Callable[[], Figures]] = {
    "start": start,
    "road": road,
    "alone": alone,
    "memory": memory,
    "history": history,
    "voice": voice,
    "clocks": clocks,
    "desk": desk,
}
