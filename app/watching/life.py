"""A sign of life: a file that a living process touches, and an address that is asked for while mailboxes are read."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import structlog

from cases.errors import ConfigurationError
from store.tx import Store

log = structlog.get_logger()

TOUCH_SECONDS = 5.0
STALE_SECONDS = 60.0
"""How old the file of a process that lives may be."""

PING_SECONDS = 60.0
ANSWER_SECONDS = 10.0
UNREAD = timedelta(minutes=15)
"""A mailbox whose last good poll is older is not read; servers end an IDLE, and so a poll, before that."""


class Alive:
    """Touches a file for as long as every thread of the process lives."""

    def __init__(self, path: Path, alive: Callable[[], bool]) -> None:
        self._path = path
        self._alive = alive

    def run(self, stop: Event) -> None:
        """Until told to stop; the file goes then."""
        while True:
            if self._alive():
                self._touch()
            if stop.wait(TOUCH_SECONDS):
                break
        self._path.unlink(missing_ok=True)

    def _touch(self) -> None:
        try:
            self._path.touch()
        except OSError as error:
            log.warning("no_sign_of_life", error=error.strerror)


def age(path: Path) -> float:
    """How many seconds ago the process gave a sign of life. Raises ConfigurationError where it never did."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError as error:
        mend = "start the process with the same AIGUILLAGE_ALIVE_PATH"
        raise ConfigurationError([(str(path), f"shows no sign of life ({error.strerror})", mend)]) from error


class Heartbeat:
    """Asks for an address once a minute while every mailbox is read: its owner is alarmed by silence."""

    def __init__(self, url: str, mailboxes: list[str], store: Store, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._mailboxes = mailboxes
        self._store = store
        self._clock = clock
        self._lost = False

    def run(self, stop: Event) -> None:
        """Until told to stop. No failure ends it."""
        while not stop.wait(PING_SECONDS):
            self.beat()

    def beat(self) -> bool:
        """Ask for it now, if all is well; whether it answered."""
        import httpx2

        try:
            if not self._all_read():
                return False
            httpx2.get(self._url, timeout=ANSWER_SECONDS).raise_for_status()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other side notices
            if not self._lost:
                log.warning("heartbeat_lost", error=type(error).__name__)
            self._lost = True
            return False
        self._lost = False
        return True

    def _all_read(self) -> bool:
        now = self._clock()
        with self._store.reading() as tx:
            rows = {row.name: row for row in tx.mailboxes.all()}
        return all(_is_read(rows.get(name), now) for name in self._mailboxes)


def _is_read(row: Any, now: datetime) -> bool:
    return bool(row and row.polled_at and row.failing_since is None and row.polled_at > now - UNREAD)
