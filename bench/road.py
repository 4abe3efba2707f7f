"""The road of mail as the service walks it, in one process and one thread: what each step costs.

`python -m bench.road DATABASE_URL IMAP_URL SMTP_URL` drains the mailbox to committed cases with queued receipts, sends
these, and prints one JSON object.
"""

import imaplib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy import event, func, select

from app.wiring import House
from bench.house import bench_house
from bench.steps import Steps, peak_mb, server_cpu
from cases.event import Channel
from ingest.email.mailbox import Session
from store.tables import inbound, outbound


def main() -> None:
    house = bench_house(*sys.argv[1:4])
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    house.classify([])  # the model is loaded once, at the start; its cost is measured apart
    json.dump(walk(house), sys.stdout)


def walk(house: House) -> dict[str, Any]:
    """Walk the whole road until nothing is left; figures for all mails together."""
    counts, steps = Counter[str](), Steps()
    _count_statements(house, counts)
    _count_commands(counts)
    url = house.settings.database_url
    server, began = server_cpu(url), time.perf_counter()
    poll, process = _timed(house, steps)
    received = _drain(poll, counts)
    worked = _drain(process, counts)
    ready, memory = time.perf_counter() - began, peak_mb()
    server = server_cpu(url) - server
    _drain(steps.timed("deliver", house.deliver), counts)
    return {
        "mails": received.done,
        "wall": ready,
        "server_cpu": server,
        "cpu": sum(seconds for name, seconds in steps.cpu.items() if name != "deliver"),
        "steps": steps.cpu,
        "receive_statements": received.statements,
        "batch_statements": worked.most_statements,
        "imap_commands": counts["commands"],
        "peak_mb": memory,
        **_outcome(house),
    }


@dataclass
class Drained:
    """What draining took: things done, SQL statements, and the most of these in one call."""

    done: int = 0
    statements: int = 0
    most_statements: int = 0


def _drain(work: Callable[[], int], counts: Counter[str]) -> Drained:
    """Work until nothing is left."""
    drained = Drained()
    while True:
        before = counts["statements"]
        done = work()
        if not done:
            return drained
        took = counts["statements"] - before
        drained.done += done
        drained.statements += took
        drained.most_statements = max(drained.most_statements, took)


def _timed(house: House, steps: Steps) -> tuple[Callable[[], int], Callable[[], int]]:
    """One round of polling and one batch of intake, with their parts counted apart."""
    for name in ("fetch", "list_after", "move"):
        setattr(Session, name, steps.timed("imap", getattr(Session, name)))
    intake = replace(
        house.intake,
        normalise={Channel.EMAIL: steps.timed("parse", house.normalisers[Channel.EMAIL])},
        classify=steps.timed("tag", house.classify),
    )
    (poller,) = house.pollers.values()
    return steps.timed("receive", poller.round), steps.timed("decide and write", intake.process)


def _count_statements(house: House, counts: Counter[str]) -> None:
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counts["statements"] += not statement.startswith("BEGIN")

    event.listen(house.store.engine, "before_cursor_execute", count)


def _count_commands(counts: Counter[str]) -> None:
    send = imaplib.IMAP4._command  # type: ignore[attr-defined]  # noqa: SLF001 - the one place all commands pass

    def count(self: imaplib.IMAP4, name: str, *arguments: Any) -> Any:
        counts["commands"] += 1
        return send(self, name, *arguments)

    imaplib.IMAP4._command = count  # type: ignore[attr-defined]  # noqa: SLF001


def _outcome(house: House) -> dict[str, Any]:
    with house.store.reading() as tx:
        fates = tx.connection.execute(select(inbound.c.disposition, func.count()).group_by(inbound.c.disposition))
        queued = tx.connection.execute(select(func.count()).select_from(outbound))
        sent = tx.connection.execute(select(func.count()).where(outbound.c.sent_at.is_not(None)))
        return {"fates": dict(map(tuple, fates)), "queued": queued.scalar_one(), "sent": sent.scalar_one()}


if __name__ == "__main__":
    main()
