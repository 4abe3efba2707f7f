"""What all tables share: the metadata, portable column types, and the columns that make a row a piece of work."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, MetaData, String, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Identity = BigInteger().with_variant(Integer, "sqlite")
Document = JSON(none_as_null=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; naive values are refused. SQLite keeps it as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def work_columns() -> tuple[Column[Any], ...]:
    """`due_at` is when a pending row may be claimed; a claim signs it with `lease` and moves `due_at` to its end."""
    return (
        Column("state", String(8), nullable=False, server_default="pending"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("due_at", UtcDateTime, nullable=False),
        Column("lease", String(40)),
        Column("last_error", Text),
    )


def personal_columns(retention: str) -> tuple[Column[Any], ...]:
    """Whose data the row holds, as a keyed pseudonym, and how long it is kept, as a kind that the profile times."""
    return (
        Column("person_key", String(32), index=True),
        Column("retention", String(16), nullable=False, server_default=retention),
    )
