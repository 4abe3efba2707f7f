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


class Jobs:
    """Worker threads over an in-memory broker, one queue for each kind, so that no kind waits behind another."""

    def __init__(self, handlers: Mapping[Kind, Handler]) -> None:
        self._broker = StubBroker(middleware=[])
        self._actors = {kind: self._actor(kind, handler) for kind, handler in handlers.items()}
        self._worker = Worker(self._broker, worker_threads=len(handlers))
        self._waiting: set[Kind] = set()
        self._lock = Lock()

    def start(self) -> None:
        """Start the threads."""
        self._worker.start()

    def stop(self) -> None:
        """Finish the batches in hand, then end the threads."""
        self._worker.stop(timeout=45_000)
        self._broker.close()

    def wake(self, kind: Kind) -> None:
        """Have that kind looked at; a kind that waits already is not queued twice."""
        with self._lock:
            if kind in self._waiting:
                return
            self._waiting.add(kind)
        self._actors[kind].send()

    def _actor(self, kind: Kind, handler: Handler) -> Actor[[], None]:
        def look() -> None:
            with self._lock:
                self._waiting.discard(kind)
            drain(kind, handler)

        return Actor(look, broker=self._broker, actor_name=kind.value, queue_name=kind.value, priority=0, options={})


def drain(kind: Kind, handler: Handler) -> None:
    """Work batch after batch until nothing is due. A failure is logged: the rows come back with the next sweep."""
    try:
        while handler():
            pass
    except Exception:
        log.exception("work_failed", kind=kind)
