"""Labelled messages: one JSON object a line, as `docs/annotation.md` says."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from cases.errors import ConfigurationError, PermanentError
from cases.event import Channel, Message
from cases.masking import blanked
from cases.profile import Profile

CHANNELS = {"email": Channel.EMAIL, "voicemail": Channel.PHONE, "phone": Channel.PHONE, "form": Channel.FORM}
REQUIRED = ("id", "lang", "motif", "tool", "scope")
NO_TOOL = "aucun"
FAULTS_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A message and what a careful operator said of it; `writer` is the first letter of the id.

    `weight` is how many messages it counts for in training; it is no part of what identifies the message.
    """

    id: str
    message: Message
    lang: str
    motif: str
    tool: str
    scope: str
    urgency: int
    impact: int
    several_requests: bool
    weight: float = field(default=1.0, repr=False)

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
                rows.append(_parsed(line, f"{path.name}, line {number}"))
    return rows


def _parsed(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise PermanentError(f"{where} is not JSON: {error}") from error
    if missing := [name for name in REQUIRED if not isinstance(row, dict) or not row.get(name)]:
        raise PermanentError(f"{where} lacks {', '.join(missing)}: add the labels of docs/annotation.md")
    try:
        return labelled(row)
    except (TypeError, ValueError) as error:
        raise PermanentError(f"{where} holds a label that is none ({error}): see docs/annotation.md") from error


def labelled(row: dict[str, Any]) -> Labelled:
    """One row as a labelled message. Raises KeyError, TypeError or ValueError."""
    return Labelled(
        id=str(row["id"]),
        message=message_of(row),
        lang=str(row["lang"]),
        motif=str(row["motif"]),
        tool=str(row["tool"]),
        scope=str(row["scope"]),
        urgency=int(row.get("urgency", 3)),
        impact=int(row.get("impact", 3)),
        several_requests=bool(row.get("several_requests", False)),
        weight=float(row.get("weight", 1.0)),
    )


def require_known(rows: Iterable[Labelled], profile: Profile) -> None:
    """Refuse labels that the profile does not know. Raises ConfigurationError, which names each message."""
    known = {
        "motif": {motif.id for motif in profile.motifs},
        "tool": {tool.id for tool in profile.tools} | {NO_TOOL},
        "scope": set(profile.scopes),
    }
    faults = [fault for row in rows for fault in _strangers(row, known)]
    if faults:
        raise ConfigurationError(faults[:FAULTS_TOLD])


def _strangers(row: Labelled, known: dict[str, set[str]]) -> Iterator[tuple[str, str, str]]:
    for name, labels in known.items():
        label = getattr(row, name)
        if label not in labels:
            mend = f"correct it, or add it to the profile, which has {', '.join(sorted(labels))}"
            yield row.id, f"the {name} {label} is not in the profile", mend


def impersonal(row: Labelled) -> Labelled:
    """The message without what identifies a person or an account: what a model learns from."""
    message = row.message
    return replace(row, message=replace(message, subject=blanked(message.subject), body=blanked(message.body)))


def digest(rows: Iterable[Labelled]) -> str:
    """A hash of the content that was learnt from."""
    total = sha256()
    for row in rows:
        total.update(repr(row).encode())
        if row.weight != 1.0:
            total.update(repr(row.weight).encode())
    return total.hexdigest()
