"""What delivery needs to know of a mail server: the answers it gives, and how it fails to give one."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cases.errors import TransientError
from notify.compose import Envelope


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said of one mail (RFC 5321 4.2): its first negative reply, or the one after the final dot."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def final(self) -> bool:
        """Whether trying again is of no use: a 5yz."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class ServerUnavailableError(TransientError):
    """The server takes no mail now. `during_mail`: it failed on this one; `pause`: leave it alone that long."""

    def __init__(self, reason: str, pause: timedelta, *, during_mail: bool = False) -> None:
        super().__init__(reason)
        self.pause = pause
        self.during_mail = during_mail


class ReplyLostError(TransientError):
    """The whole message was sent and no reply came: it may have been accepted (RFC 1047)."""


Answer = Reply | ReplyLostError | ServerUnavailableError
"""What came of one attempt."""


class Sender(Protocol):
    """A submission account (RFC 6409). `lock` is held by whoever sends through it."""

    lock: threading.Lock

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """Send one mail to its one recipient. Raises ServerUnavailableError or ReplyLostError."""
        ...
