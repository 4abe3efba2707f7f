"""What the desk needs of the demonstration; `app.demo` provides it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desk.telephone import Telephone


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail that somebody writes into the demonstration's mailbox."""

    sender: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Caught:
    """A mail that the mail catcher took: `name` finds it again, `recipient` is of the envelope (RFC 5321 2.3.1)."""

    name: str
    recipient: str
    at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the sample mails have arrived."""

    delivered: int
    total: int


class Office(Protocol):
    """The clock by which the office is open: real, or standing still `at` a moment where it was set."""

    at: datetime | None

    def __call__(self) -> datetime: ...


class Demo(Protocol):
    """The running demonstration."""

    @property
    def address(self) -> str:
        """The mailbox that mail can be written to."""
        ...

    @property
    def progress(self) -> Progress: ...

    @property
    def telephone(self) -> Telephone: ...

    @property
    def office(self) -> Office: ...

    def send(self, draft: Draft) -> None:
        """Deliver a mail into the mailbox over IMAP."""
        ...

    def caught(self, limit: int = 100) -> list[Caught]:
        """What the catcher took, newest first."""
        ...

    def find_caught(self, name: str) -> Caught | None:
        """One of them, or None."""
        ...
