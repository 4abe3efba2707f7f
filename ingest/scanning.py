"""Files looked at by a virus scanner at the moment at which they leave: ClamAV's clamd, by INSTREAM over its socket
(clamd(8)). Only its own `OK` is clean: whatever else it says, and where it says nothing, a file is not scanned."""

import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

SECONDS = 15.0
"""For each step of the conversation: somebody waits."""
_CHUNK = 1 << 16
_LONGEST_ANSWER = 1_000
_CLEAN, _BEGIN, _FOUND = "stream: OK", "stream: ", " FOUND"


class State(StrEnum):
    """What is known of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class Scanned:
    """`name` is what the scanner calls what it found, '' where it found nothing."""

    state: State
    name: str = ""


Scan = Callable[[bytes], Scanned]


def unscanned(_: bytes) -> Scanned:
    """Where no scanner is set up."""
    return Scanned(State.NOT_SCANNED)


@dataclass(frozen=True, slots=True)
class Clamd:
    """A scanner at `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`."""

    address: str

    def __call__(self, body: bytes) -> Scanned:
        """What it says of these bytes. Never raises: a scanner that is away loses no file."""
        try:
            with self._connected() as connection:
                _send(connection, body)
                return read(_answer(connection))
        except (OSError, ValueError):
            return Scanned(State.NOT_SCANNED)

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(SECONDS)
            try:
                connection.connect(parts.path)
            except OSError:
                connection.close()
                raise
            return connection
        return socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS)


def read(answer: str) -> Scanned:
    """What an answer means; one that is not known says nothing."""
    if answer == _CLEAN:
        return Scanned(State.CLEAN)
    if answer.startswith(_BEGIN) and answer.endswith(_FOUND):
        name = answer.removeprefix(_BEGIN).removesuffix(_FOUND)
        return Scanned(State.INFECTED, "".join(char for char in name if char.isprintable())[:100])
    return Scanned(State.NOT_SCANNED)


def _send(connection: socket.socket, body: bytes) -> None:
    """Each chunk with its length before it, and none at the end. A scanner that has had enough says so and hangs up."""
    connection.sendall(b"zINSTREAM\0")
    try:
        for start in range(0, len(body), _CHUNK):
            chunk = body[start : start + _CHUNK]
            connection.sendall(struct.pack(">L", len(chunk)) + chunk)
        connection.sendall(struct.pack(">L", 0))
    except (BrokenPipeError, ConnectionResetError):
        return  # its answer says why


def _answer(connection: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER and (more := connection.recv(_LONGEST_ANSWER)):
        said += more
    whole, end, _ = said.partition(b"\0")
    return whole.decode("utf-8", "replace") if end else ""
