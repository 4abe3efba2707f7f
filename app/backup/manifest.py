"""What a backup says of itself: what made it, of which service, which databases and files, each with its SHA-256."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.files import Fault, typed
from cases.errors import ConfigurationError

FORMAT = 1
NAME = "manifest.json"
DATABASE, ARCHIVE, KEY = "database", "archive", "secret.key"
PROFILE, MODELS = "profile/", "models/"
_OURS = re.compile(r"(database|archive|secret\.key|(profile|models)/[^/\\\0]+(/[^/\\\0]+)*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file of the backup: its bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A database of the backup: `kind` is sqlite or postgresql, `revision` its schema's, `rows` by table."""

    kind: str
    revision: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`service` and `case_prefix` are the profile's; `files` are by their names in the backup."""

    format: int
    made_at: str
    release: str
    service: str
    case_prefix: str
    database: Held
    archive: Held | None
    files: Mapping[str, Kept]

    def as_json(self) -> dict[str, Any]:
        """As it is kept, and printed."""
        return asdict(self)


def read(raw: bytes, key: str) -> Manifest:
    """The manifest in these bytes; `key` names the backup in faults. Raises ConfigurationError."""
    try:
        values = json.loads(raw)
        version = int(values["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError([(key, "is no backup of Aiguillage", "name one that `backup` made")]) from error
    if version != FORMAT:
        mend = f"restore it with the release that made it ({values.get('release', 'unknown')}), or a newer one"
        raise ConfigurationError([(key, f"has the format {version}, this release reads {FORMAT}", mend)])
    faults: list[Fault] = []
    found = typed(Manifest, values, faults, key)
    if found is None:
        raise ConfigurationError(faults)
    return found


def is_ours(name: str) -> bool:
    """Whether a file of that name may be in a backup: nothing that would be written elsewhere."""
    return bool(_OURS.fullmatch(name)) and not {"..", "."} & set(name.split("/"))
