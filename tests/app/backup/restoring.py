"""Installations that are backed up and put back, for the tests of this folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.backup import reading
from app.backup.restoring import Restored, restore
from app.settings import Settings
from store.engine import open_engine
from tests.store.installation import rows

KEY = "0123456789abcdef0123456789abcdef"
PROFILE = Path(__file__).parents[3] / "profiles" / "mon-permis"


def quiet(*_: object) -> None:
    """Nobody watches."""


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def content(url: str) -> dict[str, list[str]]:
    with engine_of(url) as engine:
        return rows(engine)


def put_back(path: Path, settings: Settings, *, dry_run: bool = False) -> Restored:
    with reading.opened(path) as found:
        return restore(found, settings, quiet, dry_run=dry_run)


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
