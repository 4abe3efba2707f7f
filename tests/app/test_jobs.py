"""The in-process jobs: one thread for each kind of work."""

from collections.abc import Iterator
from threading import Event, Lock

import pytest

from app.jobs import Jobs
from store.tx import Kind
from tests.servers.process import wait_until


class Work:
    """A handler that notes how often it ran and whether it ever ran beside itself; it waits while `hold` is unset."""

    def __init__(self) -> None:
        self.runs = 0
        self.overlapped = False
        self.hold = Event()
        self._busy = Lock()

    def __call__(self) -> int:
        if not self._busy.acquire(blocking=False):
            self.overlapped = True
            return 0
        try:
            self.runs += 1
            self.hold.wait(10)
        finally:
            self._busy.release()
        return 0


@pytest.fixture
def work() -> dict[Kind, Work]:
    return {kind: Work() for kind in Kind}


@pytest.fixture
def jobs(work: dict[Kind, Work]) -> Iterator[Jobs]:
    running = Jobs(work)
    running.start()
    yield running
    for one in work.values():
        one.hold.set()
    running.stop()


def test_a_kind_never_runs_beside_itself_and_no_wake_is_lost(jobs: Jobs, work: dict[Kind, Work]) -> None:
    inbound = work[Kind.INBOUND]
    jobs.wake(Kind.INBOUND)
    wait_until(lambda: inbound.runs == 1, "the first look")
    for _ in range(5):
        jobs.wake(Kind.INBOUND)
    inbound.hold.set()
    wait_until(lambda: inbound.runs == 2, "the second look")
    jobs.wake(Kind.INBOUND)
    wait_until(lambda: inbound.runs == 3, "the third look")
    assert not inbound.overlapped


def test_no_kind_waits_behind_another(jobs: Jobs, work: dict[Kind, Work]) -> None:
    jobs.wake(Kind.INBOUND)
    wait_until(lambda: work[Kind.INBOUND].runs == 1, "a long look at what came in")
    jobs.wake(Kind.INBOUND)
    jobs.wake(Kind.OUTBOUND)
    wait_until(lambda: work[Kind.OUTBOUND].runs == 1, "what leaves is looked at meanwhile")


def test_a_handler_is_called_until_nothing_is_left_and_may_fail() -> None:
    left = [2, 1, 0, ValueError("once"), 0]

    def handler() -> int:
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    jobs = Jobs({Kind.INBOUND: handler})
    jobs.start()
    for remaining in (2, 1, 0):
        jobs.wake(Kind.INBOUND)
        wait_until(lambda remaining=remaining: len(left) == remaining, f"{remaining} left")  # type: ignore[misc]
    jobs.stop()
