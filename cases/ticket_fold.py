"""What a ticket says of itself, folded into its case: one pure function for webhooks and polls alike.

Each side's changes go over to the other. Where both changed their status since they last agreed, the owner's stands,
and a line says which side lost (docs/jira.md has the table; a test executes it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases.acting import Acting, Effect
from cases.actions import close, reopen, resume, wait
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Line
from cases.refusal import RefusedError
from cases.routing import Agent
from cases.seconding import returned
from cases.secondlevel import Outcome, Role
from cases.ticket import ACTOR, Closing, Jira, Owner
from cases.ticket_told import told
from cases.writing import LONGEST_TEXT, written

AGENT = Agent(id=ACTOR, name="Jira", role=Role.AGENT, queues=())
"""Who does here what was done there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment of a ticket. `public`: its portal shows it; nothing is ever mailed to a requester either way."""

    id: str
    at: datetime
    name: str
    text: str
    public: bool
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket as it stands there now. `ours` are the ids of the comments that we are known to have made there, read
    before the others were."""

    status: str
    comments: tuple[Comment, ...] = ()
    ours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is kept of a ticket: its key, the status there as it was last seen, and ours as it was when both agreed."""

    key: str
    status: str
    agreed: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What follows for the case, and whether its status is to be set there. `agreed` is ours from then on."""

    effect: Effect
    agreed: Status
    push: bool = False

    @property
    def changes(self) -> bool:
        """Whether the case is another by it."""
        return bool(self.effect.lines)


def fold(case: Dossier, link: Link, seen: Seen, acting: Acting) -> Folded:
    """What a ticket's comments and status do to its case."""
    lines = (*_written(case, link, seen, acting), *_gone(case, link, seen, acting))
    news = any(line.kind is EntryKind.TICKET_WROTE for line in lines)
    said = Effect(lines=lines, mails=told(case, acting) if news else ())
    moved = _moved(case, link, seen.status, acting)
    return replace(moved, effect=said | moved.effect)


def _written(case: Dossier, link: Link, seen: Seen, acting: Acting) -> list[Line]:
    """Comments that are new, or other than they were last seen. Ours are known by who made them, never by their words:
    somebody may quote these."""
    known, found = _known(case), list[Line]()
    for one in seen.comments:
        text, last = _fit(one.text), known.get(one.id)
        if one.own or one.id in seen.ours or not text or (last and not _is_other(one, text, last)):
            continue
        more = {"edited": True} if last else {}
        about = {"key": link.key, "comment": one.id, "name": one.name, "public": one.public}
        found.append(acting.line(EntryKind.TICKET_WROTE, text, **about, **more))
    return found


def _known(case: Dossier) -> dict[str, Line]:
    """The last line about each comment, by its id."""
    kinds = (EntryKind.TICKET_WROTE, EntryKind.TICKET_UNSAID)
    return {line.data.get("comment", ""): line for line in case.timeline if line.kind in kinds}


def _is_other(comment: Comment, text: str, last: Line) -> bool:
    """Whether it is not as it was; of one whose words were erased here nothing is taken in again."""
    if last.kind is EntryKind.TICKET_UNSAID:
        return not last.data.get("erased")
    return bool(last.text) and (last.text, last.data.get("public")) != (text, comment.public)


def _gone(case: Dossier, link: Link, seen: Seen, acting: Acting) -> list[Line]:
    """Comments that are not shown there any more, theirs and ours, each said once."""
    known, there = _known(case), {one.id for one in seen.comments}
    missing = [one for one in dict.fromkeys((*known, *sorted(seen.ours))) if one and one not in there]
    return [
        acting.line(
            EntryKind.TICKET_UNSAID,
            key=link.key,
            comment=one,
            name=known[one].data.get("name", "") if one in known else "",
            ours=one in seen.ours,
            erased=one in known and not known[one].text,  # here, by the purge or for a person
        )
        for one in missing
        if one not in known or known[one].kind is EntryKind.TICKET_WROTE
    ]


def _fit(text: str) -> str:
    """As much of somebody else's text as is kept, '' where there is none."""
    try:
        return written(text[:LONGEST_TEXT])
    except RefusedError:
        return ""


def _moved(case: Dossier, link: Link, status: str, acting: Acting) -> Folded:
    jira = acting.profile.jira
    they, we = status != link.status, case.status is not link.agreed
    meaning = jira.meaning(status)
    if not they or case.merged_into:
        return Folded(effect=Effect(), agreed=link.agreed, push=we and not they)
    if meaning is case.status or (meaning is None and not we):
        return Folded(effect=_noted(acting, link, status), agreed=link.agreed if meaning is None else case.status)
    if we and jira.status_owner is Owner.HERE:
        return Folded(effect=_noted(acting, link, status, lost="jira", ours=case.status), agreed=link.agreed, push=True)
    if meaning is None:
        return Folded(effect=_noted(acting, link, status, lost="here", ours=case.status), agreed=case.status)
    return _adopted(case, link, status, meaning, acting)


def _adopted(case: Dossier, link: Link, status: str, meaning: Status, acting: Acting) -> Folded:
    """Their status becomes ours, as far as there is a way to it here."""
    way = _closed(case, acting.profile.jira) if meaning is Status.CLOSED else _WAYS.get((case.status, meaning))
    try:
        effect = _unowned(case, way(case, acting)) if way else Effect()
    except RefusedError:  # hidden, or anything else that people could not do either
        effect = Effect()
    after = Status(effect.columns.get("status", case.status))
    lost = {"lost": "here", "ours": case.status} if after is not case.status and case.status is not link.agreed else {}
    return Folded(effect=_noted(acting, link, status, **lost) | effect, agreed=after)


Way = Callable[[Dossier, Acting], Effect]
_WAYS: Mapping[tuple[Status, Status], Way] = {
    (Status.NEW, Status.OPEN): lambda case, acting: Effect(columns={"status": Status.OPEN}),
    (Status.NEW, Status.WAITING): wait,
    (Status.OPEN, Status.WAITING): wait,
    (Status.WAITING, Status.OPEN): resume,
    (Status.CLOSED, Status.OPEN): reopen,
}
"""How a case gets from its status to theirs. An escalated case is worked there, whatever its ticket says: only its end
brings it back; and what there is called escalated begins no stay here."""


def _closed(case: Dossier, jira: Jira) -> Way | None:
    """A ticket that is closed brings its case back from the second level; the case is closed where the profile says."""
    if case.status is Status.CLOSED:
        return None
    if jira.closing is Closing.RETURNS:
        return _solved if case.stay else None
    return _solved_and_closed if case.stay else close


def _solved(case: Dossier, acting: Acting) -> Effect:
    return returned(case, acting, Outcome.SOLVED)


def _solved_and_closed(case: Dossier, acting: Acting) -> Effect:
    back = _solved(case, acting)
    return back | close(replace(case, stays=(), status=Status.OPEN), acting)


def _unowned(case: Dossier, effect: Effect) -> Effect:
    """Nobody has a case by what was done there: who had it still has it."""
    columns = {name: value for name, value in effect.columns.items() if name != "agent" or value == case.agent}
    lines = tuple(line for line in effect.lines if line.kind != EntryKind.ASSIGNED)
    return replace(effect, columns=columns, lines=lines)


def _noted(acting: Acting, link: Link, status: str, **more: Any) -> Effect:
    return Effect(lines=(acting.line(EntryKind.TICKET_MOVED, key=link.key, status=status, before=link.status, **more),))
