"""One writes at a time, and who is in a hurry goes before those who wait already."""

import threading

import pytest
from sqlalchemy.exc import TimeoutError as NoTurnError

from store.turns import Turns
from tests.promptly import promptly
from tests.servers.process import wait_until


def test_the_hurried_goes_first_and_nobody_is_beside_another() -> None:
    turns, order, inside = Turns(), list[str](), list[int]()

    def write(name: str, hurried: bool) -> None:
        with turns.take(10, hurried=hurried):
            inside.append(1)
            assert len(inside) == 1
            order.append(name)
            inside.pop()

    threads = []
    with turns.take(10, hurried=False):
        for name, hurried in (("mail", False), ("mail", False), ("caller", True)):
            threads.append(threading.Thread(target=write, args=(name, hurried)))
            threads[-1].start()
        wait_until(lambda: turns._hurried == 1 and len(turns._changed._waiters) == 3, "all three wait")  # type: ignore[attr-defined]
    for thread in threads:
        thread.join()
    assert order == ["caller", "mail", "mail"]


def test_whoever_waits_too_long_is_told_and_leaves_no_trace() -> None:
    turns = Turns()
    with turns.take(1, hurried=False), promptly(1), pytest.raises(NoTurnError), turns.take(0.05, hurried=True):
        pytest.fail("there are two")
    with turns.take(0, hurried=False):
        pass


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns.take(1, hurried=False):
        raise KeyError
    with turns.take(0, hurried=False):
        pass
