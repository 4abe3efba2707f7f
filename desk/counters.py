"""Counters of how often somebody does something: in this process, or for several processes in Redis."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

log = structlog.get_logger()

Found = TypeVar("Found")

ANSWER_SECONDS = 0.5
"""How long Redis may take for an answer: somebody waits."""
AWAY_SECONDS = 10.0
"""How long nobody asks it again that did not give one."""


class Counters:
    """Counts in Redis where there is one, and in this process too while that is away. `kind` tells its keys from
    others."""

    def __init__(self, redis_url: str = "", kind: str = "rates") -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_redis(redis_url, kind)) if redis_url else self._here
        self._asked_again_at = 0.0

    def count(self, do: Callable[[FixedWindowRateLimiter], Found]) -> Found:
        """What `do` finds in Redis; in this process where that does not answer, and for a while after it did not."""
        if time.monotonic() >= self._asked_again_at:
            try:
                return do(self._shared)
            except StorageError:
                self._asked_again_at = time.monotonic() + AWAY_SECONDS
                log.warning("attempts_counted_here")
        return do(self._here)


def _redis(url: str, kind: str) -> Storage:
    """The counters in Redis. It is asked while somebody waits: once, and not for long."""
    from redis.backoff import NoBackoff  # an installation without Redis has no client either
    from redis.retry import Retry

    wrapped = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    return RedisStorage(
        wrapped,
        key_prefix=f"aiguillage:{kind}",
        wrap_exceptions=True,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to redis-py as it is
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
    )
