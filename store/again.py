"""When a whole transaction may be tried again: nothing of it is kept, and what ended it may be over (docs/adr/0023)."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from cases.errors import TransientError

log = structlog.get_logger()

Result = TypeVar("Result")

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Seconds; doubled each time, and drawn at random so that two who were in each other's way do not meet again."""

_ROLLED_BACK = re.compile(r"40001|40P01")
_SERVER_AWAY = re.compile(r"57P0[123]|08...")
"""PostgreSQL appendix A: another writer came first, or two waited for each other; a server that ends or begins, or is
out of reach."""


class UnsureError(TransientError):
    """The connection was lost while a transaction was being kept: it may be kept or not, so nobody repeats it."""


class OutdatedError(TransientError):
    """The database has another schema than this process was made for, since it was upgraded meanwhile."""


def may_repeat(error: BaseException) -> bool:
    """Whether that error ended a transaction of which nothing is kept, and which may succeed now."""
    if not isinstance(error, DBAPIError):
        return False
    return bool(_ROLLED_BACK.fullmatch(_state(error))) or is_away(error)


def is_away(error: BaseException) -> bool:
    """Whether the connection was lost, or none could be had: that says nothing of what was to be written."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, UnsureError | OutdatedError)
    refused = isinstance(error, OperationalError | InterfaceError) and getattr(error.orig, "sqlstate", "") is None
    return error.connection_invalidated or refused or bool(_SERVER_AWAY.fullmatch(_state(error)))


@contextmanager
def keeping() -> Iterator[None]:
    """Around a commit: raises UnsureError where its answer is lost."""
    try:
        yield
    except DBAPIError as error:
        if is_away(error):
            raise UnsureError("the connection was lost while the transaction was being kept") from error
        raise


def patiently(do: Callable[[], Result], seconds: float) -> Result:
    """What `do` returns, called again for that long while the database is away: for what may be done twice."""
    end, rest = time.monotonic() + seconds, pauses()
    while True:
        try:
            return do()
        except Exception as error:
            pause = next(rest)
            if not is_away(error) or time.monotonic() + pause > end:
                raise
            log.warning("database_awaited", error=type(error).__name__)
        time.sleep(pause)


def pauses() -> Iterator[float]:
    """Seconds to wait before each new try, without end."""
    pause = FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1)
        pause = min(2 * pause, LONGEST_PAUSE)


def _state(error: DBAPIError) -> str:
    """The SQLSTATE; '' for SQLite, which has none, and where the server said nothing."""
    return getattr(error.orig, "sqlstate", "") or ""
