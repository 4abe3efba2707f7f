"""The file that a push attaches: one that a person chose for an escalation, or one of a message."""

from collections.abc import Mapping
from typing import Any

from cases.dangers import danger
from cases.dossier import Dossier, Line
from cases.errors import PermanentError
from desk.attached import attached
from desk.enclosures import Enclosure
from ingest.scanning import Scan, State, unscanned
from store.tx import Store


def enclosed(
    store: Store, where: Mapping[str, Any], case: Dossier, line: Line | None, scan: Scan = unscanned
) -> Enclosure | None:
    """That file, None where it was deleted since. Raises AiguillageError where it cannot be read, or where nobody
    chose it and its bytes are those of a program, or infected."""
    if "file" in where:
        return _chosen(store, where["file"], line)
    found = _of_message(store, where["message"], where["index"], case)
    if found and (why := _unfit(found, scan)):
        raise PermanentError(f"file {where['index']} of message {where['message']} is not attached: {why}")
    return found


def _unfit(file: Enclosure, scan: Scan) -> str:
    """Why nobody should open it, as far as its bytes say; '' where they do not."""
    found = danger(file.filename, file.body)
    return found.value if found else State.INFECTED.value if scan(file.body).state is State.INFECTED else ""


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
