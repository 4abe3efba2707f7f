"""What a database keeps of rows that were deleted, given back or overwritten: the words of a search index, pages that
are free, the write-ahead log; and what the archive still has of mails that were erased."""

from sqlalchemy import Connection, Engine, select, text

from store.failpoint import reach
from store.tables import blob, metadata
from store.tx import Store

PAGES = 200
"""Pages of the search index that are merged in one transaction."""
ROWS = 1_000


def scour(engine: Engine, *, small: bool = False) -> None:
    """Have nothing of what was deleted left in the database's files, as far as the database gives a way to.

    SQLite overwrites what is deleted (`secure_delete`), but its search index keeps deleted words until its parts are
    merged (FTS5, 6.8), and the write-ahead log keeps pages until it is written back. PostgreSQL forgets by VACUUM; its
    own write-ahead log and what its files' blocks held stay until they are used again. `small` leaves the index out.
    """
    if engine.dialect.name == "sqlite":
        if not small:
            _merge_index(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        _vacuum(engine)


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


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _vacuum(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f'VACUUM "{table.name}"')


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
