"""Everything in one process: pollers, worker threads, the sweep. The embedded default; the scaled mode splits it."""

import gc
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from app.jobs import Jobs
from app.wiring import House
from cases.errors import ConfigurationError
from store.again import patiently

log = structlog.get_logger()

PATIENCE_SECONDS = 60.0
"""How long a start waits for a database server that was there and went away: it may be restarting."""
SWEEP_SECONDS = 5.0
"""How long a lost wake can delay a row that is due."""


class Part(Protocol):
    """Something that runs on a thread of its own until it is told to stop."""

    def run(self, stop: threading.Event) -> None: ...


class Threads:
    """Threads that all run until they are told to stop."""

    def __init__(self, runs: Sequence[Callable[[threading.Event], None]]) -> None:
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=run, args=[self._stopping]) for run in runs]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether none has ended before it was told to."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Tell them, and wait for their ends."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()


class Running:
    """The running service: `start`, then `stop`, which finishes what is in hand and loses nothing."""

    def __init__(self, house: House, parts: Sequence[Part]) -> None:
        self._house = house
        self._jobs = Jobs(house.handlers)
        self._threads = Threads([self._sweep, house.shadow.run, *(part.run for part in parts)])

    def start(self) -> None:
        """Free what an earlier life of this process held, load the model, then start every thread.

        Raises PermanentError where the model cannot be loaded, without which every message would fail, and
        ConfigurationError where a port is taken.
        """
        open_doors(self._house)
        self._free_rows()
        load(self._house)
        self._house.store.wake = self._jobs.wake
        self._jobs.start()
        self._threads.start()

    @property
    def alive(self) -> bool:
        return self._threads.alive

    def stop(self) -> None:
        """Stop polling, finish the rows in hand, close the connections."""
        close_doors(self._house)
        self._threads.stop()
        self._jobs.stop()
        self._house.close()

    def _free_rows(self) -> None:
        """On the embedded database this process is the only one: nobody else can hold a row or a mailbox.

        Legs are left alone: one that was being placed may ring, and is looked for once its claim has run out.
        """
        if self._house.settings.folder is None:
            return
        now = self._house.clock()
        with self._house.store.transaction("start.free") as tx:
            freed = sum(rows.release_all(now) for rows in (tx.inbound, tx.outbound, tx.recordings, tx.tickets.pushes))
            tx.mailboxes.release_all()
        log.info("started", freed=freed)

    def _sweep(self, stop: threading.Event) -> None:
        """Look at every kind again and again: what is due and was never woken for is found here."""
        while True:
            for kind in self._house.handlers:
                self._jobs.wake(kind)
            if stop.wait(SWEEP_SECONDS):
                return


def open_doors(house: House) -> None:
    """Listen where mail may be handed over. Raises ConfigurationError where a port is taken."""
    for key, listener in house.listeners.items():
        try:
            listener.start()
        except OSError as error:
            cause = f"the port cannot be used ({error.strerror})"
            raise ConfigurationError([(key, cause, "stop what uses it or set another port")]) from error


def close_doors(house: House) -> None:
    """Take no more mail in there."""
    for listener in house.listeners.values():
        listener.stop()


def load(house: House) -> None:
    """Load the model, and have clocks computed anew where the profile says so. Raises as `House.load` does, and as the
    database does where it stays away."""
    house.load()
    house.ticketing.check()
    log.info("clocks", recomputed=patiently(house.sweep.recompute, PATIENCE_SECONDS))
    gc.freeze()  # what is loaded stays until the end: the collector need not walk it, then neither
