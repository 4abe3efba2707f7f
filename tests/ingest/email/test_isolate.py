import subprocess
import sys
import threading
from typing import Any

import pytest

from ingest.email import isolate
from ingest.email.isolate import IsolationError, run_isolated
from ingest.email.parse import parse, parse_ordinary
from ingest.email.wire import from_wire
from tests.promptly import promptly

MAIL = b"From: a@example.org\r\nSubject: d\xc3\xa9j\xc3\xa0\r\n\r\nBonjour\r\n"


def test_the_child_reads_what_this_process_would_read() -> None:
    assert from_wire(run_isolated(MAIL, "parse")) == parse_ordinary(MAIL)


def test_a_child_that_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "WALL_SECONDS", 0.01)
    with promptly(2), pytest.raises(IsolationError, match="timeout"):
        run_isolated(MAIL, "parse")


def test_a_child_that_fails_says_so() -> None:
    with pytest.raises(IsolationError, match="parser_failed"):
        run_isolated(MAIL, "no such order")


def test_a_child_that_swells_says_so() -> None:
    program = "from ingest.email import isolated as i; i.MEMORY_BYTES = 40 << 20; raise SystemExit(i.main(['parse']))"
    huge = b"Content-Type: text/plain\r\n\r\n" + b"x" * (30 << 20)
    child = subprocess.run([sys.executable, "-c", program], input=huge, capture_output=True, check=False)
    assert child.returncode == isolate.OUT_OF_MEMORY


def test_a_child_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_SECRET_KEY", "secret")
    given: list[dict[str, str]] = []
    run = subprocess.run

    def noting(*arguments: Any, **named: Any) -> Any:
        given.append(named["env"])
        return run(*arguments, **named)

    monkeypatch.setattr(subprocess, "run", noting)
    run_isolated(MAIL, "parse")
    [environment] = given
    assert "AIGUILLAGE_SECRET_KEY" not in environment
    assert set(environment) <= {"PYTHONPATH", "PYTHONSAFEPATH", "PYTHONDONTWRITEBYTECODE"}


@pytest.mark.parametrize(
    ("raw", "isolated"),
    [
        (MAIL, False),
        (MAIL + b"x" * 3_000_000, True),
        (b"Content-Type: application/pdf\r\n\r\n" + b"x" * 3_000_000, False),
        (b"Content-Type: text/html; name=page.html\r\n\r\n" + b"<p>x" * 100_000, False),
        (b"Subject: " + b"x" * 40_000 + b"\r\n\r\nBonjour", True),
        (b"Content-Type: text/html\r\n\r\n" + b"<p>x" * 100_000, True),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(11)), True),
    ],
)
def test_only_suspicious_mail_costs_a_process(raw: bytes, isolated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[str] = []

    def refuse(_: bytes, order: str) -> bytes:
        orders.append(order)
        raise IsolationError("timeout")

    monkeypatch.setattr("ingest.email.parse.run_isolated", refuse)
    assert parse(raw).degraded == ("timeout" if isolated else "")
    assert orders == (["parse"] if isolated else [])


def test_several_threads_may_isolate_at_once() -> None:
    answers: list[str] = []
    raw = b"Subject: " + b"x" * 40_000 + b"\r\n\r\nBonjour"
    threads = [threading.Thread(target=lambda: answers.append(parse(raw).text)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["Bonjour"] * 2
