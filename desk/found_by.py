"""By what a case is found, from everything that it has. Pure.

Whoever adds to a case adds to its words; this makes them anew where something leaves it (`store.search.Search.erase`).
"""

from collections.abc import Iterator

from cases.dossier import Dossier, Message
from cases.folding import folded
from ingest.called import found_by as called
from store.search import Words


def found_by(case: Dossier) -> Iterator[Words]:
    """The words of its messages, of what people wrote on its timeline, and of calls."""
    row = {"id": case.id, "number": case.number, "requester_name": case.requester.name, "phone": case.phone}
    yield called(row)
    for message in case.messages:
        yield _message(case, message)
    for text in (*(line.text for line in case.timeline), *case.transcripts):
        yield Words(case.id, folded(text))


def _message(case: Dossier, message: Message) -> Words:
    name = case.requester.name if message.sender == case.requester.address else ""
    sender = name, message.sender
    return Words(case.id, folded(case.number, message.subject, *sender, message.text), folded(*sender))
