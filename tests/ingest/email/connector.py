"""What the connector's tests share: messages, and one mailbox of ours on a folder of a real server."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, select

from cases.errors import TransientError
from cases.profile import Mailbox
from ingest.email.mailbox import Session, connect
from ingest.email.poll import Limits, Poller
from store.tables import blob, inbound
from store.tx import Store
from tests.servers.imap import OtherClient, through
from tests.servers.proxy import ImapProxy

numbers = itertools.count(1)


def mails(count: int, size: int = 40) -> list[bytes]:
    """Different messages."""
    return [
        f"From: a@example.org\r\nMessage-ID: <{number}@example.org>\r\nSubject: {number}\r\n\r\n".encode() + b"x" * size
        for number in itertools.islice(numbers, count)
    ]


class Desk:
    """One mailbox of ours on a folder, read through the proxy, and what the ledger has of it."""

    def __init__(self, folder: OtherClient, proxy: ImapProxy, store: Store) -> None:
        self.folder, self.proxy, self.store = folder, proxy, store
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        self.pollers: list[Poller] = []
        self.mailbox = Mailbox(
            name="support",
            address="support@example.org",
            display_name="Support",
            folder=folder.folder,
            done_folder=f"Done-{folder.folder}",
        )

    def session(self) -> Session:
        return connect(through(self.folder.account, self.proxy.port), self.folder.folder)

    def poller(self, limits: Limits | None = None, **changes: object) -> Poller:
        """A poller as a process that starts now would have it."""
        self.mailbox = replace(self.mailbox, **changes)  # type: ignore[arg-type]
        poller = Poller(self.mailbox, self.session, self.store, lambda: self.now, limits or Limits())
        self.pollers.append(poller)
        return poller

    def raws(self) -> list[bytes]:
        """What is in the ledger, one entry for each inbound row."""
        rows = select(blob.c.body).join(inbound, inbound.c.sha256 == blob.c.sha256).order_by(inbound.c.id)
        with self.store.reading() as tx:
            return [bytes(body) for body in tx.connection.execute(rows).scalars()]

    def row(self) -> Row[Any] | None:
        with self.store.reading() as tx:
            return tx.mailboxes.find("support")

    def unmarked(self) -> list[str]:
        with self.store.reading() as tx:
            return tx.inbound.unmarked("support")

    def done(self) -> list[bytes]:
        return self.folder.raws(self.mailbox.done_folder)

    def poll_until(self, poller: Poller, count: int, rounds: int = 12) -> None:
        """Poll through failures until that many are in the ledger."""
        for _ in range(rounds):
            try:
                poller.round()
            except TransientError:
                continue
            if len(self.raws()) >= count:
                return
        pytest.fail(f"{len(self.raws())} of {count} after {rounds} rounds")


def without(*capabilities: bytes) -> Callable[[bytes], bytes]:
    def rewrite(portion: bytes) -> bytes:
        for capability in capabilities:
            portion = portion.replace(b" " + capability, b"")
        return portion

    return rewrite
