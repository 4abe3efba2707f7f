"""Tells open pages that something changed: a word that differs, and nothing else. The page fetches what it shows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from store.engine import UNAVAILABLE

INTERVAL = 0.5


async def changes(
    revision: Callable[[], str], ending: Callable[[], bool], interval: float = INTERVAL
) -> AsyncIterator[str]:
    """Each new revision, beginning with the present one, for as long as somebody listens and we are not `ending`.

    `revision` reads the database, in a thread; `interval` is in seconds. Looking is what sees the work of other
    processes too, on both databases. One that is away changes nothing, and is asked again.
    """
    known = ""
    while not ending():
        present = known
        with suppress(*UNAVAILABLE):
            present = await asyncio.to_thread(revision)
        if present != known:
            known = present
            yield present
        await asyncio.sleep(interval)
