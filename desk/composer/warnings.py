"""What speaks against writing to a requester, said before it is done. Pure: a case and its mails in, words out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cases.dossier import Dossier

LOST = frozenset({"bounced", "refused"})
"""The outcomes of a mail that did not reach its address."""

FLAGGED: Mapping[str, str] = {
    "requester_proposed": "unconfirmed",
    "spoof_suspected": "spoofed",
    "dmarc_failed": "spoofed",
}
"""Flags of a case that say that its requester may be somebody else."""


def warnings(case: Dossier, sent: Sequence[Any]) -> Iterator[str]:
    """`bounced` where our last mail to that address did not arrive, `unconfirmed`, `spoofed`. `sent` are the rows of
    the outbox, oldest first."""
    if not case.requester.address:
        return
    tried = [row.outcome for row in sent if row.recipient == case.requester.address and row.outcome]
    if tried and tried[-1] in LOST:
        yield "bounced"
    yield from dict.fromkeys(word for flag, word in FLAGGED.items() if flag in case.flags)
