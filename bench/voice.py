"""How long a caller waits for an answer: the service as it runs, twenty callers at once, one key every two seconds."""

import contextlib
import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench import past
from bench.callers import ACCOUNT, TOKEN, Callers
from bench.child import ROOT, sized
from bench.corpus import Corpus
from bench.servers import servers
from tests.servers.postgres import postgres_server
from tests.servers.process import free_port, wait_until

Figures = dict[str, Any]
CALLERS, SECONDS = 20, float(sized(60))
MAILS_A_SECOND = 100
PAST = sized(1_000_000)


def voice() -> Figures:
    """Milliseconds of a webhook: quiet, on PostgreSQL, beside a million calls, and while mails are taken in."""
    with tempfile.TemporaryDirectory() as folder, servers() as running, postgres_server() as postgres:
        old = Path(folder) / "old.db"
        past.make_calls(f"sqlite:///{old}", PAST)
        with postgres.database() as url:
            return {
                "SQLite": _measure(f"sqlite:///{folder}/quiet.db", running.smtp_url),
                "PostgreSQL": _measure(url, running.smtp_url),
                f"SQLite, {PAST:,} calls stored": _measure(f"sqlite:///{old}", running.smtp_url),
                f"SQLite, {MAILS_A_SECOND} mails/s taken in": _measure(
                    f"sqlite:///{folder}/busy.db", running.smtp_url, mails=MAILS_A_SECOND
                ),
            }


def _measure(database_url: str, smtp_url: str, mails: int = 0) -> Figures:
    smtp = free_port()
    with _service(database_url, smtp_url, smtp) as base, _mails(smtp, mails):
        callers = Callers(base, CALLERS, SECONDS)
        callers.run()
    taken = sorted(callers.taken)
    share = {name: taken[int(len(taken) * part)] * 1000 for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {"webhooks": len(taken), **share, "worst": taken[-1] * 1000, "failed": callers.failed}


@contextlib.contextmanager
def _service(database_url: str, smtp_url: str, smtp: int) -> Iterator[str]:
    """`aiguillage run` in a process of its own; its address."""
    bind = f"127.0.0.1:{free_port()}"
    ours = {
        "DATABASE_URL": database_url,
        "SMTP_URL": smtp_url,
        "HTTP_BIND": bind,
        "PUBLIC_URL": f"http://{bind}",
        "SECRET_KEY": "a key for measuring only",
        "SMTP_BIND": f"127.0.0.1:{smtp}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    environment = others | {f"AIGUILLAGE_{name}": value for name, value in ours.items()}
    command = [sys.executable, "-m", "app.cli", "run"]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _ready(f"http://{bind}/health/ready"), "the service is ready", 60)
        yield f"http://{bind}"
    finally:
        child.terminate()
        child.wait()


def _ready(url: str) -> bool:
    with contextlib.suppress(OSError), urlopen(url, timeout=1) as answer:
        return bool(answer.status == 200)
    return False


@contextlib.contextmanager
def _mails(port: int, a_second: int) -> Iterator[None]:
    """Deliver mails by SMTP at that rate, as an MTA does, for the length of the block."""
    ended = threading.Event()
    thread = threading.Thread(target=_deliver, args=(port, a_second, ended))
    if a_second:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if a_second:
            thread.join()


def _deliver(port: int, a_second: int, ended: threading.Event) -> None:
    mails = Corpus().mails(1_000_000)
    with smtplib.SMTP("127.0.0.1", port) as client:
        due = time.perf_counter()
        while not ended.wait(max(0.0, due - time.perf_counter())):
            client.sendmail("sender@example.com", ["assistance@monpermis.example.be"], next(mails))
            due += 1 / a_second
