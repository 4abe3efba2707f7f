"""What somebody sent with the form, as one value, and as the raw bytes that are kept: canonical JSON (RFC 8785)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from cases.errors import PermanentError

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with the form. `key` names its bytes among the blobs; `size` is in bytes."""

    filename: str
    content_type: str
    size: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`path` are the ids of what was chosen. `for_name` and `for_email` are whom it is sent for, '' where it is for the
    sender. `number` is the case number that was quoted, `token` that case's tracking token where there was one.
    `fields` are the profile's own, by id."""

    lang: str
    path: tuple[str, ...] = ()
    name: str = ""
    email: str = ""
    phone: str = ""
    for_name: str = ""
    for_email: str = ""
    copies: bool = False
    number: str = ""
    token: str = ""
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()

    @property
    def raw(self) -> bytes:
        """The bytes that are kept: the same for the same submission."""
        return json.dumps(
            {"version": VERSION, **asdict(self)}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()


def read(raw: bytes) -> Submission:
    """The submission in these bytes. Raises PermanentError where they hold none."""
    try:
        said = json.loads(raw)
        if said["version"] != VERSION:
            raise ValueError(said["version"])
        uploads = tuple(Upload(**one) for one in said["files"])
        known: dict[str, Any] = {one.name: said[one.name] for one in fields(Submission)}
    except (ValueError, TypeError, KeyError) as error:
        raise PermanentError("these bytes hold no submission of the form") from error
    return Submission(**known | {"files": uploads, "path": tuple(known["path"])})
