"""Two cases that belong together: linked, or the one merged into the other; and both taken back. No mail leaves for it
(ADR 0022)."""

from typing import Any

from cases.acting import Acting, Action, Effect, There, require
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.refusal import Refusal, RefusedError


def linked(case: Dossier) -> tuple[str, ...]:
    """The numbers of the cases that it is linked to, in the order in which they were: by hand, or as two parts of what
    was one."""
    found = dict[str, None]()
    for line in case.timeline:
        if line.kind is EntryKind.LINKED:
            found[line.data["case"]] = None
        elif line.kind is EntryKind.SPLIT:
            found[line.data.get("case") or line.data["from"]] = None
        elif line.kind is EntryKind.UNLINKED:
            found.pop(line.data["case"], None)
    return tuple(found)


def link(case: Dossier, acting: Acting, other: Dossier) -> Effect:
    """Note that both are about the same; confirms what was proposed."""
    require(Action.LINK, case, acting)
    _require_other(case, other)
    if other.number in linked(case):
        raise RefusedError(Refusal.LINKED_ALREADY, number=case.number, other=other.number)
    return _both(case, other, acting, EntryKind.LINKED)


def unlink(case: Dossier, acting: Acting, other: Dossier) -> Effect:
    """Note that they are not; rejects what was proposed, which only the one of them says."""
    require(Action.UNLINK, case, acting)
    _require_other(case, other)
    if other.number in linked(case):
        return _both(case, other, acting, EntryKind.UNLINKED)
    if case.proposed != other.id:
        raise RefusedError(Refusal.NOT_LINKED, number=case.number, other=other.number)
    return Effect(columns=_settled(case, other), lines=(acting.line(EntryKind.UNLINKED, case=other.number),))


def _both(case: Dossier, other: Dossier, acting: Acting, kind: EntryKind) -> Effect:
    """A line on each of them; neither is a proposal any more."""
    return Effect(
        columns=_settled(case, other),
        lines=(acting.line(kind, case=other.number),),
        there=There(case=other, columns=_settled(other, case), lines=(acting.line(kind, case=case.number),)),
    )


def _settled(case: Dossier, other: Dossier) -> dict[str, Any]:
    return {"linked_case_id": None} if case.proposed == other.id else {}


def merge(case: Dossier, acting: Acting, into: Dossier) -> Effect:
    """Close the case, and let everything that came and comes for it count for the other one."""
    require(Action.MERGE, case, acting)
    _require_other(case, into)
    if case.merged:
        raise RefusedError(Refusal.HAS_MERGED, number=case.number, into=into.number)
    if case.stay:
        raise RefusedError(Refusal.NO_MERGE_AT_N2, number=case.number)
    if into.merged_into or into.hidden or into.status is Status.CLOSED:
        raise RefusedError(Refusal.TARGET_CLOSED, into=into.number)
    joined = acting.line(EntryKind.JOINED, case=case.number)
    return Effect(
        columns={"status": Status.CLOSED, "closed_at": acting.now, "merged_into": into.id},
        lines=(acting.line(EntryKind.MERGED, case=into.number, status=case.status),),
        there=There(case=into, lines=(joined,)),
    )


def unmerge(case: Dossier, acting: Acting, into: Dossier) -> Effect:
    """Take a merge back: the case is as it was. What came meanwhile stays where it came to."""
    require(Action.UNMERGE, case, acting)
    if case.merged_into != into.id:
        raise RefusedError(Refusal.NOT_MERGED, number=case.number)
    before = next(line for line in reversed(case.timeline) if line.kind is EntryKind.MERGED)
    parted = acting.line(EntryKind.PARTED, case=case.number)
    return Effect(
        columns={"status": Status(before.data["status"]), "closed_at": None, "merged_into": None},
        lines=(acting.line(EntryKind.UNMERGED, case=into.number),),
        there=There(case=into, lines=(parted,)),
    )


def _require_other(case: Dossier, other: Dossier) -> None:
    if case.id == other.id:
        raise RefusedError(Refusal.SAME_CASE, number=case.number)
