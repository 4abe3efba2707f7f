"""An installation that is full, and a machine on which nothing is yet."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from store.tx import Store
from tests.app.backup.restoring import KEY, PROFILE
from tests.servers.postgres import Postgres
from tests.store.installation import engine_of, fill


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Settings:
    """An installation with rows in every state, on each kind of database in turn."""
    with engine_of(database_url) as engine:
        fill(Store(engine))
    profile = tmp_path / "profile"
    shutil.copytree(PROFILE, profile)
    return Settings(database_url=database_url, profile=str(profile), secret_key=KEY)


@pytest.fixture
def empty(installation: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A machine on which nothing is yet, with a database of the same kind."""
    bare = replace(installation, profile=str(tmp_path / "new" / "profile"))
    if installation.database_url.startswith("sqlite"):
        yield replace(bare, database_url=f"sqlite:///{tmp_path}/new/data/aiguillage.db")
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database(migrated=False) as url:
        yield replace(bare, database_url=url)
