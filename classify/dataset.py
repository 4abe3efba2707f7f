"""Labelled messages: one JSON object a line, as `docs/annotation.md` says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cases.errors import PermanentError
from cases.event import Channel, Message

CHANNELS = {"email": Channel.EMAIL, "voicemail": Channel.PHONE, "phone": Channel.PHONE, "form": Channel.FORM}
REQUIRED = ("id", "lang", "motif", "tool", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A message and what a careful operator said of it; `writer` is the first letter of the id."""

    id: str
    message: Message
    lang: str
    motif: str
    tool: str
    scope: str
    urgency: int
    impact: int
    several_requests: bool

    @property
    def writer(self) -> str:
        return self.id[:1]


def message_of(row: dict[str, object]) -> Message:
    """The message of one JSON row of the `classify` command or of a labelled file; missing texts are empty."""
    channel = CHANNELS.get(str(row.get("channel") or "email"), Channel.EMAIL)
    return Message(channel=channel, subject=str(row.get("subject") or ""), body=str(row.get("body") or ""))


def load(paths: Iterable[Path]) -> list[Labelled]:
    """All rows of the files, in order. Raises OSError, or PermanentError that names file, line and fault."""
    rows = []
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.strip():
                rows.append(_labelled(line, f"{path.name}, line {number}"))
    return rows


def _labelled(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise PermanentError(f"{where} is not JSON: {error}") from error
    if missing := [field for field in REQUIRED if not isinstance(row, dict) or not row.get(field)]:
        raise PermanentError(f"{where} lacks {', '.join(missing)}: add the labels of docs/annotation.md")
    return Labelled(
        id=str(row["id"]),
        message=message_of(row),
        lang=row["lang"],
        motif=row["motif"],
        tool=row["tool"],
        scope=row["scope"],
        urgency=int(row.get("urgency", 3)),
        impact=int(row.get("impact", 3)),
        several_requests=bool(row.get("several_requests", False)),
    )


def digest(rows: Iterable[Labelled]) -> str:
    """A hash of the content that was learnt from."""
    total = sha256()
    for row in rows:
        total.update(repr(row).encode())
    return total.hexdigest()
