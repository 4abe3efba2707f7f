"""Work behind an answer that must leave in time, whatever the database does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from ingest.voice.calls import CallFailedError

log = structlog.get_logger()

TIME_LIMIT = 1.5
"""Seconds; the provider waits longer, a caller should not."""

_THREADS = 24
Result = TypeVar("Result")


class Worker:
    """Threads of its own: a database that hangs takes none of those that the pages need."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="voice")

    async def do(self, what: str, work: Callable[[], Result]) -> Result | None:
        """The result, or None where it failed or took too long; then it may still be done later, in its thread."""
        try:
            async with asyncio.timeout(TIME_LIMIT):
                return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except (CallFailedError, TimeoutError) as error:
            log.error("voice_request_failed", what=what, error=type(error).__name__)
        except Exception as error:  # a fault of ours must not be read aloud to a caller
            log.error("voice_request_failed", what=what, error=type(error).__name__, exc_info=True)
        return None

    async def done(self, what: str, work: Callable[[], None]) -> bool:
        """Whether work without a result was done in time."""

        def worked() -> bool:
            work()
            return True

        return bool(await self.do(what, worked))
