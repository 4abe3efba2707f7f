"""Keeping a claim alive while a slow server thinks."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from store.tx import Store
from store.work import LEASE

log = structlog.get_logger()


@contextmanager
def renewed(
    store: Store, lease: str, identities: Sequence[int], clock: Callable[[], datetime], every: timedelta = LEASE / 4
) -> Iterator[None]:
    """Keep these outbound rows ours for as long as the block runs: they come back soon after a crash, never before.

    A server may take ten minutes for the reply to one mail (RFC 5321 4.5.3.2.6), longer than any lease.
    """
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(every.total_seconds()):
            try:
                with store.transaction("outbound.renew") as tx:
                    tx.outbound.renew(lease, identities, clock() + LEASE)
            except Exception as error:  # noqa: BLE001 - the next one may succeed, and each mail looks at its lease
                log.warning("lease_not_renewed", error=type(error).__name__)

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
