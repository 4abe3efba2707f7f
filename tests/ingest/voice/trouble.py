"""A database that is locked by somebody else, or is not the one that it should be."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import text

from store.engine import open_engine
from store.tx import Store

TICK = 0.05


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


@contextmanager
def promptly(seconds: float) -> Iterator[None]:
    """The block takes less than so long, apart from what this machine keeps a plain wait waiting meanwhile: how busy it
    is with others is no fault of ours."""
    over, late = Event(), 0.0

    def watch() -> None:
        nonlocal late
        began = time.monotonic()
        while not over.wait(TICK):
            now = time.monotonic()
            late += now - began - TICK
            began = now

    watching = Thread(target=watch)
    began = time.monotonic()
    watching.start()
    try:
        yield
    finally:
        took = time.monotonic() - began
        over.set()
        watching.join()
    assert took - late < seconds


def _rename(store: Store, old: str, new: str) -> None:
    with store.engine.connect().execution_options(writes=True) as other, other.begin():
        other.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
