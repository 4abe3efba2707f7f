"""Why a backup is not put back here: every reason at once, before anything is written."""

import hashlib
import hmac
import os
import shutil
from pathlib import Path

from app.backup import sources
from app.backup.manifest import ARCHIVE, DATABASE, KEY, MODELS
from app.backup.reading import Backup
from app.settings import PREFIX, Settings
from cases.errors import ConfigurationError
from store import dump, schema, snapshot

Fault = tuple[str, str, str]
DATABASE_URL, ARCHIVE_URL = PREFIX + "DATABASE_URL", PREFIX + "ARCHIVE_URL"


def require_fit(backup: Backup, settings: Settings) -> None:
    """Raises ConfigurationError with every reason why these settings cannot take this backup."""
    faults = [*_version(backup), *_service(backup, settings), *_key(backup, settings), *_models(backup, settings)]
    faults += _database(DATABASE, backup, settings.database_url, DATABASE_URL)
    if backup.manifest.archive:
        faults += _archive(backup, settings)
    if faults := faults or _disk(backup, settings):
        raise ConfigurationError(faults)


def key_file(settings: Settings) -> Path | None:
    """Where the key is kept, if it is this installation's and not the environment's."""
    return settings.folder / KEY if settings.folder and not settings.secret_key else None


def differing(backup: Backup, prefix: str, folder: Path) -> list[str]:
    """The files of that part which are there already and say something else."""
    found = {name: folder / name.removeprefix(prefix) for name in backup.names(prefix)}
    return [name for name, path in found.items() if path.exists() and not _is(path, backup.manifest.files[name].sha256)]


def _version(backup: Backup) -> list[Fault]:
    revision, release = backup.manifest.database.revision, backup.manifest.release
    if "0000" < revision <= schema.HEAD:
        return []
    mend = f"restore it with release {release}, or a newer one than this"
    return [(str(backup.path), f"has the schema {revision or 'none'}, this release knows {schema.HEAD}", mend)]


def _service(backup: Backup, settings: Settings) -> list[Fault]:
    folder = sources.places(settings)["profile/"]
    if not (folder / "profile.toml").exists():
        return []  # it is put there
    found, held = sources.service(settings), backup.manifest
    if (found.name, found.case_prefix) == (held.service, held.case_prefix):
        return []
    cause = f"{folder} is the profile of {found.name} ({found.case_prefix})"
    mend = f"name that of {held.service} ({held.case_prefix}), or a new folder, in which it is put"
    return [(PREFIX + "PROFILE", cause, mend)]


def _key(backup: Backup, settings: Settings) -> list[Fault]:
    held, kept = backup.bytes_of(KEY), key_file(settings)
    mend = f"no link nor answer would find its case: use the backup's (unzip -p {backup.path.name} {KEY})"
    if settings.secret_key and not hmac.compare_digest(settings.secret_key.encode(), held):
        return [(PREFIX + "SECRET_KEY", "is another than the backup's", mend)]
    if kept and kept.exists() and not hmac.compare_digest(kept.read_bytes(), held):
        return [(str(kept), "is another key than the backup's", f"move it away: {mend}")]
    return []


def _models(backup: Backup, settings: Settings) -> list[Fault]:
    folder = sources.places(settings)[MODELS]
    if there := differing(backup, MODELS, folder):
        return [(str(folder), f"has other models: {', '.join(there[:3])}", "move it away: nothing is overwritten")]
    return []


def _database(name: str, backup: Backup, url: str, key: str) -> list[Fault]:
    """An archive that is there and the same was put there by a restore that was cut short."""
    held = backup.manifest.database if name == DATABASE else backup.manifest.archive
    kind = snapshot.kind_of(url)
    if held is None or kind != held.kind:
        wanted = held.kind if held else "no database"
        mend = f"restore into {wanted}, then move it by `aiguillage db copy` (docs/moving.md)"
        return [(key, f"is {kind}, the backup is of {wanted}", mend)]
    try:
        if kind == snapshot.POSTGRESQL:
            dump.require(dump.RESTORE)
        elif name == ARCHIVE and _is(snapshot.file_of(url), backup.manifest.files[name].sha256):
            return []
        snapshot.require_room(url, key)
    except ConfigurationError as error:
        return error.faults
    return []


def _archive(backup: Backup, settings: Settings) -> list[Fault]:
    if not settings.archive_address:
        mend = "name a database for the archive of old mails, which this backup has"
        return [(ARCHIVE_URL, "is missing", mend)]
    return _database(ARCHIVE, backup, settings.archive_address, ARCHIVE_URL)


def _disk(backup: Backup, settings: Settings) -> list[Fault]:
    """A restored SQLite file is brought up to date before it gets its name: its log may grow as large as itself."""
    folder = _nearest(settings.folder or Path.cwd())
    needed = 2 * sum(kept.size for kept in backup.manifest.files.values())
    free = shutil.disk_usage(folder).free
    faults: list[Fault] = []
    if free < needed:
        cause = f"has {free // 1_000_000} MB free, {needed // 1_000_000} MB are needed"
        faults.append((str(folder), cause, "free space, or name a database on a larger disk"))
    places = {folder, *(_nearest(place) for place in sources.places(settings).values())}
    faults += [
        (str(place), "may not be written by this account", "correct its owner or its rights")
        for place in sorted(places)
        if not os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    ]
    return faults


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    folder = folder.resolve()
    return next(one for one in (folder, *folder.parents) if one.exists())


def _is(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
