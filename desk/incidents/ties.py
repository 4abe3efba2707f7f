"""How cases belong to a major incident: proposed for it, linked, taken out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from cases.acting import Acting
from cases.case import EntryKind, case_number
from cases.major import Incident, State, Tie, Word
from cases.refusal import Refusal, RefusedError
from desk.incidents.rows import load
from store.tx import Kind, Transaction


def tie(tx: Transaction, incident: Incident, cases: Sequence[Any], acting: Acting, state: Tie) -> int:
    """Say how these cases belong, on their timelines too; how many."""
    rows = _bind(tx, incident, cases, acting, state)
    _note(tx, incident, rows, acting, state)
    return len(rows)


def add(tx: Transaction, incident: Incident, cases: Sequence[Any], acting: Acting, state: Tie) -> None:
    """The same of those alone of which nothing was said yet: what people decided stands."""
    rows = _rows(incident, cases, acting, state)
    new = tx.incidents.tie(rows, anew=False)
    _note(tx, incident, [row for row in rows if row["case_id"] in new], acting, state)
    if new and state is Tie.LINKED:
        tx.wake(Kind.CASE)


def take_in(tx: Transaction, identity: int, number: str, acting: Acting) -> str:
    """Link one case to a running incident, whose timeline says so already; how it belonged before, '' where it did not.
    Raises RefusedError."""
    incident = load(tx, identity)
    if incident.state is not State.RUNNING:
        raise RefusedError(Refusal.INCIDENT_NOT_RUNNING, incident=identity, state=incident.state)
    case = tx.cases.find_number(number)
    if case is None:
        raise RefusedError(Refusal.NO_SUCH_CASE, number=number)
    if taken(tx, identity, [case.id]):
        raise RefusedError(Refusal.IN_INCIDENT_ALREADY, number=number)
    before = next(iter(tx.incidents.ties(identity, case.id)), None)
    _bind(tx, incident, [before or case], acting, Tie.LINKED)
    return str(before.state) if before else ""


def put_back(tx: Transaction, identity: int, number: str, acting: Acting, before: str) -> None:
    """Take that back: it is proposed again where it had been, else taken out. Raises RefusedError."""
    incident, case = load(tx, identity), tx.cases.find_number(number)
    if not incident.is_alive:
        raise RefusedError(Refusal.INCIDENT_NOT_RUNNING, incident=identity, state=incident.state)
    mine = [one for one in tx.incidents.ties(identity, case.id if case else 0) if one.state == Tie.LINKED]
    if not mine:
        raise RefusedError(Refusal.INCIDENT_NOT_ITS_CASE, number=number, incident=identity)
    _bind(tx, incident, mine, acting, Tie(before or Tie.UNLINKED))


def taken(tx: Transaction, identity: int, cases: Collection[int]) -> set[int]:
    """Those of these cases that cannot be linked to that incident: it has them, or another that is proposed or runs."""
    known = tx.incidents.known(cases)
    return {one for one, row in known.items() if (row.id, row.tie) != (identity, Tie.PROPOSED)}


def require_free(tx: Transaction, cases: Sequence[Any], acting: Acting) -> None:
    """Raises RefusedError where one of these cases is in an incident already, or goes on as another case."""
    known = tx.incidents.known([row.id for row in cases])
    for row in cases:
        if row.id in known:
            raise RefusedError(Refusal.IN_INCIDENT_ALREADY, number=row.number)
        if row.merged_into:
            into = case_number(acting.profile.case_prefix, row.merged_into)
            raise RefusedError(Refusal.MERGED, number=row.number, into=into)


def wanted(incident: Incident) -> Tie:
    """What a case becomes that is added: nothing was announced of one that is proposed."""
    return Tie.LINKED if incident.state is State.RUNNING else Tie.PROPOSED


def _bind(
    tx: Transaction, incident: Incident, cases: Sequence[Any], acting: Acting, state: Tie
) -> list[dict[str, Any]]:
    rows = _rows(incident, cases, acting, state)
    tx.incidents.tie(rows)
    if rows and state is Tie.LINKED:
        tx.wake(Kind.CASE)
    return rows


def _rows(incident: Incident, cases: Sequence[Any], acting: Acting, state: Tie) -> list[dict[str, Any]]:
    return [
        {
            "incident_id": incident.id,
            "case_id": case_id(one),
            "state": state,
            "actor": acting.agent.id,
            "at": acting.now,
            "told": _told(incident, one),
            "person_key": one.person_key,
        }
        for one in cases
    ]


def _note(tx: Transaction, incident: Incident, rows: Sequence[Any], acting: Acting, state: Tie) -> None:
    if state is not Tie.PROPOSED:
        kind = EntryKind.INCIDENT_LINKED if state is Tie.LINKED else EntryKind.INCIDENT_UNLINKED
        tx.cases.add_entries([_entry(row, kind, incident, acting) for row in rows])


def _told(incident: Incident, case: Any) -> int:
    """The last message that this case need not have any more: only the last that was said still leaves, and who wrote
    after it was said had it in their receipt, where that was about the tool."""
    words = [one for one in incident.history if one["what"] in (Word.ANNOUNCED, Word.UPDATED)]
    had = sum(datetime.fromisoformat(one["at"]) <= case.opened_at for one in words)
    had = had if incident.tool in ("", case.tool) else 0
    return max(had, incident.messages - 1, int(getattr(case, "told", 0)))


def case_id(one: Any) -> int:
    """The id of the case that a row is, or is the tie of."""
    return int(one.case_id if hasattr(one, "case_id") else one.id)


def _entry(row: Any, kind: EntryKind, incident: Incident, acting: Acting) -> dict[str, Any]:
    said = {"case_id": row["case_id"], "kind": kind, "at": acting.now, "actor": acting.agent.id, "text": ""}
    return {**said, "data": {"incident": incident.id}, "person_key": row["person_key"]}
