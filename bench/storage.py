"""What a mail leaves behind in PostgreSQL: bytes of rows and of raw messages, write-ahead log, commits."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bench.child import module
from bench.corpus import Corpus
from bench.servers import servers
from store.engine import open_engine
from tests.servers.postgres import postgres_server

Figures = dict[str, Any]
MAILS = 500

RAW = "SELECT pg_total_relation_size('blob')"
ALL = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
LOG = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


def storage() -> Figures:
    """Ordinary mails, from the mailbox to the receipt sent: totals.

    `raw` are the bytes of the raw messages with their index, `rows` those of all other tables and indexes, `log` those
    of the write-ahead log; the server is set as it comes.
    """
    with tempfile.TemporaryDirectory() as folder, servers() as running, postgres_server(()) as postgres:
        mails = list(_write(Path(folder)))
        received = sum(path.stat().st_size for path in mails)
        running.fill("storage", mails)
        with postgres.database() as url:
            before = _read(url)
            walked = module("bench.road", url, running.imap_url("storage"), running.smtp_url)
            grown = {name: value - before[name] for name, value in _read(url).items()}
    return {"mails": walked["mails"], "sent": walked["sent"], "received": received, **grown}


def _write(folder: Path) -> Iterator[Path]:
    for number, raw in enumerate(Corpus().mails(MAILS)):
        path = folder / f"{number:06d}.eml"
        path.write_bytes(raw)
        yield path


def _read(url: str) -> dict[str, float]:
    engine = open_engine(url)
    with engine.connect() as connection:
        raw, everything, log, commits = (_number(connection, one) for one in (RAW, ALL, LOG, COMMITS))
    engine.dispose()
    return {"raw": raw, "rows": everything - raw, "log": log, "commits": commits}


def _number(connection: Connection, statement: str) -> float:
    return float(connection.execute(text(statement)).scalar_one())
