"""What a database keeps of rows that were deleted, given back or overwritten: the words of a search index, pages that
are free, the write-ahead log; and what the archive still has of mails that were erased."""

import time

import structlog
from sqlalchemy import Connection, Engine, select, text

from store.failpoint import reach
from store.tables import blob, metadata
from store.tx import Store

log = structlog.get_logger()

PAGES = 50
"""Pages of the search index that are merged in one transaction."""
ROWS = 1_000
REST = 0.05
"""Seconds between two merges."""
RESTS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds after which the log is tried again to be emptied."""


def scour(engine: Engine, *, small: bool = False) -> None:
    """Have nothing of what was deleted left in the database's files, as far as the database gives a way to.

    SQLite overwrites what is deleted (`secure_delete`), but its search index keeps deleted words until its parts are
    merged (FTS5, 6.8), and the write-ahead log keeps pages until it is written back. PostgreSQL forgets by VACUUM; its
    own write-ahead log and what its files' blocks held stay until they are used again. `small` leaves the index out.
    """
    if engine.dialect.name == "sqlite":
        if not small:
            _merge_index(engine)
        empty_log(engine)
    else:
        _vacuum(engine)


def empty_log(engine: Engine) -> None:
    """Write SQLite's log back and cut it to nothing, which has to wait for whoever reads or writes."""
    for rest in (*RESTS, None):
        with engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if not busy:
            return
        if rest is not None:
            time.sleep(rest)
    log.warning("log_not_emptied")


def _merge_index(engine: Engine) -> None:
    """Merge all parts of the index into one, a little at a time (FTS5, 6.7): a negative number begins it anew."""
    given = -PAGES
    while True:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            before = _changes(connection)
            merge = "INSERT INTO words_index (words_index, rank) VALUES ('merge', :pages)"
            connection.execute(text(merge), {"pages": given})
            if _changes(connection) - before < 2:
                return
        reach("privacy.merged")
        given = PAGES
        time.sleep(REST)


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _vacuum(engine: Engine) -> None:
    """A little at a time (PostgreSQL 20.4.4), and with new statistics: those hold the commonest values of a column."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET vacuum_cost_delay = 10")
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f'VACUUM (ANALYZE) "{table.name}"')
        connection.exec_driver_sql("VACUUM pg_catalog.pg_statistic")
        connection.exec_driver_sql("RESET vacuum_cost_delay")


def rewrite(engine: Engine) -> None:
    """Write every table anew, without what its blocks still hold of rows that are gone. On PostgreSQL each is locked
    meanwhile: for a quiet hour. What was written before lies in its write-ahead log until that is recycled."""
    if engine.dialect.name == "sqlite":
        scour(engine)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in (*(f'"{table.name}"' for table in metadata.sorted_tables), "pg_catalog.pg_statistic"):
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")


def forget_archived(store: Store) -> int:
    """Take out of the archive what was erased here: bytes whose row is gone or is empty. How many there were.

    What is on its way into the archive still has its bytes here, and stays.
    """
    if store.archive is None:
        return 0
    count, after = 0, ""
    while hashes := store.archive.hashes(after, ROWS):
        after = hashes[-1]
        with store.reading() as tx:
            known = tx.connection.execute(select(blob.c.sha256).where(blob.c.sha256.in_(hashes), blob.c.size > 0))
            erased = set(hashes) - set(known.scalars())
        if erased:
            store.archive.remove(erased)
        count += len(erased)
    store.archive.scour()
    return count
