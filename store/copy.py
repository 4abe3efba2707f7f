"""A whole installation from one database into another, compared row by row before it counts.

The target is first marked as a copy under way, which `schema.require_head` refuses. Rows, comparison and the schema's
true revision are then one transaction: cut short anywhere, nothing of it stays but the mark, and it can begin again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Table, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from cases.errors import ConfigurationError, TransientError
from store import bulk, schema
from store.alone import open_alone
from store.digest import Digest
from store.failpoint import reach
from store.tables import metadata

TABLES = [table for table in metadata.sorted_tables if table.name != "lease"]
"""What is copied, tables that others refer to first. Duties stay behind: who had them does not work there."""

FREED = ("lease", "lease_until")
"""Columns that are copied empty, so that rows and mailboxes are free, for the same reason."""

SOURCE = "AIGUILLAGE_DATABASE_URL"

Told = Callable[[int, int, str], object]
"""Takes how many rows are done, of how many, and the table under way."""

_MEND = "name an empty database, or drop this one and create it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One table on both sides: how many rows, and the digest of them all, leases left out."""

    table: str
    rows: int
    rows_copied: int
    sha256: str
    sha256_copied: str

    @property
    def equal(self) -> bool:
        """Whether the copy holds the same rows."""
        return (self.rows, self.sha256) == (self.rows_copied, self.sha256_copied)


class Copy:
    """A copy that may begin; `rows` is how many there are. Made by `opened`."""

    def __init__(self, origin: Connection, target: Engine) -> None:
        self.rows = sum(bulk.count(origin, table) for table in TABLES)
        self._origin = origin
        self._target = target
        self._done = 0

    def run(self, told: Told) -> list[Compared]:
        """Copy every table and compare. The target can be used only where all are equal; else it stays refused.

        Raises PermanentError where the target cannot keep a row, TransientError where a database fails on the way.
        """
        try:
            _mark(self._target)
            with self._target.connect().execution_options(writes=True) as place, place.begin() as transaction:
                compared = self._fill(place, told)
                if not all(one.equal for one in compared):
                    transaction.rollback()
        except SQLAlchemyError as error:
            cause = bulk.first_line(error)
            raise TransientError(f"the copy was cut short ({cause}); mend that and run it again") from error
        reach("copy.kept")
        return compared

    def _fill(self, place: Connection, told: Told) -> list[Compared]:
        taken = [self._copy_table(place, table, told) for table in TABLES]
        compared = [self._compare(place, *pair, told) for pair in zip(TABLES, taken, strict=True)]
        bulk.continue_numbers(place, TABLES)
        _set_version(place, schema.HEAD)
        reach("copy.compared")
        return compared

    def _copy_table(self, place: Connection, table: Table, told: Told) -> Digest:
        """The digest of the source's rows, taken on their way."""
        digest = Digest()
        for batch in bulk.batches(self._taken(table, digest)):
            bulk.write(place, table, batch)
            reach("copy.batch")
            self._tell(len(batch), table, told)
        bulk.refer(self._origin, place, table)
        return digest

    def _taken(self, table: Table, digest: Digest) -> Iterator[tuple[bulk.Row, int]]:
        later = dict.fromkeys(column.name for column in bulk.own_references(table))
        freed = dict.fromkeys(name for name in FREED if name in table.columns)
        for found in bulk.read(self._origin, table):
            row = found | freed
            yield row | later, digest.add(row.values())

    def _compare(self, place: Connection, table: Table, source: Digest, told: Told) -> Compared:
        copied = Digest()
        for row in bulk.read(place, table):
            copied.add(row.values())
            if copied.rows % bulk.BATCH_ROWS == 0:
                self._tell(bulk.BATCH_ROWS, table, told)
        self._tell(copied.rows % bulk.BATCH_ROWS, table, told)
        return Compared(
            table=table.name,
            rows=source.rows,
            rows_copied=copied.rows,
            sha256=source.hexdigest(),
            sha256_copied=copied.hexdigest(),
        )

    def _tell(self, rows: int, table: Table, told: Told) -> None:
        """Every row passes twice, once to be copied and once to be compared."""
        self._done += rows
        told(self._done, 2 * self.rows, table.name)


@contextmanager
def opened(source_url: str, target_url: str, target_key: str) -> Iterator[Copy]:
    """Both databases, for us alone: nobody changes the source for the length of the block, nor do we.

    `target_key` is what named the target, for faults. Raises ConfigurationError where a database cannot be opened, is
    in use or of another schema, or where the target is not empty.
    """
    with _alone(source_url, SOURCE, writes=False) as source:
        schema.require_head(source)
        with _alone(target_url, target_key, writes=True) as target:
            _require_empty(target, target_key)
            with source.connect() as origin, origin.begin():
                bulk.hold_still(origin, TABLES)
                yield Copy(origin, target)


@contextmanager
def _alone(url: str, key: str, *, writes: bool) -> Iterator[Engine]:
    engine = open_alone(url, key, writes=writes)
    try:
        yield engine
    finally:
        engine.dispose()


def _require_empty(target: Engine, key: str) -> None:
    """Nothing is there, or an installation's tables without a row, or what a copy that was cut short has left."""
    found = schema.version(target)
    if found not in (None, schema.HEAD, schema.COPYING):
        raise ConfigurationError([(key, f"has schema {found}, this release needs {schema.HEAD}", _MEND)])
    with target.connect() as place:
        there = set(inspect(place).get_table_names()) - {"alembic_version"}
        ours = [table for table in TABLES if found and table.name in there]
        full = {table.name for table in ours if place.execute(select(table).limit(1)).first()}
    if held := sorted(full if found else there):
        raise ConfigurationError([(key, f"is not empty: it has {', '.join(held[:3])}", _MEND)])


def _mark(target: Engine) -> None:
    """Make the schema where there is none, and note that a copy is under way."""
    if schema.version(target) is None:
        schema.upgrade(target)
    with target.connect().execution_options(writes=True) as place, place.begin():
        _set_version(place, schema.COPYING)
    reach("copy.marked")


def _set_version(place: Connection, version: str) -> None:
    place.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
