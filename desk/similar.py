"""Cases that may be the same request or the same trouble as another, for people to look at. All of it by index."""

from dataclasses import dataclass
from typing import Any

from classify.decide import INCIDENT, NO_TOOL
from classify.similar import SENDER_WITHIN, SYMPTOM_WITHIN, SYMPTOMS, Likeness, Seen, Why, propose
from store.tx import Transaction

SAME_FILE = frozenset({"the same"})


@dataclass(frozen=True, slots=True)
class Similar:
    """Another case's row, and what the two have in common."""

    row: Any
    likeness: Likeness
    why: Why


def similar(tx: Transaction, identity: int) -> list[Similar]:
    """What is like that case: duplicates first, the closest in time first; nothing where there is no such case."""
    this = next(iter(tx.signs.of([identity])), None)
    if this is None:
        return []
    trouble = SYMPTOM_WITHIN if this.motif == INCIDENT and this.tool != NO_TOOL else None
    near = tx.signs.near(this, SENDER_WITHIN, trouble)
    rows = {one.id: one for one in near}
    naming = {one.id for one in near if one.same_file}
    seen = [_seen(one, same_file=one.id in naming) for one in rows.values() if one.id != this.id]
    found = propose(_seen(this, same_file=True), seen)
    return [Similar(rows[one.identity], one.likeness, one.why) for one in found]


def _seen(row: Any, *, same_file: bool) -> Seen:
    return Seen(
        identity=row.id,
        opened_at=row.opened_at,
        person=row.person,
        tool=row.tool,
        motif=row.motif,
        files=SAME_FILE if same_file else frozenset(),
        symptoms=frozenset(row.signs.split()) & SYMPTOMS,
    )
