"""Wakes between processes, by way of dramatiq's queues in Redis: «look at this kind of row now» and nothing else.

Redis lost, emptied, full or slow costs delay only: who sends a wake never waits for it, and who hears none sweeps.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial

import redis
import structlog
from dramatiq import Consumer, Message, MessageProxy
from dramatiq.actor import Actor
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerConnectionError
from dramatiq.worker import Worker
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.jobs import IDLE_MS, Jobs
from app.settings import PREFIX
from cases.errors import ConfigurationError
from store.tx import Kind

log = structlog.get_logger()

NAMESPACE = "aiguillage"
ANSWER_SECONDS = 2.0
"""How long Redis may take to answer before it counts as lost."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Seconds before a lost Redis is tried again; doubled each time up to the longest."""

IDLE = IDLE_MS / 1000
LOST = (redis.RedisError, BrokerConnectionError)


def connect(url: str) -> redis.Redis:
    """A client for `AIGUILLAGE_REDIS_URL`. Raises ConfigurationError where there answers something else than our Redis.

    One that does not answer may come later.
    """
    timeouts = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
    try:
        client = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1), **timeouts)
        _greet(client)
    except (redis.AuthenticationError, redis.ResponseError, redis.InvalidResponse, ValueError) as error:
        cause, mend = f"leads to no Redis of ours ({type(error).__name__})", "correct its address, account and password"
        raise ConfigurationError([(PREFIX + "REDIS_URL", cause, mend)]) from error
    return client


def _greet(client: redis.Redis) -> None:
    try:
        client.ping()
    except redis.AuthenticationError:
        raise
    except (redis.ConnectionError, redis.TimeoutError) as error:
        log.warning("redis_not_there_yet", error=type(error).__name__)


class Link:
    """Whether Redis answers those who share this: said once when it ceases to, and once when it does for all of them.

    One who asked before it was lost may be answered after another was not: that is no return.
    """

    def __init__(self, use: str) -> None:
        self._use = use
        self._lock = threading.Lock()
        self._pauses: dict[Kind, float] = {}

    @property
    def broken(self) -> bool:
        return bool(self._pauses)

    def lost(self, kind: Kind, error: Exception) -> float:
        """Note it; the seconds after which to try again."""
        with self._lock:
            first = not self._pauses
            self._pauses[kind] = min(2 * self._pauses.get(kind, FIRST_PAUSE / 2), LONGEST_PAUSE)
        if first:
            log.warning("redis_lost", use=self._use, error=type(error).__name__)
        return self._pauses[kind]

    def found(self, kind: Kind) -> None:
        with self._lock:
            last = self._pauses.pop(kind, None) is not None and not self._pauses
        if last:
            log.info("redis_back", use=self._use)


class Herald:
    """Sends wakes on a thread of its own. A kind that waits to be sent, or to be heard, is not sent twice."""

    def __init__(self, client: redis.Redis) -> None:
        self._broker = RedisBroker(client=client, namespace=NAMESPACE, middleware=[])  # type: ignore[no-untyped-call]
        self._link = Link("wakes are sent")
        self._kinds: set[Kind] = set()
        self._changed = threading.Condition()

    def wake(self, kind: Kind) -> None:
        """Have some worker look at that kind; returns at once."""
        with self._changed:
            self._kinds.add(kind)
            self._changed.notify()

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop."""
        while not stop.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._kinds, IDLE)
                kinds, self._kinds = self._kinds, set()
            stop.wait(self._send_all(sorted(kinds)))

    def _send_all(self, kinds: Sequence[Kind]) -> float:
        """How many seconds to wait before the next. Who is told to stop waits for one answer of a lost Redis, not for
        one for each kind: the others are kept too."""
        for place, kind in enumerate(kinds):
            if pause := self._try(kind):
                for later in kinds[place + 1 :]:
                    self.wake(later)
                return pause
        return 0.0

    def _try(self, kind: Kind) -> float:
        """Send one, or keep it for later; how many seconds to wait before the next."""
        try:
            self._send(kind)
        except LOST as error:
            self.wake(kind)
            return self._link.lost(kind, error)
        self._link.found(kind)
        return 0.0

    def _send(self, kind: Kind) -> None:
        """What lies in the queue is heard after this, and so leads to a look that is late enough for our rows too."""
        if self._broker.client.llen(f"{NAMESPACE}:{kind}") == 0:
            self._broker.enqueue(Message(queue_name=kind.value, actor_name=kind.value, args=(), kwargs={}, options={}))


class Ear:
    """Hears wakes: a queue and an actor for each kind, consumed by dramatiq's threads. The lanes do the looking.

    A lane that is at work hears nothing, so that a wake is left to a worker who is idle.
    """

    def __init__(self, client: redis.Redis, jobs: Jobs, kinds: Iterable[Kind]) -> None:
        self._jobs = jobs
        self._link = Link("wakes are heard")
        self._ending = threading.Event()
        self._broker = _Broker(client, self._calmed)
        for kind in kinds:
            wake = partial(jobs.wake, kind)
            Actor(wake, broker=self._broker, actor_name=kind.value, queue_name=kind.value, priority=0, options={})
        self._worker = Worker(self._broker, worker_timeout=IDLE_MS, worker_threads=1)
        self._worker.queue_prefetch = 1  # a second message would be kept from the others

    @property
    def deaf(self) -> bool:
        """Whether no wake can reach us now."""
        return self._link.broken

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        self._ending.set()
        self._worker.stop(timeout=round(4000 * ANSWER_SECONDS))

    def _calmed(self, consumer: Consumer, queue: str) -> Consumer:
        return _Calm(consumer, Kind(queue), self._jobs.idle(Kind(queue)), self._link, self._ending)


class _Broker(RedisBroker):
    """dramatiq's queues in Redis, consumed calmly, without those for delayed messages: there are none."""

    def __init__(self, client: redis.Redis, calmed: Callable[[Consumer, str], Consumer]) -> None:
        super().__init__(client=client, namespace=NAMESPACE, middleware=[])  # type: ignore[no-untyped-call]
        self._calmed = calmed

    def declare_queue(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        return self._calmed(super().consume(queue_name, prefetch, timeout), queue_name)


class _Calm(Consumer):
    """A consumer to which a lost Redis is a queue without messages: its thread need not begin anew, nor log each time.

    A wake that cannot be acknowledged comes again, and is one look more.
    """

    def __init__(self, inner: Consumer, kind: Kind, idle: threading.Event, link: Link, ending: threading.Event) -> None:
        self._inner, self._kind, self._idle = inner, kind, idle
        self._link, self._ending = link, ending

    def __next__(self) -> MessageProxy | None:
        if not self._idle.wait(IDLE):
            return None
        try:
            message = next(self._inner)
        except LOST as error:
            self._ending.wait(self._link.lost(self._kind, error))
            return None
        self._link.found(self._kind)
        return message

    def ack(self, message: MessageProxy) -> None:
        with suppress(*LOST):
            self._inner.ack(message)

    def nack(self, message: MessageProxy) -> None:
        with suppress(*LOST):
            self._inner.nack(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        with suppress(*LOST):
            self._inner.requeue(messages)
