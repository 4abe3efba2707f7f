"""IDLE (RFC 2177): being told that something came, as a hint and nothing else."""

import selectors
import socket
import ssl
import time
from collections.abc import Callable
from imaplib import IMAP4
from typing import Any

GLANCE = 0.5
"""Seconds between two looks at whether to leave."""


def listen(box: Any, seconds: float, leave: Callable[[], bool]) -> bool:
    """Idle on a selected imap_tools mailbox until a message comes; False after `seconds`, or once `leave()` is true.

    What the server said is thrown away: the caller reads from its cursor. imap_tools' own `poll` waits again and again
    on a connection that was closed, and does not see a line that came in one packet with the leave to idle. Raises what
    imaplib and the socket raise; the session is broken then.
    """
    end = time.monotonic() + seconds
    box.idle.start()
    said = _overheard(box.client, 0)
    while b"EXISTS" not in said and time.monotonic() < end and not leave():
        said += _overheard(box.client, GLANCE)
    box.idle.stop()
    return b"EXISTS" in said


def _overheard(client: IMAP4, seconds: float) -> bytes:
    """The next line that the server sends of itself within that time, or what there is of it.

    imaplib's buffer is looked at first: the socket does not show what is in it.
    """
    connection = client.sock
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        line = _line_now(client)
        if not line and _is_readable(connection, seconds):
            line = _line_now(client)
            if line == b"":
                raise IMAP4.abort("the server closed the connection")
    finally:
        connection.settimeout(patience)
    return line or b""


def _line_now(client: IMAP4) -> bytes | None:
    """What can be read without waiting; nothing also at the end of the stream, None where TLS has no whole record."""
    try:
        return client.readline()
    except ssl.SSLWantReadError:
        return None


def _is_readable(connection: socket.socket, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(seconds))
