"""The same person by phone and by mail: a call's case and a mail's, within days, with what shows it. All by index."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cases.dossier import Dossier
from cases.event import Channel
from cases.tokens import Signer
from classify.similar import Likeness, Why
from desk.similar import Similar
from ingest.said import addresses
from store.tx import Transaction

WITHIN = timedelta(days=7)


def same_person(tx: Transaction, signer: Signer, case: Dossier) -> list[Similar]:
    """The cases of the other channel that are perhaps this one's person's, the closest in time first.

    A call's case: mails that name its number, or came from an address that was said on the phone. A mail's case: calls
    from a number that stands in the mail, its signature included.
    """
    rows = {one.id: Similar(one, Likeness.DUPLICATE, why) for why, one in _found(tx, signer, case) if one.id != case.id}
    near = (one for one in rows.values() if abs(one.row.opened_at - case.opened_at) <= WITHIN)
    return sorted(near, key=lambda one: abs(one.row.opened_at - case.opened_at))


def _found(tx: Transaction, signer: Signer, case: Dossier) -> Iterator[tuple[Why, Any]]:
    if case.channel is Channel.PHONE:
        for address in addresses("\n".join(_spoken(case))):
            yield from ((Why.ADDRESS, one) for one in _by(tx, case, "participant", [signer.person_key(address)]))
        if case.phone:
            yield from ((Why.NUMBER, one) for one in _by(tx, case, "said", [signer.person_key(case.phone)]))
    else:
        said = tx.cases.keys_of(case.id, "said")
        yield from ((Why.NUMBER, one) for one in _by(tx, case, "participant", said))


def _spoken(case: Dossier) -> Iterator[str]:
    """What was said on the phone, as far as it is written down."""
    yield from case.transcripts
    yield from (line.text for line in case.timeline)


def _by(tx: Transaction, case: Dossier, kind: str, keys: list[str]) -> list[Any]:
    """The cases of the other side, by phone or not, that have one of these keys."""
    found = tx.cases.with_keys(kind, keys) if keys else []
    return [one for one in found if (one.channel == Channel.PHONE) is not (case.channel is Channel.PHONE)]
