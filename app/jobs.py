"""dramatiq: one message says «look at this kind of row now» and nothing else; losing any costs one sweep.

Retries live in the rows, never in the broker (`max_retries=0`).
"""

import time
from collections.abc import Callable, Mapping
from threading import Event, Lock

import structlog
from dramatiq.actor import Actor
from dramatiq.brokers.stub import StubBroker
from dramatiq.worker import Worker

from store.engine import UNAVAILABLE
from store.tx import Kind

log = structlog.get_logger()

Handler = Callable[[], int]

IDLE_MS = 200
"""How long an idle thread waits before it looks whether it is to end."""

ENDING_SECONDS = 30.0
"""How long batches in hand are waited for at the end, all together; later ones come back when their lease ends."""


class Jobs:
    """A broker in memory and a thread for each kind: none waits behind another, and none runs beside itself.

    Two threads in one kind would share what is not made for two: spaCy's vocabulary breaks.
    """

    def __init__(self, handlers: Mapping[Kind, Handler]) -> None:
        self._lanes = {kind: Lane(kind, handler) for kind, handler in handlers.items()}

    def start(self) -> None:
        """Start the threads."""
        for lane in self._lanes.values():
            lane.start()

    def stop(self) -> None:
        """Finish the batches in hand, then end the threads."""
        end = time.monotonic() + ENDING_SECONDS
        for lane in self._lanes.values():
            lane.ending.set()
        for lane in self._lanes.values():
            lane.stop(max(end - time.monotonic(), 0.0))

    def idle(self, kind: Kind) -> Event:
        """Set while nothing of that kind is looked at, nor about to be."""
        return self._lanes[kind].idle

    def wake(self, kind: Kind) -> None:
        """Have that kind looked at; a kind that waits already is not queued twice."""
        if lane := self._lanes.get(kind):  # a process without phone lines has none for legs
            lane.wake()


class Lane:
    """One kind's broker, its actor and the one thread that serves it. `ending` set, it begins no further batch."""

    def __init__(self, kind: Kind, handler: Handler) -> None:
        self._kind = kind
        self._handler = handler
        self._broker = StubBroker(middleware=[])
        self._actor = Actor(
            self._look, broker=self._broker, actor_name=kind.value, queue_name=kind.value, priority=0, options={}
        )
        self._worker = Worker(self._broker, worker_timeout=IDLE_MS, worker_threads=1)
        self._waiting = False
        self._lock = Lock()
        self.ending = Event()
        self.idle = Event()
        self.idle.set()

    def start(self) -> None:
        self._worker.start()

    def stop(self, seconds: float) -> None:
        self._worker.stop(timeout=round(1000 * seconds))
        self._broker.close()

    def wake(self) -> None:
        with self._lock:
            if self._waiting:
                return
            self._waiting = True
            self.idle.clear()
        self._actor.send()

    def _look(self) -> None:
        with self._lock:
            self._waiting = False  # before the look: a wake that comes meanwhile leads to another one
        self._drain()
        with self._lock:
            if not self._waiting:
                self.idle.set()

    def _drain(self) -> None:
        """Work batch after batch until nothing is due. A failure is logged: the rows come back with the next sweep."""
        try:
            while not self.ending.is_set() and self._handler():
                pass
        except UNAVAILABLE as error:
            log.warning("work_put_off", kind=self._kind, error=type(error).__name__)
        except Exception:
            log.exception("work_failed", kind=self._kind)
