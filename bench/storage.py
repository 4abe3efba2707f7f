"""What a mail leaves behind in PostgreSQL: bytes of rows and of raw messages, write-ahead log, commits."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.child import module
from bench.corpus import Corpus
from bench.servers import servers
from store.engine import open_engine
from tests.servers.postgres import postgres_server

Figures = dict[str, Any]
MAILS = 500

SIZES = {
    "raw": "SELECT pg_total_relation_size('blob')",
    "rows": "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables",
}
WRITTEN = {
    "log": "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn",
    "commits": "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()",
}


def storage() -> Figures:
    """Ordinary mails, from the mailbox to the receipt sent: totals.

    `raw` are the bytes of the raw messages with their index, `rows` those of all other tables and indexes, `log` those
    of the write-ahead log. The server is set as it comes; sizes are those after VACUUM FULL, which a server that lives
    for long comes near by using again what was freed.
    """
    with tempfile.TemporaryDirectory() as folder, servers() as running, postgres_server(()) as postgres:
        mails = list(_write(Path(folder)))
        received = sum(path.stat().st_size for path in mails)
        running.fill("storage", mails)
        with postgres.database() as url:
            before = _read(url, SIZES | WRITTEN)
            walked = module("bench.road", url, running.imap_url("storage"), running.smtp_url)
            after = _read(url, WRITTEN)
            _vacuum(url)
            after |= _read(url, SIZES)
    grown = {name: value - before[name] for name, value in after.items()}
    grown["rows"] -= grown["raw"]
    return {"mails": walked["mails"], "sent": walked["sent"], "received": received, **grown}


def _write(folder: Path) -> Iterator[Path]:
    for number, raw in enumerate(Corpus().mails(MAILS)):
        path = folder / f"{number:06d}.eml"
        path.write_bytes(raw)
        yield path


def _read(url: str, asked: Mapping[str, str]) -> dict[str, float]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {name: float(connection.execute(text(one)).scalar_one()) for name, one in asked.items()}
    engine.dispose()
    return found


def _vacuum(url: str) -> None:
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM FULL"))
    engine.dispose()
