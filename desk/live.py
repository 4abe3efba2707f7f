"""Tells open pages that something changed: a word that differs, and nothing else. The page fetches what it shows."""

import asyncio
from collections.abc import AsyncIterator, Callable

INTERVAL = 0.5
SILENCE = 15.0
"""Seconds after which a comment is sent, so that nothing between us and the browser closes the connection."""


async def changes(revision: Callable[[], str], interval: float = INTERVAL) -> AsyncIterator[str | None]:
    """Each new revision, beginning with the present one, for as long as somebody listens; None is a sign of life.

    `revision` reads the database, in a thread. Reading it on a fixed interval sees what other processes write too.
    """
    known, quiet = "", 0.0
    while True:
        present = await asyncio.to_thread(revision)
        if present != known:
            known, quiet = present, 0.0
            yield present
        elif quiet >= SILENCE:
            quiet = 0.0
            yield None
        quiet += interval
        await asyncio.sleep(interval)
