"""What a transaction wrote on timelines becomes what is to be done in Jira, in that very transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cases.case import Status
from cases.ticket import Push, Pushing, PushKind, Written
from store.noted import Noted
from store.tx import Follow, Kind, Transaction


def following(pushing: Pushing, clock: Callable[[], datetime]) -> Follow:
    """For `Store.follow`: whoever writes a line, nobody can forget to push it."""

    def follow(tx: Transaction, noted: Noted) -> None:
        opened = [one["id"] for one in noted.opened if not one.get("hidden")]
        lines = [_written(identity, row) for identity, row in noted.lines]
        known = tx.tickets.known({*opened, *(line.case_id for line in lines)})
        queue(tx, pushing.of(opened, lines, known), clock())

    return follow


def queue(tx: Transaction, pushes: Sequence[Push], now: datetime) -> None:
    """Write what is to be done, and have it done."""
    made = [push for push in pushes if push.kind is PushKind.CREATE]
    tx.tickets.begin([{"case_id": push.case_id, "agreed": Status.NEW, "begun_at": now} for push in made])
    tx.tickets.push_once([row(push, now) for push in pushes])
    if pushes:
        tx.wake(Kind.TICKET)


def row(push: Push, now: datetime) -> dict[str, Any]:
    """The columns of one push."""
    return {
        "key": push.key,
        "kind": push.kind,
        "case_id": push.case_id,
        "entry_id": push.entry_id,
        "data": dict(push.data),
        "created_at": now,
        "due_at": now + push.wait,
    }


def _written(identity: int, line: Any) -> Written:
    return Written(
        id=identity,
        case_id=line["case_id"],
        kind=line["kind"],
        actor=line["actor"],
        said=bool(line["text"].strip()),
        data=line["data"] or {},
    )
