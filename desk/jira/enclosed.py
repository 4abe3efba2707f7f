"""The file that a push attaches: one that a person chose for an escalation, or one of a message."""

from collections.abc import Mapping
from typing import Any

from cases.dossier import Dossier, Line
from desk.attached import attached
from desk.enclosures import Enclosure
from store.tx import Store


def enclosed(store: Store, where: Mapping[str, Any], case: Dossier, line: Line | None) -> Enclosure | None:
    """That file, None where it was deleted since. Raises AiguillageError where it cannot be read."""
    if "file" in where:
        return _chosen(store, where["file"], line)
    return _of_message(store, where["message"], where["index"], case)


def _chosen(store: Store, place: int, line: Line | None) -> Enclosure | None:
    files = (line.data.get("files") or ()) if line else ()
    if place >= len(files):
        return None
    file = files[place]
    with store.reading() as tx:
        body = tx.outbound.bodies([file["sha256"]]).get(file["sha256"])
    return None if body is None else Enclosure(file["filename"], file["content_type"], body)


def _of_message(store: Store, message: int, index: int, case: Dossier) -> Enclosure | None:
    of_message = (one for one in case.letters if one.id == message)
    file = next((file for one in of_message for file in one.attachments if file.index == index), None)
    try:
        body = attached(store, message, index) if file else None
    except LookupError:
        return None
    return Enclosure(file.filename, file.content_type, body) if file and body is not None else None
