"""The scaled mode's processes: what `aiguillage run` does in one, split, on PostgreSQL with wakes by way of Redis."""

import os
from threading import Event

from app.jobs import Jobs
from app.scheduler import Scheduler
from app.settings import PREFIX
from app.wake import Ear, Herald, connect
from app.wiring import House
from app.worker import Threads, close_doors, load, open_doors
from cases.errors import ConfigurationError

BEHIND = 5
"""How much nicer (nice(2)) those are who work on mail than who answers callers and pages on the same machine."""


class Connecting:
    """`connect`: polls the mailboxes that no other process polls, and keeps the second door. It works on nothing."""

    def __init__(self, house: House) -> None:
        if not (house.pollers or house.listeners):
            mend = f"set {PREFIX}MAILBOX_NAME_IMAP_URL, or {PREFIX}LMTP_BIND, for this process"
            raise ConfigurationError([("aiguillage connect", "has neither a mailbox nor a door to keep", mend)])
        self._house = house
        self._herald = Herald(connect(house.settings.redis_url))
        self._threads = Threads([self._herald.run, *(poller.run for poller in house.pollers.values())])

    def start(self) -> None:
        """Raises ConfigurationError where a port is taken."""
        os.nice(BEHIND)
        self._house.store.wake = self._herald.wake
        open_doors(self._house)
        self._threads.start()

    @property
    def alive(self) -> bool:
        return self._threads.alive

    def stop(self) -> None:
        """Take nothing more in, and let go of the mailboxes."""
        close_doors(self._house)
        self._threads.stop()
        self._house.close()


class Working:
    """`worker`: the work on every kind of row. It wakes itself for what it writes, and one of all workers sweeps."""

    def __init__(self, house: House) -> None:
        client = connect(house.settings.redis_url)
        self._house = house
        self._jobs = Jobs(house.handlers)
        self._herald = Herald(client)
        self._ear = Ear(client, self._jobs, house.handlers)
        self._scheduler = Scheduler(house.store, house.clock, self._sweep, lambda: self._ear.deaf)
        self._threads = Threads([self._herald.run, self._scheduler.run, self._shadow])

    def start(self) -> None:
        """Raises PermanentError where the model cannot be loaded, without which every message would fail."""
        os.nice(BEHIND)
        load(self._house)
        self._house.store.wake = self._jobs.wake
        self._jobs.start()
        self._ear.start()
        self._threads.start()

    @property
    def alive(self) -> bool:
        return self._threads.alive

    def stop(self) -> None:
        """Hear nothing more, finish the batches in hand, let go of the lease."""
        self._ear.stop()
        self._threads.stop()
        self._jobs.stop()
        self._house.close()

    def _sweep(self) -> None:
        """Look ourselves, whatever becomes of Redis, and have an idle worker look too."""
        for kind in self._house.handlers:
            self._jobs.wake(kind)
            self._herald.wake(kind)

    def _shadow(self, stop: Event) -> None:
        self._house.shadow.run(stop, lambda: self._scheduler.leads)


class Serving:
    """`web`: what the pages and the phone write is worked by others, who are told by way of Redis."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._herald = Herald(connect(house.settings.redis_url))
        self._threads = Threads([self._herald.run])

    def start(self) -> None:
        """Raises ConfigurationError where a text or a calendar cannot be used."""
        self._house.check()
        self._house.store.wake = self._herald.wake
        self._threads.start()

    @property
    def alive(self) -> bool:
        return self._threads.alive

    def stop(self) -> None:
        self._threads.stop()
        self._house.close()
