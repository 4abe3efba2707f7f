"""Rows by the million: read as a stream and written in batches, in memory that does not grow with them."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Select, Table, bindparam, func, select, text, update
from sqlalchemy.exc import DBAPIError

from cases.errors import PermanentError

BATCH_ROWS = 500
BATCH_BYTES = 4_000_000
"""A batch is written once it has as many rows, or as many bytes."""

FETCHED_ROWS = 100
"""How many rows a server sends ahead; of those with raw bytes, which may be 50 MB each, one at a time."""

Row = dict[str, Any]


def read(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row of a table, in no order, by the names of its columns."""
    raw = any(isinstance(column.type, LargeBinary) for column in table.columns)
    names = table.columns.keys()
    for row in _stream(connection, select(table), 1 if raw else FETCHED_ROWS):
        yield dict(zip(names, row, strict=True))


def batches(rows: Iterable[tuple[Row, int]]) -> Iterator[list[Row]]:
    """Rows with their sizes in bytes, in batches."""
    batch: list[Row] = []
    size = 0
    for row, bytes_of_row in rows:
        batch.append(row)
        size += bytes_of_row
        if len(batch) == BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def write(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Add rows. Raises PermanentError that names the one which the database does not take."""
    try:
        _insert(connection, table, rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        for row in rows:
            _write_one(connection, table, row)


def _write_one(connection: Connection, table: Table, row: Row) -> None:
    try:
        _insert(connection, table, [row])
    except DBAPIError as error:
        which = f"the row {row['id']} of {table.name}" if "id" in row else f"a row of {table.name}"
        raise PermanentError(f"{which} cannot be kept there: {first_line(error)}") from error


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    with connection.begin_nested():
        connection.execute(table.insert(), rows)


def own_references(table: Table) -> list[Column[Any]]:
    """The columns that name another row of the same table, which may come later."""
    return [one.parent for one in table.foreign_keys if one.column.table is table]


def refer(origin: Connection, place: Connection, table: Table) -> None:
    """Fill in these columns once all rows are there."""
    [key, *_] = table.primary_key.columns
    for column in own_references(table):
        pairs = select(key.label("row_key"), column.label("other")).where(column.is_not(None))
        statement = update(table).where(key == bindparam("row_key")).values({column.name: bindparam("other")})
        for part in _stream(origin, pairs, FETCHED_ROWS).partitions(BATCH_ROWS):
            place.execute(statement, [pair._asdict() for pair in part])


def continue_numbers(connection: Connection, tables: Iterable[Table]) -> None:
    """Have new rows numbered after the highest there is. (SQLite does so by itself.)"""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.format_table
    for table in tables:
        if (column := table.autoincrement_column) is not None:
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(quote(table), column.name)
            connection.execute(select(func.setval(sequence, highest, False)))


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def hold_still(connection: Connection, tables: Iterable[Table]) -> None:
    """Let this transaction see one state, and nobody write until it ends. (SQLite's file is locked already.)"""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.format_table
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        connection.execute(text(f"LOCK TABLE {', '.join(map(quote, tables))} IN SHARE MODE"))


def first_line(error: Exception) -> str:
    """What a database says of a failure; the lines after it may quote the row."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _stream(connection: Connection, statement: Select[Any], ahead: int) -> Any:
    return connection.execute(statement, execution_options={"stream_results": True, "max_row_buffer": ahead})
