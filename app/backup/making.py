"""A backup is made beside the running service: databases first, each as one moment, then files, then the manifest.

Nothing is kept: that would take ten times as long, and programs that keep many backups find again what has not changed.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zipfile import ZipFile

from sqlalchemy import Engine

from app.backup import erased, sources
from app.backup.manifest import ARCHIVE, DATABASE, FORMAT, KEY, NAME, Held, Kept, Manifest
from app.backup.noting import noted
from app.settings import PREFIX, Settings
from cases.errors import ConfigurationError
from store import schema, snapshot
from store.engine import open_engine
from store.tx import Store

CHUNK = 1 << 20
Told = Callable[[int, int, str], object]
"""Takes how much is done, of how much, and the step."""


def make(settings: Settings, target: Path, told: Told) -> tuple[Path, Manifest]:
    """Back the installation up into that folder, or that new file; where it is, and what it says of itself.

    Whole or not there at all. Raises ConfigurationError, PermanentError, TransientError.
    """
    path = _path(target)
    try:
        return path, _make(settings, path, told)
    except OSError as error:
        mend = "free space there, or correct its rights: nothing was left behind"
        raise ConfigurationError([(str(path.parent), f"cannot be written ({error.strerror})", mend)]) from error


def _make(settings: Settings, path: Path, told: Told) -> Manifest:
    with ExitStack() as opened:
        database = _open(settings.database_url, opened)
        if not snapshot.is_there(database):
            mend = "name the database of the installation"
            raise ConfigurationError([(PREFIX + "DATABASE_URL", "has nothing to back up", mend)])
        archive = _open(settings.archive_address, opened) if settings.archive_address else None
        archive = archive if archive is not None and snapshot.is_there(archive) else None
        with noted(database, path):
            _require_space(path.parent, [database] if archive is None else [database, archive])
            spool = Path(opened.enter_context(TemporaryDirectory(dir=path.parent, prefix=".backup-")))
            made = spool / "made"
            manifest = Maker(settings, spool, told).write(made, database, archive)
            snapshot.settle(made, path)
            if manifest.database.revision == schema.HEAD:  # an older schema may have no tombstones
                erased.keep(path.parent, Store(database))
    return manifest


class Maker:
    """Writes one backup; what is on its way lies in `spool`."""

    def __init__(self, settings: Settings, spool: Path, told: Told) -> None:
        self._settings = settings
        self._spool = spool
        self._told = told
        self._kept: dict[str, Kept] = {}

    def write(self, path: Path, database: Engine, archive: Engine | None) -> Manifest:
        """The bytes of a mail go into the archive before they leave the database, so the database is taken first."""
        path.touch(mode=0o600)
        with path.open("wb") as file, ZipFile(file, "w") as place:
            held = self._add_database(place, DATABASE, database)
            held_too = self._add_database(place, ARCHIVE, archive) if archive else None
            for name, source in sources.files(self._settings).items():
                with source.open("rb") as content:
                    self._add(place, name, content)
            self._add(place, KEY, io.BytesIO(self._settings.secret()))
            manifest = self._manifest(held, held_too)
            place.writestr(NAME, json.dumps(manifest.as_json(), indent=1))
        return manifest

    def _add_database(self, place: ZipFile, name: str, engine: Engine) -> Held:
        taken = self._spool / name
        found = snapshot.take(engine, taken, lambda done, total: self._told(done, total, f"{name} is copied"))
        with taken.open("rb") as content:
            self._add(place, name, content)
        taken.unlink()
        return Held(**asdict(found))

    def _add(self, place: ZipFile, name: str, content: BinaryIO) -> None:
        digest, size = hashlib.sha256(), 0
        total = content.seek(0, io.SEEK_END)
        content.seek(0)
        with place.open(name, "w", force_zip64=True) as packed:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                packed.write(chunk)
                size += len(chunk)
                self._told(size, total, f"{name} is kept")
        self._kept[name] = Kept(size=size, sha256=digest.hexdigest())

    def _manifest(self, database: Held, archive: Held | None) -> Manifest:
        mine = sources.service(self._settings)
        return Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            release=version("aiguillage"),
            service=mine.name,
            case_prefix=mine.case_prefix,
            database=database,
            archive=archive,
            files=self._kept,
        )


def _path(target: Path) -> Path:
    """The new file; in a folder it is named after the moment. Raises ConfigurationError."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = target / f"aiguillage-{moment}.zip" if target.is_dir() else target
    if path.exists():
        raise ConfigurationError([(str(path), "is there already", "name another file: nothing is overwritten")])
    if not path.parent.is_dir():
        raise ConfigurationError([(str(path.parent), "is no folder", "make it, for this account alone")])
    return path


def _open(url: str, opened: ExitStack) -> Engine:
    engine = open_engine(url)
    opened.callback(engine.dispose)
    return engine


def _require_space(folder: Path, engines: list[Engine]) -> None:
    """The copy of a database lies beside what is kept of it until that is whole. Raises ConfigurationError."""
    sizes = [snapshot.size_of(engine) for engine in engines]
    needed, free = sum(sizes) + max(sizes), shutil.disk_usage(folder).free
    if free < needed:
        cause = f"has {free // 1_000_000} MB free, {needed // 1_000_000} MB are needed"
        raise ConfigurationError([(str(folder), cause, "name a folder on a larger disk")])
