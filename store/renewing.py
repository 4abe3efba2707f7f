"""Keeping what was claimed for as long as one works on it: it comes back soon after a crash, and never before."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from store.tx import Store, Transaction
from store.work import LEASE

log = structlog.get_logger()

EVERY = LEASE / 4
"""Three renewals may fail before a lease ends."""


@contextmanager
def renewed(
    store: Store,
    renew: Callable[[Transaction], None],
    longest: timedelta = timedelta.max,
    every: timedelta = EVERY,
) -> Iterator[None]:
    """Call `renew` again and again while the block runs, in transactions named `work.renew`.

    A block that runs for longer than `longest` is taken to hang: then others may have its rows.
    """
    ended = threading.Event()

    def go_on() -> None:
        end = time.monotonic() + longest.total_seconds()
        while not ended.wait(every.total_seconds()) and time.monotonic() < end:
            try:
                with store.transaction("work.renew") as tx:
                    renew(tx)
            except Exception as error:  # noqa: BLE001 - the next one may succeed, and every step looks at its lease
                log.warning("lease_not_renewed", error=type(error).__name__)

    thread = threading.Thread(target=go_on, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
