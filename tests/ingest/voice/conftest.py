"""Calls over a real store, the real menu and the real profile."""

import pytest

from cases.profile import Profile
from store.tx import Store
from tests.ingest.voice.phone import Telephone


@pytest.fixture
def telephone(store: Store, profile: Profile) -> Telephone:
    """A telephone at the service's lines, on each kind of database in turn."""
    return Telephone(store, profile)
