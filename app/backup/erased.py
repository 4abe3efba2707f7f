"""Tombstones are kept beside the backups: who was erased after one was made is erased again once it is put back.

Who that is only the installation's key tells (docs/privacy.md): the file names nobody.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from cases.errors import ConfigurationError
from store.tx import Store

FILE = "erased.json"


def keep(folder: Path, store: Store) -> None:
    """Write them into that folder, with those that are there already. Raises ConfigurationError."""
    with store.reading() as tx:
        found = {one["key"]: one for one in tx.privacy.tombstones()}
    known = {one["key"]: one for one in beside(folder)}
    if found.keys() <= known.keys():
        return
    with NamedTemporaryFile("w", dir=folder, delete=False) as fresh:  # readable by its owner alone
        json.dump(sorted((known | found).values(), key=lambda one: str(one["at"])), fresh)
    Path(fresh.name).replace(folder / FILE)


def beside(folder: Path) -> Sequence[Mapping[str, str]]:
    """Those that are kept in that folder. Raises ConfigurationError where the file is damaged."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        return [{name: str(one[name]) for name in ("key", "kind", "at")} for one in found]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        mend = "copy it again from where backups are kept: without it who was erased comes back"
        raise ConfigurationError([(str(path), "is damaged", mend)]) from error
