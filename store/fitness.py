"""Whether a PostgreSQL can serve: old enough, writable, and ours to write. SQLite needs no look."""

from sqlalchemy import Connection, Engine, text

from cases.errors import ConfigurationError

OLDEST = 15
"""The PostgreSQL that everything is tested on."""

_LACKING = text(
    "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(current_schema()) AND CASE relkind"
    " WHEN 'r' THEN NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')"
    " AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))"
    " WHEN 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') ELSE false END ORDER BY relname"
)


def require_fit(engine: Engine) -> None:
    """Refuse a server on which the service would fail later. Raises ConfigurationError, DBAPIError."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        if fault := _fault(connection):
            raise ConfigurationError([("AIGUILLAGE_DATABASE_URL", *fault)])


def _fault(connection: Connection) -> tuple[str, str] | None:
    """What is wrong, and how to mend it."""
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if number < OLDEST * 10_000:
        return f"is a PostgreSQL {number // 10_000}", f"use PostgreSQL {OLDEST} or newer"
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
        return "can only be read", "name the primary server, or set default_transaction_read_only = off"
    if lacking := connection.execute(_LACKING).scalars().all():
        mend = "as its owner, GRANT ALL ON ALL TABLES IN SCHEMA and ON ALL SEQUENCES IN SCHEMA to this account"
        return f"may not be written by this account ({', '.join(lacking[:3])})", mend
    return None
