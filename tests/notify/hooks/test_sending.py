"""How long somebody's answer is waited for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from notify.hooks.address import Guide
from notify.hooks.sending import Sender, SilentError


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of somebody whose answer never ends: a few letters at a time, each well within every limit."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.05):
                connection.sendall(b"X: a\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    over.set()
    thread.join()
    listening.close()


def test_an_answer_that_drips_is_cut_off(dripping: str) -> None:
    sender = Sender(Guide(frozenset({"127.0.0.1"})), seconds=0.5)
    with pytest.raises(SilentError):
        sender.post(dripping, {}, b"{}")
    sender.close()
