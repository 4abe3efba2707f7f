"""Every type of column keeps its values on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, BigInteger, Boolean, Float, Integer, LargeBinary, SmallInteger, String, Table

from store import bulk
from store.copy import TABLES
from store.digest import Digest
from store.tables.base import UtcDateTime
from store.tx import Store

_LETTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
_WORDS = st.text(_LETTERS)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=6,
)
_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


_WIDTHS = {SmallInteger: 15, Integer: 31, BigInteger: 63}


def _values(kind: Any) -> st.SearchStrategy[Any]:
    """Whatever a column of that type may hold."""
    if isinstance(kind, Integer):
        width = _WIDTHS[type(kind)]
        return st.integers(-(2**width), 2**width - 1)
    if isinstance(kind, String):
        return st.text(_LETTERS, max_size=kind.length)
    return _KINDS[type(kind)]


_KINDS: dict[type, st.SearchStrategy[Any]] = {
    UtcDateTime: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    Boolean: st.booleans(),
    JSON: st.lists(_JSON, max_size=3) | st.dictionaries(_WORDS, _JSON, max_size=3),  # SQLite makes a bare 1.0 a 1
    Float: st.floats(allow_nan=False, allow_infinity=False),
    LargeBinary: st.binary(max_size=2_000),
}


def _row(table: Table) -> st.SearchStrategy[dict[str, Any]]:
    """Any row, as far as it refers to no other."""
    strategies = {column.name: (column, _values(column.type)) for column in table.columns}
    return st.fixed_dictionaries(
        {
            name: st.none() if column.foreign_keys else st.none() | values if column.nullable else values
            for name, (column, values) in strategies.items()
        }
    )


ALONE = [table for table in TABLES if all(key.parent.nullable for key in table.foreign_keys)]
"""The tables with rows that need no other."""


def test_these_tables_have_every_type_of_column() -> None:
    every = {type(column.type) for table in TABLES for column in table.columns}
    assert {type(column.type) for table in ALONE for column in table.columns} == every


@pytest.mark.parametrize("table", ALONE, ids=lambda table: table.name)
def test_every_value_comes_back_as_it_was(store: Store, table: Table) -> None:
    with store.engine.connect().execution_options(writes=True) as connection:

        @settings(max_examples=15)
        @given(_row(table))
        def comes_back(row: dict[str, Any]) -> None:
            with connection.begin() as transaction:
                bulk.write(connection, table, [row])
                [found] = bulk.read(connection, table)
                transaction.rollback()
            assert found == row
            assert _digest(found) == _digest({column.name: row[column.name] for column in table.columns})

        comes_back()


def _digest(row: dict[str, Any]) -> str:
    digest = Digest()
    digest.add(row.values())
    return digest.hexdigest()
