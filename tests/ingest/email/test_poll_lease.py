"""One mailbox, one poller: the row's lease decides, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from cases.profile import Mailbox
from ingest.email.mailbox import connect
from ingest.email.poll import Poller
from store.tx import Store
from tests.ingest.email.connector import mails
from tests.servers.imap import ImapServer, OtherClient


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(pymap: ImapServer) -> OtherClient:
    return pymap.new_folder()


def poller(folder: OtherClient, store: Store, clock: Clock) -> Poller:
    mailbox = Mailbox(
        name="support",
        address="support@example.org",
        display_name="Support",
        folder=folder.folder,
        done_folder=f"Done-{folder.folder}",
    )
    return Poller(mailbox, lambda: connect(folder.account, folder.folder), store, clock)


def test_only_the_holder_of_the_lease_polls(folder: OtherClient, store: Store, clock: Clock) -> None:
    first, second = poller(folder, store, clock), poller(folder, store, clock)
    folder.append(*mails(1))
    assert [first.round(), second.round()] == [1, 0]
    folder.append(*mails(1))
    assert second.round() == 0
    clock.now += timedelta(seconds=25)
    assert first.round() == 1, "the holder renews before the lease ends"
    folder.append(*mails(1))
    clock.now += timedelta(seconds=20)
    assert second.round() == 0
    clock.now += timedelta(seconds=31)
    assert second.round() == 1, "a holder that died is followed"
    folder.append(*mails(1))
    assert first.round() == 0, "and steps back if it lives after all"
    first.close()
    second.close()


def test_a_round_leaves_the_cursor_and_its_time_on_the_row(folder: OtherClient, store: Store, clock: Clock) -> None:
    folder.append(*mails(2))
    highest = folder.uids()[-1]
    polling = poller(folder, store, clock)
    polling.round()
    polling.close()
    with store.reading() as tx:
        row = tx.mailboxes.find("support")
    assert row is not None
    assert (row.last_uid, row.polled_at, row.last_error) == (highest, clock.now, None)


def test_statements_do_not_grow_with_the_messages(folder: OtherClient, store: Store, clock: Clock) -> None:
    """Taking a batch in and marking it costs four statements, whatever it holds."""
    folder.append(*mails(20))
    polling = poller(folder, store, clock)
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    polling.round()
    polling.close()
    batch = [line for line in statements if "blob" in line or "inbound" in line or "uidvalidity=" in line]
    written = [line for line in batch if not line.startswith("SELECT")]
    assert len(written) == 4, written
