"""Installations that are backed up and put back, for the tests of this folder."""

from pathlib import Path

import pytest

from app.backup import reading
from app.backup.restoring import Restored, restore
from app.settings import Settings
from tests.store.installation import quiet

KEY = "0123456789abcdef0123456789abcdef"
PROFILE = Path(__file__).parents[3] / "profiles" / "mon-permis"


def put_back(path: Path, settings: Settings, *, dry_run: bool = False) -> Restored:
    with reading.opened(path) as found:
        return restore(found, settings, quiet, dry_run=dry_run)


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
