"""The archive: a database of its own, any that `open_engine` opens, with the raw bytes of old mails, compressed."""

import hashlib
import zlib
from collections.abc import Collection, Mapping

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, delete, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from cases.errors import PermanentError

_metadata = MetaData()
_archived = Table(
    "archived",
    _metadata,
    Column("sha256", String(64), primary_key=True),
    Column("packed", LargeBinary, nullable=False),
)
"""`packed` are the bytes as zlib packs them (RFC 1950); `sha256` is that of the bytes themselves."""


class Archive:
    """What was archived, by its SHA-256. Nothing is connected to before it is used."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    def make(self) -> None:
        """Make the table where there is none."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            _metadata.create_all(connection)

    def put(self, bodies: Mapping[str, bytes]) -> None:
        """Keep these bytes; once this returns they are on disk and were read back whole. Raises PermanentError."""
        rows = [{"sha256": sha256, "packed": zlib.compress(body)} for sha256, body in bodies.items()]
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(self._insert(_archived).on_conflict_do_nothing(index_elements=["sha256"]), rows)
        if self.bodies(bodies).keys() != bodies.keys():
            raise PermanentError("the archive does not hold what was just written to it")

    def bodies(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Those of these that are here. Raises PermanentError where one is not what it was."""
        chosen = select(_archived.c.sha256, _archived.c.packed).where(_archived.c.sha256.in_(hashes))
        with self._engine.connect() as connection:
            return {sha256: _unpacked(sha256, packed) for sha256, packed in connection.execute(chosen)}

    def some(self, limit: int) -> dict[str, bytes]:
        """Any of what is here, at most `limit`; nothing where nothing was ever archived."""
        if not inspect(self._engine).has_table(_archived.name):
            return {}
        with self._engine.connect() as connection:
            hashes = connection.execute(select(_archived.c.sha256).limit(limit)).scalars().all()
        return self.bodies(hashes)

    def remove(self, hashes: Collection[str]) -> None:
        """Forget these."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(delete(_archived).where(_archived.c.sha256.in_(hashes)))

    def hashes(self, after: str, limit: int) -> list[str]:
        """The next hashes of what is here, in their order; none where nothing was ever archived."""
        if not inspect(self._engine).has_table(_archived.name):
            return []
        chosen = select(_archived.c.sha256).where(_archived.c.sha256 > after).order_by(_archived.c.sha256).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(chosen).scalars())

    def scour(self) -> None:
        """Leave nothing of what was removed in its files, as far as its database gives a way to."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM {_archived.name}")


def _unpacked(sha256: str, packed: bytes) -> bytes:
    try:
        body = zlib.decompress(packed)
    except zlib.error as error:
        raise PermanentError(f"{sha256} in the archive cannot be unpacked: {error}") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise PermanentError(f"{sha256} in the archive is not what was put there")
    return body
