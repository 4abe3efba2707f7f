"""How long something takes, whatever else this machine has to do meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

TICK = 0.05


@contextmanager
def promptly(seconds: float) -> Iterator[None]:
    """The block takes less than so long, apart from what this machine keeps a plain wait waiting meanwhile: how busy it
    is with others is no fault of ours. For what waits, not for what computes, which would itself keep it waiting."""
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
