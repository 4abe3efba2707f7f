"""The measures of `make bench`. Each gives the figures of one part of docs/performance.md."""

import contextlib
import imaplib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import past
from bench.child import ROOT, TRYING, module, run, sized
from bench.corpus import Corpus, written
from bench.desk import desk, paint
from bench.helpdesk import peer
from bench.medians import median
from bench.servers import Servers, servers
from bench.storage import storage
from bench.voice import voice
from bench.workers import backlog, workers
from tests.servers.dovecot import PASSWORD
from tests.servers.installed import missing
from tests.servers.postgres import postgres_server
from tests.servers.smtp import SmtpSink

Figures = dict[str, Any]
MAILS, ROUNDS = sized(500), 1 if TRYING in os.environ else 5


def road() -> Figures:
    """Floor, floor with tags, and the service, interleaved: CPU by step, mails a second, statements, commands."""
    with tempfile.TemporaryDirectory() as folder, servers() as running, _postgres() as postgres:
        mails = written(Path(folder) / "mails", Corpus(), MAILS)
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
    return {name: median(rounds) for name, rounds in taken.items()}


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
        mails = written(Path(folder) / "mails", Corpus(), sized(5_000))
        for count in (sized(500), sized(5_000)):
            running.fill(f"memory{count}", mails[:count])
            urls = (f"sqlite:///{folder}/{count}.db", running.imap_url(f"memory{count}"), running.smtp_url)
            peaks[str(count)] = module("bench.road", *urls)["peak_mb"]
    return peaks


LEVELS = (0, *map(sized, (10_000, 100_000, 1_000_000)))


def beside() -> Figures:
    """The cost of a mail beside 0 to a million cases on both databases, interleaved."""
    taken: dict[str, dict[str, list[Figures]]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        servers() as running,
        _postgres() as postgres,
        _pasts(Path(folder), postgres) as databases,
    ):
        for number in range(ROUNDS):
            mails = written(Path(folder) / f"mails{number}", Corpus(start=number * MAILS), MAILS)
            for (database, level), url in databases.items():
                user = f"history{level}-{number}"
                running.fill(user, mails)
                cost = module("bench.road", url, running.imap_url(user), running.smtp_url)
                taken.setdefault(database, {}).setdefault(str(level), []).append(cost)
                running.forget(user)
    return {name: {level: median(rounds) for level, rounds in levels.items()} for name, levels in taken.items()}


@contextlib.contextmanager
def _pasts(folder: Path, postgres: Any) -> Iterator[dict[tuple[str, int], str]]:
    """The URLs of databases with so many old cases, by kind and number."""
    with contextlib.ExitStack() as stack:
        urls = {("SQLite", level): f"sqlite:///{folder}/{level}.db" for level in LEVELS}
        if postgres:
            urls |= {("PostgreSQL", level): stack.enter_context(postgres.database()) for level in LEVELS}
        for (_, level), url in urls.items():
            past.make(url, level)
        yield urls


MIXES = {
    "ordinary": lambda: Corpus(),
    "nine in ten with an attachment": lambda: Corpus(attached=0.9),
    "one in ten hostile": lambda: Corpus(hostile=0.1),
}


def mixes() -> Figures:
    """The cost of a mail of an ordinary day, of one heavy with attachments, and of one under attack, interleaved."""
    taken: dict[str, list[Figures]] = {name: [] for name in MIXES}
    with tempfile.TemporaryDirectory() as folder, servers() as running:
        mails = {name: written(Path(folder) / name, corpus(), MAILS) for name, corpus in MIXES.items()}
        for number in range(ROUNDS):
            for variant, name in enumerate(MIXES):
                user, database = f"mix{variant}-{number}", Path(folder) / f"{variant}-{number}.db"
                running.fill(user, mails[name])
                urls = (f"sqlite:///{database}", running.imap_url(user), running.smtp_url)
                taken[name].append(module("bench.road", *urls))
                running.forget(user)
    return {name: median(rounds) for name, rounds in taken.items()}


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


OPEN, DUE = sized(100_000), sized(1_000)


def clocks() -> Figures:
    """The sweep over many open cases: all of them, none, and those that are due at one moment; one run on each
    database."""
    with tempfile.TemporaryDirectory() as folder, _postgres() as postgres:
        taken = {"SQLite": module("bench.clocks", f"sqlite:///{folder}/clocks.db", str(OPEN), str(DUE))}
        if postgres:
            with postgres.database() as url:
                taken["PostgreSQL"] = module("bench.clocks", url, str(OPEN), str(DUE))
    return taken


def review() -> Figures:
    """The monthly review of 20,000 cases of one month: counting it, and each form; one run on each database."""
    cases = str(sized(20_000))
    with tempfile.TemporaryDirectory() as folder, _postgres() as postgres:
        taken = {"SQLite": module("bench.review", f"sqlite:///{folder}/review.db", cases)}
        if postgres:
            with postgres.database() as url:
                taken["PostgreSQL"] = module("bench.review", url, cases)
    return taken


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
        (mail,) = written(Path(folder), Corpus(), 1)
        for _ in range(ROUNDS):
            for name, command in STARTS.items():
                cost = run(sys.executable, *(word.format(mail=mail, database=f"{folder}/start.db") for word in command))
                printed = json.loads(cost.output) if "bench.start" in command else {}
                taken[name].append({"cpu": cost.cpu, **printed})
    return {name: median(rounds) for name, rounds in taken.items()}


MEASURES: dict[str, Callable[[], Figures]] = {
    "start": start,
    "storage": storage,
    "road": road,
    "alone": alone,
    "mixes": mixes,
    "workers": workers,
    "backlog": backlog,
    "peer": peer,
    "memory": memory,
    "past": beside,
    "voice": voice,
    "clocks": clocks,
    "review": review,
    "desk": desk,
    "paint": paint,
}
