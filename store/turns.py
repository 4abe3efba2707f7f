"""Whose turn it is to write: SQLite has one writer, and who waits for it only looks now and then, in no order.

Within one process the threads wait here instead, and go on the moment that they can: a caller on the phone first. Other
processes, such as a command, still wait as SQLite does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from sqlalchemy.exc import TimeoutError as NoTurnError


class Turns:
    """One at a time, the hurried before the others."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._taken = False
        self._hurried = 0

    @contextmanager
    def take(self, seconds: float, *, hurried: bool) -> Iterator[None]:
        """Wait that long at most, then have the turn for the length of the block. Raises NoTurnError."""
        self._wait(seconds, hurried)
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def _wait(self, seconds: float, hurried: bool) -> None:
        with self._changed:
            self._hurried += hurried
            try:
                if not self._changed.wait_for(lambda: self._is_free(hurried), seconds):
                    raise NoTurnError("another thread writes for too long")
                self._taken = True
            finally:
                self._hurried -= hurried

    def _is_free(self, hurried: bool) -> bool:
        return not self._taken and (hurried or not self._hurried)
