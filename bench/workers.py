"""A backlog, drained by the service as it is installed: how fast, at what cost, and what callers notice meanwhile."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from bench.callers import ACCOUNT, TOKEN, Callers
from bench.child import TRYING, sized
from bench.corpus import Corpus, written
from bench.crew import Crew, crew, mailbox
from bench.house import MAILBOX
from bench.medians import median
from bench.servers import servers
from bench.steps import server_cpu
from store import schema
from store.engine import open_engine
from store.inbound import Delivery
from store.tables import inbound, outbound
from store.tx import Store
from tests.servers.postgres import Postgres, postgres_server
from tests.servers.process import free_port, own_folder, wait_until
from tests.servers.redis import Redis

Figures = dict[str, Any]
SETTINGS = ("shared_buffers=256MB", "max_connections=200")
PATIENCE = 1800.0
LATER = timedelta(days=1)
WAITING, BACKLOG = 2_000, 10_000
ROUNDS = 1 if TRYING in os.environ else 5
CALLERS = 20


def workers() -> Figures:
    """The same mails that wait in the database, worked and answered by one, two and four workers on PostgreSQL and
    Redis, and by the one process of the embedded mode on SQLite; interleaved."""
    with tempfile.TemporaryDirectory() as folder, servers() as running, _cluster() as (postgres, redis):
        embedded = Path(folder) / "waiting.db"
        _wait_in(f"sqlite:///{embedded}")
        with postgres.database() as template:
            _wait_in(template)
            rounds: dict[str, list[Figures]] = {}
            for number in range(ROUNDS):
                shutil.copyfile(embedded, Path(folder) / "round.db")
                place = Path(folder) / f"run{number}"
                with crew(place, database_url=f"sqlite:///{folder}/round.db", **_web(running.smtp_url)) as found:
                    rounds.setdefault("embedded", []).append(_drained(found, f"sqlite:///{folder}/round.db", 1))
                for count in (1, 2, 4):
                    place = Path(folder) / f"workers{count}-{number}"
                    with _copy(postgres, template) as url:
                        shared = {"database_url": url, "redis_url": redis.url, "smtp_url": running.smtp_url}
                        with crew(place, **shared) as found:
                            rounds.setdefault(f"{count} workers", []).append(_drained(found, url, count))
    return {name: median(taken) for name, taken in rounds.items()}


def backlog() -> Figures:
    """Mails that wait in a mailbox, taken in and answered by `connect` and two workers, with callers on `web`."""
    mails = sized(BACKLOG)
    with tempfile.TemporaryDirectory() as folder, servers() as running, _cluster() as (postgres, redis):
        paths = written(Path(folder) / "mails", Corpus(), mails)
        running.fill("backlog", paths)
        with postgres.database() as url:
            shared = {"database_url": url, "redis_url": redis.url, **_web(running.smtp_url)}
            phone = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN}
            with crew(Path(folder) / "crew", **shared, **phone, **mailbox(running.imap_url("backlog"))) as found:
                return {"mails": mails, **_answered(found, url, mails)}


def _answered(found: Crew, url: str, mails: int) -> Figures:
    for command in ("web", "worker", "worker"):
        found.start(command)
    callers = Callers(found.address, CALLERS, PATIENCE)
    calling = threading.Thread(target=callers.run)
    calling.start()
    found.count_from_here()
    server, began = server_cpu(url), time.perf_counter()
    found.start("connect")
    seconds = _times(url, mails, began)
    callers.seconds = 0.0  # each caller ends the call that runs
    calling.join()
    server = server_cpu(url) - server
    taken = sorted(callers.taken)
    return {
        **seconds,
        "cpu": found.cpu,
        "server_cpu": server,
        "peak_mb": {f"{one.command} {number}": one.peak_mb for number, one in enumerate(found.processes)},
        "webhooks": len(taken),
        "p50": taken[len(taken) // 2] * 1000,
        "p99": taken[int(len(taken) * 0.99)] * 1000,
        "failed": callers.failed,
    }


def _drained(found: Crew, url: str, count: int) -> Figures:
    """What it took to work all that waits, from the moment at which it came due."""
    for _ in range(count):
        found.start("run" if url.startswith("sqlite") else "worker")
    found.count_from_here()
    server, began = server_cpu(url), time.perf_counter()
    _fall_due(url)
    seconds = _times(url, sized(WAITING), began)
    return {
        "mails": sized(WAITING),
        **seconds,
        "cpu": found.cpu,
        "server_cpu": server_cpu(url) - server,
        "peak_mb": max(one.peak_mb for one in found.processes),
    }


def _times(url: str, mails: int, began: float) -> dict[str, float]:
    """Seconds until all were cases, and until everything was sent."""
    store = Store(open_engine(url))
    worked = select(func.count()).where(inbound.c.state == "done")
    waiting = select(func.count()).where(outbound.c.state == "pending")
    wait_until(lambda: _counted(store, worked) >= mails, "all are worked", PATIENCE)
    cased = time.perf_counter() - began
    wait_until(lambda: _counted(store, waiting) == 0, "all is sent", PATIENCE)
    sent = time.perf_counter() - began
    store.engine.dispose()
    return {"cased": cased, "sent": sent}


def _counted(store: Store, query: Any) -> int:
    with store.reading() as tx:
        return int(tx.connection.execute(query).scalar_one())


def _wait_in(url: str) -> None:
    """Mails that were received and come due when `_fall_due` says so."""
    engine = open_engine(url)
    schema.upgrade(engine)
    now = datetime.now(UTC)
    mails = enumerate(Corpus().mails(sized(WAITING)))
    deliveries = [Delivery(source=MAILBOX, external_id=f"1:{n}", raw=raw, received_at=now) for n, raw in mails]
    with Store(engine).transaction("bench.waiting") as tx:
        tx.inbound.add_once(deliveries, now + LATER)
    engine.dispose()


def _fall_due(url: str) -> None:
    """Let them come due, as long ago as makes the next look find them; who looks finds work until nothing is left."""
    engine = open_engine(url)
    with Store(engine).transaction("bench.due") as tx:
        tx.connection.execute(update(inbound).values(due_at=datetime.now(UTC)))
    engine.dispose()


def _web(smtp_url: str) -> dict[str, str]:
    bind = f"127.0.0.1:{free_port()}"
    return {"smtp_url": smtp_url, "http_bind": bind, "public_url": f"http://{bind}"}


@contextmanager
def _cluster() -> Iterator[tuple[Postgres, Redis]]:
    with postgres_server(SETTINGS) as postgres, own_folder("redis") as folder:
        redis = Redis(folder)
        redis.start()
        yield postgres, redis
        redis.stop()


@contextmanager
def _copy(postgres: Postgres, template: str) -> Iterator[str]:
    """A database like that one."""
    name = "round"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]} STRATEGY file_copy")
    try:
        yield postgres.url(name)
    finally:
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")
