"""Properties here say what comes out, not how fast: a busy machine must not fail them. And the connector's fixture."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from store.tx import Store
from tests.ingest.email.connector import Desk
from tests.servers.imap import OtherClient
from tests.servers.proxy import ImapProxy

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def desk(folder: OtherClient, proxy: ImapProxy, sqlite_store: Store) -> Iterator[Desk]:
    """A mailbox of ours on each kind of IMAP server in turn, read through a proxy into SQLite."""
    desk = Desk(folder, proxy, sqlite_store)
    yield desk
    for poller in desk.pollers:
        poller.close()
