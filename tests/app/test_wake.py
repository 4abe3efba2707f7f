"""Wakes by way of a real Redis that is emptied, stopped and started again."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.jobs import Jobs
from app.wake import ANSWER_SECONDS, Ear, Herald, connect
from cases.errors import ConfigurationError
from store.tx import Kind
from tests.promptly import promptly
from tests.servers.faulty import FaultProxy
from tests.servers.process import free_port, wait_until
from tests.servers.redis import Redis

pytestmark = pytest.mark.servers("redis")


class Worker:
    """A process that hears wakes; it counts the looks at what came in, which take until `go_on` is set."""

    def __init__(self) -> None:
        self.looks = 0
        self.go_on = threading.Event()
        self.go_on.set()

    @contextmanager
    def hearing(self, url: str) -> Iterator[Ear]:
        handlers: Mapping[Kind, Callable[[], int]] = {Kind.INBOUND: self._look, Kind.OUTBOUND: lambda: 0}
        jobs = Jobs(handlers)
        ear = Ear(connect(url), jobs, handlers)
        jobs.start()
        ear.start()
        try:
            yield ear
        finally:
            self.go_on.set()
            ear.stop()
            jobs.stop()

    def _look(self) -> int:
        self.looks += 1
        self.go_on.wait(10)
        return 0


@pytest.fixture
def herald(redis_server: Redis) -> Iterator[Herald]:
    found, stop = Herald(connect(redis_server.url)), threading.Event()
    thread = threading.Thread(target=found.run, args=[stop])
    thread.start()
    yield found
    stop.set()
    thread.join()


def queued(server: Redis) -> int:
    return int(server.client().llen("aiguillage:inbound"))


def test_a_wake_leads_to_a_look_and_those_that_wait_are_one(herald: Herald, redis_server: Redis) -> None:
    for _ in range(3):
        herald.wake(Kind.INBOUND)
        wait_until(lambda: queued(redis_server) == 1, "one wake waits")
    worker = Worker()
    with worker.hearing(redis_server.url):
        wait_until(lambda: worker.looks == 1, "the look")
        herald.wake(Kind.INBOUND)
        wait_until(lambda: worker.looks == 2, "the next look")
        wait_until(lambda: not redis_server.client().hlen("aiguillage:inbound.msgs"), "nothing is left in Redis")


def test_who_is_at_work_leaves_wakes_to_who_is_idle(herald: Herald, redis_server: Redis) -> None:
    busy, idle = Worker(), Worker()
    busy.go_on.clear()
    with ExitStack() as ends:
        ends.enter_context(busy.hearing(redis_server.url))
        herald.wake(Kind.INBOUND)
        wait_until(lambda: busy.looks == 1, "one is at work")
        ends.enter_context(idle.hearing(redis_server.url))
        for looks in (1, 2, 3):
            herald.wake(Kind.INBOUND)
            wait_until(lambda looks=looks: idle.looks == looks, "the other looks")  # type: ignore[misc]
        assert busy.looks == 1


def test_a_lost_redis_is_said_once_and_found_again(herald: Herald, redis_server: Redis) -> None:
    worker = Worker()
    with capture_logs() as logs, worker.hearing(redis_server.url) as ear:
        redis_server.stop()
        wait_until(lambda: ear.deaf, "the loss is noticed")
        herald.wake(Kind.INBOUND)
        wait_until(lambda: said(logs, "redis_lost") == 2, "it is said of sending and of hearing")
        redis_server.start()
        wait_until(lambda: worker.looks == 1, "the wake that waited is heard")
        wait_until(lambda: said(logs, "redis_back") == 2, "its return is said")
        assert not ear.deaf
        redis_server.client().flushall()
        herald.wake(Kind.INBOUND)
        wait_until(lambda: worker.looks == 2, "an emptied Redis is as good as another")
    assert said(logs, "redis_lost") == 2


def test_a_redis_that_says_nothing_holds_up_neither_work_nor_its_end(redis_server: Redis) -> None:
    proxy, worker = FaultProxy(redis_server.port), Worker()
    with proxy.running():
        with worker.hearing(f"redis://127.0.0.1:{proxy.port}/0") as ear:
            herald = Herald(connect(f"redis://127.0.0.1:{proxy.port}/0"))
            proxy.faults.latency = 3600.0
            with promptly(ANSWER_SECONDS / 2):
                herald.wake(Kind.INBOUND)
            wait_until(lambda: ear.deaf, "the loss is noticed")
            began = time.monotonic()
        assert time.monotonic() - began < 20


def test_a_full_redis_is_as_one_that_is_away(redis_server: Redis) -> None:
    worker = Worker()
    with worker.hearing(redis_server.url) as ear:
        redis_server.client().config_set("maxmemory", 1)
        wait_until(lambda: ear.deaf, "the loss is noticed")
        redis_server.client().config_set("maxmemory", 0)
        wait_until(lambda: not ear.deaf, "its return is noticed")


def said(logs: Iterable[Mapping[str, Any]], event: str) -> int:
    return sum(one["event"] == event for one in logs)


def test_a_redis_that_is_not_there_may_come_later() -> None:
    connect(f"redis://127.0.0.1:{free_port()}/0")


def test_what_is_no_redis_is_refused() -> None:
    def answer(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the test is over
            while True:
                with listening.accept()[0] as connection:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, args=[listening], daemon=True).start()
        with pytest.raises(ConfigurationError, match="REDIS_URL"):
            connect(f"redis://127.0.0.1:{listening.getsockname()[1]}/0")


def test_a_wrong_password_is_refused(redis_server: Redis) -> None:
    redis_server.client().config_set("requirepass", "right")
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        connect(redis_server.url.replace("//", "//:wrong@"))
