"""What the desk needs of the demonstration; `app.demo` provides it."""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment on a ticket. `public`: its portal shows it. `ours`: the service wrote it."""

    name: str
    at: datetime
    text: str
    public: bool
    ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as people see it who work there. `ways` are the statuses that it can be given now."""

    key: str
    summary: str
    description: str
    status: str
    ways: Sequence[str]
    remarks: Sequence[Remark]
    files: Sequence[str]


class Tickets(Protocol):
    """The Jira in which the demonstration's cases have tickets, and somebody who works there."""

    def all(self) -> Sequence[Ticket]:
        """Newest first."""
        ...

    def find(self, key: str) -> Ticket | None:
        """One of them, or None."""
        ...

    def write(self, key: str, text: str, *, public: bool) -> None: ...

    def move(self, key: str, status: str) -> None: ...


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

    @property
    def jira(self) -> Tickets: ...

    def send(self, draft: Draft) -> None:
        """Deliver a mail into the mailbox over IMAP."""
        ...

    def caught(self, limit: int = 100) -> list[Caught]:
        """What the catcher took, newest first."""
        ...

    def find_caught(self, name: str) -> Caught | None:
        """One of them, or None."""
        ...
