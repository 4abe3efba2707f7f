"""Databases with many cases, made once and kept for the next measure: some 5 GB each for a million.

They are brought up to date where the schema changed, and made anew where what makes them did.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import many
from store import schema
from store.engine import open_engine
from store.tx import Store
from tests.servers.postgres import serving
from tests.servers.process import account

FOLDER = Path("/var/tmp/aiguillage-bench")
"""Not in the tree of the sources, which PostgreSQL's own user may not read everywhere."""
SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB")


def sqlite(cases: int) -> str:
    """The URL of a SQLite database with so many cases."""
    folder = _folder("sqlite", cases)
    url = f"sqlite:///{folder / 'desk.db'}"
    _make_once(folder, url, cases)
    return url


@contextmanager
def postgresql(cases: int) -> Iterator[str]:
    """The same on a PostgreSQL, which runs for the length of the block."""
    folder = _folder("postgresql", cases)
    if account("postgres"):
        shutil.chown(folder, "postgres", "postgres")
    with serving(folder, SETTINGS) as server:
        url = server.url("postgres")
        _make_once(folder, url, cases)
        yield url


def _folder(kind: str, cases: int) -> Path:
    """Where that database is kept; what an attempt left that came to no end is removed, as are older ones."""
    recipe = hashlib.sha256(Path(many.__file__).read_bytes()).hexdigest()
    folder = FOLDER / f"{kind}-{cases}-{recipe[:10]}"
    for old in FOLDER.glob(f"{kind}-{cases}-*"):
        if old != folder or not _mark(old).exists():
            shutil.rmtree(old)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _make_once(folder: Path, url: str, cases: int) -> None:
    engine = open_engine(url)
    schema.upgrade(engine)
    if not _mark(folder).exists():
        many.make(Store(engine), cases)
        _mark(folder).touch()
    engine.dispose()


def _mark(folder: Path) -> Path:
    """Whose being there says that all of it was made."""
    return folder / "made"
