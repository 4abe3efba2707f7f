"""A backup is put back: files first, the archive, then the database, whose presence makes it an installation.

Every reason to refuse is looked for before the first byte is written (`refusing`). What is cut short on the way can be
begun again: files that are there and the same are left as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from app.backup import erased, sources
from app.backup.manifest import ARCHIVE, DATABASE, KEY, PROFILE, Held
from app.backup.reading import Backup, Told
from app.backup.refusing import differing, key_file, require_fit
from app.settings import Settings
from cases.errors import ConfigurationError, PermanentError
from store import dump, schema, snapshot
from store.archive import Archive
from store.engine import open_engine
from store.failpoint import reach
from store.privacy import reapply
from store.scouring import forget_archived, scour
from store.tx import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of it: rows by table, whether the schema was brought up to date, the files of the profile that were
    there with another content and were left so, and how many tombstones lay beside it."""

    rows: dict[str, int]
    revision: str
    upgraded: bool
    profile_kept: Sequence[str]
    tombstones: int


def restore(backup: Backup, settings: Settings, told: Told, *, dry_run: bool) -> Restored:
    """Put it back where the settings say; with `dry_run` everything is looked at and nothing is written.

    Raises ConfigurationError with every reason to refuse, PermanentError, TransientError.
    """
    require_fit(backup, settings)
    tombstones = len(erased.beside(backup.path.parent))  # a damaged list is told of before anything is written
    backup.verify(told)
    held = backup.manifest.database
    folders = sources.places(settings)
    found = Restored(
        rows=dict(held.rows),
        revision=schema.HEAD,
        upgraded=held.revision != schema.HEAD,
        profile_kept=differing(backup, PROFILE, folders[PROFILE]),
        tombstones=tombstones,
    )
    if not dry_run:
        try:
            Restoring(backup, settings, told).run()
        except OSError as error:
            mend = "free space, or correct its rights, and restore again"
            raise ConfigurationError([(str(error.filename or "the disk"), f"{error.strerror}", mend)]) from error
    return found


class Restoring:
    """One backup on its way into one installation."""

    def __init__(self, backup: Backup, settings: Settings, told: Told) -> None:
        self._backup = backup
        self._settings = settings
        self._told = told

    def run(self) -> None:
        self._settings.make_folder()
        for prefix, folder in sources.places(self._settings).items():
            self._put_files(prefix, folder)
        if (kept := key_file(self._settings)) and not kept.exists():
            self._put_file(KEY, kept)
        if archive := self._backup.manifest.archive:
            self._put_archive(archive)
        reach("restore.files")
        if self._backup.manifest.database.kind == snapshot.SQLITE:
            self._put_sqlite()
        else:
            self._put_postgresql(DATABASE, self._settings.database_url)
        reach("restore.kept")

    def _put_files(self, prefix: str, folder: Path) -> None:
        for name in self._backup.names(prefix):
            path = folder / name.removeprefix(prefix)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                self._put_file(name, path)

    def _put_file(self, name: str, path: Path) -> None:
        with TemporaryDirectory(dir=path.parent, prefix=".restore-") as beside:
            whole = Path(beside) / "whole"
            self._backup.extract(name, whole)
            snapshot.settle(whole, path)

    def _put_archive(self, held: Held) -> None:
        url = self._settings.archive_address
        if held.kind == snapshot.POSTGRESQL:
            self._put_postgresql(ARCHIVE, url)
        elif not (path := snapshot.file_of(url)).exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._put_file(ARCHIVE, path)

    def _put_sqlite(self) -> None:
        """It gets its name once it is whole, of this release's schema, and rid of those who were erased since."""
        final = snapshot.file_of(self._settings.database_url)
        with TemporaryDirectory(dir=final.parent, prefix=".restore-") as beside:
            whole = Path(beside) / final.name
            self._backup.extract(DATABASE, whole)
            self._told(0, 0, "the database is checked")
            found, held = snapshot.look(whole), self._backup.manifest.database
            if dict(found.rows) != dict(held.rows):
                raise PermanentError("the database has not the rows that the backup says: take another backup")
            self._finish(open_engine(f"sqlite:///{whole}"))
            snapshot.settle(whole, final)

    def _put_postgresql(self, name: str, url: str) -> None:
        engine = open_engine(url)
        with TemporaryDirectory(prefix="restore-") as beside:
            path = Path(beside) / name
            self._backup.extract(name, path)
            self._told(0, 0, f"{name} is filled")
            dump.put_back(engine.url, path)
        if name == DATABASE:
            self._finish(engine)

    def _finish(self, engine: Engine) -> None:
        """Bring it up to date and erase again whoever was erased since. A filled PostgreSQL has no version before."""
        held = self._backup.manifest.database
        unsaid = held.kind == snapshot.POSTGRESQL
        if unsaid and held.revision != schema.HEAD:
            with engine.connect() as connection, connection.begin():
                dump.adopt(connection, held.revision)
            unsaid = False
        if not unsaid:
            schema.upgrade(engine)
        store = Store(engine)
        with store.transaction("restore.erased") as tx:
            tx.privacy.bury(erased.beside(self._backup.path.parent))
            reapply(tx)
            if unsaid:
                dump.adopt(tx.connection, held.revision)
        self._forget_archived(store)
        scour(engine)  # what was erased again is in no free page and no index either
        engine.dispose()

    def _forget_archived(self, store: Store) -> None:
        """Take out of the archive that was put back what was erased again here."""
        if self._backup.manifest.archive is None:
            return
        away = open_engine(self._settings.archive_address)
        store.archive = Archive(away)
        forget_archived(store)
        away.dispose()
