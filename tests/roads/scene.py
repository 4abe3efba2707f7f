"""A service with people who write to it, and what became of each of their mails, read at the sources and the sinks."""

import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select

from store.tables.inbound import blob, inbound
from tests.mails import mail
from tests.roads.house import House, arrive
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
        """What became of these people's mails, in the words of a figure.

        One is lost without a case, without its very bytes in the ledger, or without a receipt that arrived or was
        refused for good.
        """
        with self.house.store() as store, store.reading() as tx:
            cases = Counter(case.requester for case in tx.cases.latest(limit=1_000_000))
            refused = {row.recipient for row in tx.outbound.latest(1_000_000) if row.outcome == "refused"}
        kept, receipts = self.kept(), receipts_of(self.sink)
        fine = {one for one in people if cases[one] and kept[self.sent[one]] and (receipts[one] or one in refused)}
        return {
            "inputs": len(people),
            "lost": len(people) - len(fine),
            "second_cases": sum(max(cases[one] - 1, 0) for one in people),
            "second_receipts": sum(max(len(receipts[one]) - 1, 0) for one in people),
            "repeats": sum(max(n - 1, 0) for one in people for n in receipts[one].values()),
        }


def receipts_of(sink: Sink) -> defaultdict[str, Counter[str]]:
    """Recipient -> how often each Message-ID came to them."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in list(sink.messages):
        for recipient in one.recipients:
            found[recipient][one.message["Message-ID"]] += 1
    return found
