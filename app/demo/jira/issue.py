"""A ticket of the site, and how tickets outlive the demonstration: one file, written whole."""

import base64
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Issue:
    """A request there. `fields` are its values by id, `files` the bytes by name; the index shows it once `indexed`."""

    id: str
    key: str
    fields: dict[str, Any]
    status: str = "Ouvert"
    comments: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    indexed: bool = True

    @property
    def words(self) -> list[str]:
        """What its comments say, without those that only show a file."""
        return [one["body"] for one in self.comments if not one["body"].startswith("[^")]


def keep(issues: dict[str, Issue], file: Path) -> None:
    """Write them."""
    rows = [
        asdict(one) | {"files": {n: base64.b64encode(b).decode() for n, b in one.files.items()}}
        for one in issues.values()
    ]
    part = file.with_suffix(".part")
    part.write_text(json.dumps(rows), encoding="utf-8")
    part.replace(file)


def kept(file: Path) -> dict[str, Issue]:
    """Read them; none where nothing was written."""
    if not file.exists():
        return {}
    rows = json.loads(file.read_text(encoding="utf-8"))
    found = (Issue(**row | {"files": {n: base64.b64decode(b) for n, b in row["files"].items()}}) for row in rows)
    return {one.key: one for one in found}
