"""A service with people who write to it, and what became of each of their mails, read at the sources and the sinks."""

import itertools
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select

from notify.record import Outcome
from store.tables.inbound import blob, inbound
from tests.mails import mail
from tests.roads.house import House, arrive
from tests.roads.judging import judge
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import Accepted

PATIENCE = 180.0
"""Seconds after which a fault from which nothing recovers is given up."""

_numbers = itertools.count(1)


class Sink(Protocol):
    """Where mails arrive."""

    messages: list[Accepted]


@dataclass(kw_only=True)
class Scene:
    """A running `house` over `folder`, whose mails arrive at `sink`. `sent` are the mails put in, by who wrote them."""

    house: House
    folder: OtherClient
    sink: Sink
    sent: dict[str, bytes] = field(default_factory=dict)

    def strangers(self, count: int) -> list[str]:
        """Addresses of people of whom nobody has heard."""
        return [f"u{number}@example.org" for number in itertools.islice(_numbers, count)]

    def write(self, people: int | list[str], text: str = "Bonjour,\n\nComment ajouter un document ?\n") -> list[str]:
        """These, or that many strangers, write a mail each; their addresses."""
        people = self.strangers(people) if isinstance(people, int) else people
        mails = {one: mail(text, sender=one, message_id=f"<m.{one}>") for one in people}
        self.sent |= mails
        arrive(self.folder, *mails.values())
        return people

    def wait_until_answered(self, people: Iterable[str], seconds: float = PATIENCE) -> float:
        """Wait until each of them has a receipt; the seconds that it took. Raises TimeoutError."""
        waiting, began = set(people), time.monotonic()
        wait_until(lambda: waiting <= self.answered(), f"{len(waiting)} receipts", seconds)
        return time.monotonic() - began

    def answered(self) -> set[str]:
        return {recipient for mail in list(self.sink.messages) for recipient in mail.recipients}

    def kept(self) -> Counter[bytes]:
        """The mails in the ledger, byte for byte, and how often each."""
        rows = select(blob.c.body).join(inbound, inbound.c.sha256 == blob.c.sha256)
        with self.house.store() as store, store.reading() as tx:
            return Counter(bytes(body) for body in tx.connection.execute(rows).scalars())

    def tally(self, people: Sequence[str]) -> dict[str, int]:
        """What became of these people's mails, in the words of a figure, as the oracle says.

        Lost is too whose very bytes are not in the ledger; not lost is whose receipt was refused for good. What is
        double is so of all who have written.
        """
        found = judge(self.house, self.sink, list(self.sent))
        kept = self.kept()
        damaged = {one for one in people if not kept[self.sent[one]]}
        lost = {*found.lost, *damaged, *(set(found.unanswered) - self.refused())}
        return {
            "inputs": len(people),
            "lost": len(lost & set(people)),
            "second_cases": len(found.second_cases),
            "second_receipts": len(found.second_receipts),
            "repeats": found.repeats,
        }

    def refused(self) -> set[str]:
        """Those to whom the mail server would never send."""
        with self.house.store() as store, store.reading() as tx:
            return {row.recipient for row in tx.outbound.latest(1_000_000) if row.outcome == Outcome.REFUSED}
