"""Each fault as the client sees it, before a server that says again what it hears."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.servers.faulty import FaultProxy
from tests.servers.process import free_port, wait_until


class Echo(socketserver.ThreadingTCPServer):
    """Says again what it hears, and keeps it in `heard`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Again)
        self.heard = b""


class Again(socketserver.BaseRequestHandler):
    server: Echo

    def handle(self) -> None:
        with suppress(ConnectionError):  # what is tested may leave without a word
            while heard := self.request.recv(65536):
                self.server.heard += heard
                self.request.sendall(heard)


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def faulty(echo: Echo) -> Iterator[FaultProxy]:
    with FaultProxy(echo.server_address[1]).running() as running:
        yield running


def call(proxy: FaultProxy) -> "closing[socket.socket]":
    return closing(socket.create_connection(("127.0.0.1", proxy.port), 5))


def ask(client: socket.socket, words: bytes) -> bytes:
    """Say it, and hear as much, or what comes before the connection ends."""
    client.sendall(words)
    heard = b""
    while len(heard) < len(words) and (portion := client.recv(65536)):
        heard += portion
    return heard


def is_silent(client: socket.socket) -> bool:
    client.settimeout(0.1)
    try:
        client.recv(1)
    except TimeoutError:
        return True
    return False


def test_without_a_fault_all_passes(faulty: FaultProxy) -> None:
    words = bytes(range(256)) * 1000
    for _ in range(2):
        with call(faulty) as client:
            assert ask(client, words) == words
    assert faulty.connections == 2


@pytest.mark.parametrize("asked", [False, True])
def test_latency_holds_back_each_portion(faulty: FaultProxy, asked: bool) -> None:
    with call(faulty) as client:
        (faulty.faults.asked if asked else faulty.faults).latency = 0.2
        began = time.monotonic()
        assert [ask(client, b"one"), ask(client, b"two")] == [b"one", b"two"]
        assert 0.4 <= time.monotonic() - began < 2


def test_a_drip_spreads_what_is_said(faulty: FaultProxy) -> None:
    with call(faulty) as client:
        faulty.faults.drip = 1000
        began = time.monotonic()
        assert ask(client, b"x" * 300) == b"x" * 300
        assert 0.2 <= time.monotonic() - began < 2


def test_a_cut_lets_so_many_bytes_pass_over_all_connections_and_acts_once(faulty: FaultProxy) -> None:
    faulty.faults.cut_after = 10
    with call(faulty) as first, call(faulty) as second:
        assert ask(first, b"123456") == b"123456"
        assert ask(second, b"123456") == b"1234"
        assert second.recv(1) == b""
        assert ask(first, b"789012") == b"789012"


def test_what_the_client_says_is_cut_too(faulty: FaultProxy, echo: Echo) -> None:
    faulty.faults.asked.cut_after = 3
    with call(faulty) as client:
        assert ask(client, b"hello") in (b"", b"hel"), "the answer to what came may be on its way"
        wait_until(lambda: echo.heard == b"hel", "three letters are heard")


def test_a_half_close_ends_one_direction_only(faulty: FaultProxy, echo: Echo) -> None:
    faulty.faults.half_close_after = 2
    with call(faulty) as client:
        assert ask(client, b"hello") == b"he"
        client.sendall(b" still there")
        wait_until(lambda: echo.heard == b"hello still there", "the other direction goes on")
        assert client.recv(1) == b""


def test_a_reset_is_no_orderly_end(faulty: FaultProxy) -> None:
    faulty.faults.reset_after = 2
    with call(faulty) as client:
        client.sendall(b"hello")
        with pytest.raises(ConnectionResetError):
            while client.recv(1):
                pass


def test_a_stalled_server_says_nothing_and_hangs_up_neither(faulty: FaultProxy) -> None:
    faulty.faults.stall_after = 2
    with call(faulty) as client:
        client.sendall(b"hello")
        assert client.recv(5) == b"he"
        assert is_silent(client)
    with call(faulty) as another:
        assert ask(another, b"hello") == b"hello"


def test_a_refusal_ends_new_connections_only(faulty: FaultProxy) -> None:
    with call(faulty) as before:
        assert ask(before, b"a") == b"a"
        faulty.faults.refuse = True
        with call(faulty) as client:
            assert _ended(client)
        assert ask(before, b"b") == b"b"


def test_all_connections_are_cut(faulty: FaultProxy) -> None:
    with call(faulty) as first, call(faulty) as second:
        assert ask(first, b"a") + ask(second, b"a") == b"aa"
        faulty.cut_all()
        assert [_ended(first), _ended(second)] == [True, True]


def test_a_server_that_is_away_is_an_ended_connection(faulty: FaultProxy) -> None:
    faulty.upstream = free_port()
    with call(faulty) as client:
        assert _ended(client)


def test_a_rewrite_sees_what_is_said(faulty: FaultProxy) -> None:
    faulty.faults.rewrite = bytes.upper
    with call(faulty) as client:
        assert ask(client, b"hello") == b"HELLO"


def _ended(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
