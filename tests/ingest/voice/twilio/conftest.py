"""The service and somebody who calls it, on each kind of database in turn."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from cases.profile import Profile
from store.engine import open_engine
from store.tx import Store
from tests.ingest.voice.twilio.asking import BEHIND, OPEN, Asking, app, exchange


@pytest.fixture
def hurried(database_url: str) -> Iterator[Store]:
    """The store as the phone has it: it rather fails than lets somebody wait."""
    engine = open_engine(database_url, hurried=True)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def asking(hurried: Store, profile: Profile) -> Iterator[Asking]:
    with TestClient(app(exchange(hurried, profile, lambda: OPEN)), base_url=BEHIND) as client:
        yield Asking(client, hurried)
