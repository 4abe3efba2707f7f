"""Tombstones are kept beside the backups: who was erased after one was made is erased again once it is put back.

Who that is only the installation's key tells (docs/privacy.md): the file names nobody.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cases.errors import ConfigurationError
from store import snapshot
from store.tx import Store

FILE = "erased.json"

Tombstone = Mapping[str, str]
"""{"key", "kind", "at"}."""


def keep(folder: Path, store: Store) -> None:
    """Write them into that folder, with those that are there already: of each the later moment, up to which it was
    erased. Raises ConfigurationError."""
    with store.reading() as tx:
        found = tx.privacy.tombstones()
    known = beside(folder)
    kept = {one["key"]: one for one in sorted([*known, *found], key=_at)}
    if kept == {one["key"]: one for one in known}:
        return
    with TemporaryDirectory(dir=folder, prefix=".erased-") as spool:  # readable by its owner alone
        fresh = Path(spool) / FILE
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(list(kept.values())), "utf-8")
        snapshot.replace(fresh, folder / FILE)


def beside(folder: Path) -> Sequence[Tombstone]:
    """Those that are kept in that folder. Raises ConfigurationError where the file is damaged."""
    path = folder / FILE
    try:
        said = json.loads(path.read_text("utf-8"))
        return sorted(({name: str(one[name]) for name in ("key", "kind", "at")} for one in said), key=_at)
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        mend = "copy it again from where backups are kept: without it who was erased comes back"
        raise ConfigurationError([(str(path), "is damaged", mend)]) from error


def _at(one: Tombstone) -> datetime:
    return datetime.fromisoformat(one["at"])
