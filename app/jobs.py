"""dramatiq: one message says «look at this kind of row now» and nothing else; losing any costs one sweep.

Retries live in the rows, never in the broker (`max_retries=0`).
"""

from collections.abc import Callable, Mapping
from threading import Lock

import structlog
from dramatiq.actor import Actor
from dramatiq.brokers.stub import StubBroker
from dramatiq.worker import Worker

from store.tx import Kind

log = structlog.get_logger()

Handler = Callable[[], int]

IDLE_MS = 200
"""How long an idle thread waits before it looks whether it is to end."""


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
        for lane in self._lanes.values():
            lane.stop()

    def wake(self, kind: Kind) -> None:
        """Have that kind looked at; a kind that waits already is not queued twice."""
        if lane := self._lanes.get(kind):  # a process without phone lines has none for legs
            lane.wake()


class Lane:
    """One kind's broker, its actor and the one thread that serves it."""

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

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop(timeout=45_000)
        self._broker.close()

    def wake(self) -> None:
        with self._lock:
            if self._waiting:
                return
            self._waiting = True
        self._actor.send()

    def _look(self) -> None:
        with self._lock:
            self._waiting = False  # before the look: a wake that comes meanwhile leads to another one
        drain(self._kind, self._handler)


def drain(kind: Kind, handler: Handler) -> None:
    """Work batch after batch until nothing is due. A failure is logged: the rows come back with the next sweep."""
    try:
        while handler():
            pass
    except Exception:
        log.exception("work_failed", kind=kind)
