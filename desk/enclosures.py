"""The files that a person chose to go along with an escalation, read out of the messages that they came in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cases.dossier import Dossier, Message
from cases.errors import AiguillageError
from cases.event import Attachment
from cases.refusal import Refusal, RefusedError
from cases.seconding import chosen_files
from desk.attached import attached
from ingest.scanning import Scan, State, unscanned
from store.tx import Store


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file and its bytes."""

    filename: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def told(self) -> dict[str, str]:
        """What an escalation says of it."""
        return {"filename": self.filename, "content_type": self.content_type, "sha256": self.sha256}


def enclosures(store: Store, case: Dossier, chosen: Sequence[int], scan: Scan = unscanned) -> tuple[Enclosure, ...]:
    """The files with these places in the case's list. Raises RefusedError where one is not there, cannot be read or is
    infected; what no scanner has looked at goes along."""
    return tuple(_read(store, message, attachment, scan) for message, attachment in chosen_files(case, chosen))


def _read(store: Store, message: Message, attachment: Attachment, scan: Scan) -> Enclosure:
    try:
        body = attached(store, message.id, attachment.index)
    except (LookupError, AiguillageError) as error:
        raise RefusedError(Refusal.UNREADABLE_FILE, filename=attachment.filename) from error
    if scan(body).state is State.INFECTED:
        raise RefusedError(Refusal.INFECTED_FILE, filename=attachment.filename)
    return Enclosure(attachment.filename, attachment.content_type, body)
