"""A backup as it is read: whole, ours, and every file of it what it was."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from app.backup import manifest as manifests
from app.backup.manifest import NAME, Kept, Manifest
from cases.errors import ConfigurationError

CHUNK = 1 << 20
LARGEST_MANIFEST = 10_000_000

Told = Callable[[int, int, str], object]
"""Takes how much is done, of how much, and the step."""


class Backup:
    """A backup that is open for reading. Made by `opened`."""

    def __init__(self, path: Path, place: ZipFile) -> None:
        self.path = path
        self._place = place
        self.manifest = self._read_manifest()

    def verify(self, told: Told) -> None:
        """Read all of it and compare. Raises ConfigurationError that names the first file which is not what it was."""
        total, done = sum(kept.size for kept in self.manifest.files.values()), 0
        for name in self.manifest.files:
            for chunk in self.content(name):
                done += len(chunk)
                told(done, total, f"{name} is checked")

    def names(self, prefix: str) -> list[str]:
        """The files below that folder."""
        return [name for name in self.manifest.files if name.startswith(prefix)]

    def bytes_of(self, name: str) -> bytes:
        """A small file, whole."""
        return b"".join(self.content(name))

    def extract(self, name: str, path: Path) -> None:
        """Write one of its files to a new file, for its owner alone."""
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as written:
            for chunk in self.content(name):
                written.write(chunk)

    def content(self, name: str) -> Iterator[bytes]:
        """One of its files, in parts; after the last it is sure. Raises ConfigurationError."""
        kept, digest, size = self.manifest.files[name], hashlib.sha256(), 0
        try:
            with self._place.open(name) as packed:
                while chunk := packed.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk
        except (BadZipFile, EOFError, zlib.error) as error:
            raise self._damaged(f"{name} cannot be unpacked ({error})") from error
        if Kept(size=size, sha256=digest.hexdigest()) != kept:
            raise self._damaged(f"{name} is not what was put there: its checksum differs")

    def _read_manifest(self) -> Manifest:
        held = set(self._place.namelist())
        raw = b"{}"
        if NAME in held and self._place.getinfo(NAME).file_size <= LARGEST_MANIFEST:
            raw = self._place.read(NAME)
        found = manifests.read(raw, str(self.path))
        wanted = {manifests.DATABASE, manifests.KEY} | ({manifests.ARCHIVE} if found.archive else set())
        if held != {*found.files, NAME} or not wanted <= held or not all(map(manifests.is_ours, found.files)):
            raise self._damaged("its files are not those that it lists")
        return found

    def _damaged(self, cause: str) -> ConfigurationError:
        return ConfigurationError([(str(self.path), cause, MEND)])


MEND = "copy it again from where it is kept, or take an older one: nothing was changed"


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """The backup in that file. Raises ConfigurationError where it is none, or not whole."""
    try:
        with ZipFile(path) as place:
            yield Backup(path, place)
    except BadZipFile as error:
        raise ConfigurationError([(str(path), f"is no whole backup ({error})", MEND)]) from error
    except (FileNotFoundError, IsADirectoryError) as error:
        if error.filename != str(path):
            raise
        raise ConfigurationError([(str(path), "is no file", "name a backup")]) from error
