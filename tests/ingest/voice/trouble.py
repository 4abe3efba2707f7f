"""A database that is locked by somebody else, or is not the one that it should be."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from store.engine import open_engine
from store.tx import Store


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another connection holds what a call needs."""
    engine = open_engine(store.engine.url.render_as_string(hide_password=False))
    with engine.connect().execution_options(writes=True) as other, other.begin():
        if engine.dialect.name == "postgresql":
            other.execute(text("LOCK TABLE call, call_event, leg, recording IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@contextmanager
def gone(store: Store) -> Iterator[None]:
    """A table is not there."""
    _rename(store, "call_event", "elsewhere")
    yield
    _rename(store, "elsewhere", "call_event")


def _rename(store: Store, old: str, new: str) -> None:
    with store.engine.connect().execution_options(writes=True) as other, other.begin():
        other.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
