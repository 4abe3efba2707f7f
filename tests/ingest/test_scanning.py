"""A scanner beside the service: only its own word makes a file clean, and nothing that it does loses one."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import scanning
from ingest.scanning import Clamd, Scanned, State, read, unscanned

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NOTHING = Scanned(State.NOT_SCANNED)


def received(connection: socket.socket) -> bytes:
    """The bytes that a client of INSTREAM sent, read as clamd does."""
    with connection.makefile("rb") as said:
        assert said.read(10) == b"zINSTREAM\0"
        body = b""
        while length := struct.unpack(">L", said.read(4))[0]:
            body += said.read(length)
        return body


@contextmanager
def clamd(answer: bytes | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A clamd that knows one virus, or that says `answer` whatever it is sent; its address, and what it was sent."""
    bodies: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            bodies.append(received(connection))
            known = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in bodies[-1] else b"stream: OK\0"
            connection.sendall(known if answer is None else answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", bodies
        thread.join()


def test_what_is_clean_is_said_to_be() -> None:
    body = bytes(range(256)) * 1_000
    with clamd() as (address, bodies):
        assert Clamd(address)(body) == Scanned(State.CLEAN)
    assert bodies == [body]


def test_what_is_infected_is_named() -> None:
    with clamd() as (address, _):
        assert Clamd(address)(b"Bonjour" + EICAR) == Scanned(State.INFECTED, "Eicar-Test-Signature")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"OK\0",
        b"stream: OK FOUND it\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"x" * 5_000,
        b"\xff\xfe\0",
    ],
)
def test_what_is_no_answer_is_not_clean(answer: bytes) -> None:
    with clamd(answer) as (address, _):
        assert Clamd(address)(b"Bonjour") == NOTHING


def test_a_scanner_that_hangs_up_on_a_large_file_is_heard() -> None:
    """clamd stops reading where a file is longer than its StreamMaxLength."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")

        thread = threading.Thread(target=serve)
        thread.start()
        assert Clamd(f"tcp://127.0.0.1:{server.getsockname()[1]}")(b"x" * 20_000_000) == NOTHING
        thread.join()


def test_a_scanner_that_is_away_or_says_nothing_loses_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    assert Clamd(f"unix:{tmp_path_factory.mktemp('away')}/clamd.ctl")(b"Bonjour") == NOTHING
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert Clamd(address)(b"Bonjour") == NOTHING
    assert Clamd(address)(b"Bonjour") == NOTHING
    assert unscanned(b"Bonjour") == NOTHING


@given(st.text())
def test_only_its_own_word_is_clean(answer: str) -> None:
    assert (read(answer).state is State.CLEAN) == (answer == "stream: OK")
