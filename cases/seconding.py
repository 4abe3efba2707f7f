"""The second level from a person's side: escalating a case, writing into its private thread, its return.

Nothing of that thread is ever quoted to the requester, and what leaves for the second level is masked unless the
profile says that it may see personal data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases import escalation
from cases.acting import Acting, Action, Effect, require
from cases.assigning import own, routed
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Message, Stay, common, headers
from cases.escalation import Request
from cases.event import Attachment
from cases.mails import Mail
from cases.matching import LONGEST_TICKET
from cases.policy import OutboundKind, team_told
from cases.refusal import Refusal, RefusedError
from cases.routing import Queue, climbs_to
from cases.secondlevel import Outcome, SecondLevel, Via, second_level_for
from cases.writing import LONGEST_TEXT, on_one_line, written

SHORTEST_WORDING = 20
"""Characters of a wording."""
FEWEST_WORDS, SHORTEST_WORD = 3, 3
"""How many words, of how many letters or more, it has that are not in the subject: a subject copied is no rewording."""
WITHDRAWN = "withdrawn"
"""What the second level is told where it is no longer asked; the text of that mail has the words for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person fills in to escalate. `to` is the second level's id, '' for the one of the case's tool; `ticket`
    its own key, '' for the one it had there before; `files` are {"filename", "content_type", "sha256"} of the
    attachments that were chosen."""

    wording: str
    to: str = ""
    since: str = ""
    affected: str = ""
    tried: str = ""
    ticket: str = ""
    files: tuple[Mapping[str, Any], ...] = ()


def escalate(case: Dossier, acting: Acting, wish: Wish) -> Effect:
    """Ask the second level, in words of one's own. Sent again after a refusal, the case keeps its ticket there."""
    require(Action.ESCALATE, case, acting)
    if case.stay:
        raise RefusedError(Refusal.ASKED_ALREADY, number=case.number)
    if acting.agent.role not in acting.profile.escalations.roles:
        roles = ", ".join(acting.profile.escalations.roles)
        raise RefusedError(Refusal.MAY_NOT_ESCALATE, name=acting.name, role=acting.agent.role, roles=roles)
    n2 = _second_level(case, acting, wish.to)
    request = _request(case, acting, wish, n2)
    said = {"n2": n2.id, "rule": "", "ticket": request.ticket, **request.details()}
    escalated = Effect(
        columns={"status": Status.ESCALATED},
        lines=(acting.line(EntryKind.ESCALATED, request.wording, **said),),
        escalated=request,
    )
    return escalated | own(case, acting)


def _second_level(case: Dossier, acting: Acting, to: str) -> SecondLevel:
    known = {one.id: one for one in acting.profile.second_level}
    if to and to not in known:
        raise RefusedError(Refusal.NO_SUCH_N2, n2=to, known=", ".join(known) or "none")
    found = known.get(to) or second_level_for(case.tool, known.values())
    if found is None:
        refusal = Refusal.NO_N2_OF_TOOL if known else Refusal.NO_N2
        raise RefusedError(refusal, tool=case.tool, known=", ".join(known))
    return found


def _request(case: Dossier, acting: Acting, wish: Wish, n2: SecondLevel) -> Request:
    return Request(
        n2=n2,
        wording=_reworded(case, wish.wording),
        confirm_to=confirmed_to(case, acting),
        confirm_lang=acting.profile.mailbox(case.mailbox).language,
        by=acting.name,
        since=on_one_line(wish.since),
        affected=on_one_line(wish.affected),
        tried=on_one_line(wish.tried),
        files=wish.files,
        ticket=on_one_line(wish.ticket)[:LONGEST_TICKET] or _ticket(case, n2),
    )


def _ticket(case: Dossier, n2: SecondLevel) -> str:
    """Its key for the case, where the case has been there before."""
    return next((stay.ticket for stay in reversed(case.stays) if stay.n2 == n2.id and stay.ticket), "")


def confirmed_to(case: Dossier, acting: Acting) -> str:
    """Who escalates is told that it left; where their address is not known, the mailbox's team."""
    profile, address = acting.profile, acting.agent.address.lower()
    if address and address not in profile.own_addresses:
        return address
    team = profile.mailbox(case.mailbox).team.lower()
    return team_told(profile, case.mailbox, case.sent.to.get(team, 0))


def _reworded(case: Dossier, wording: str) -> str:
    words = written(wording)
    if len(words) < SHORTEST_WORDING:
        raise RefusedError(Refusal.WORDING_SHORT, length=len(words), least=SHORTEST_WORDING)
    if len(_telling(words) - _telling(case.subject)) < FEWEST_WORDS:
        raise RefusedError(Refusal.WORDING_IS_SUBJECT)
    return words


def _telling(text: str) -> set[str]:
    """Its words of three letters or more, each once: neither marks nor one letter again and again say anything."""
    found = {"".join(filter(str.isalpha, word)) for word in text.casefold().split()}
    return {word for word in found if len(word) >= SHORTEST_WORD and len(set(word)) > 1}


def chosen_files(case: Dossier, chosen: Sequence[int]) -> tuple[tuple[Message, Attachment], ...]:
    """The files of the case with these places in `Dossier.files`, counted from 1. Raises RefusedError."""
    places = range(1, len(case.files) + 1)
    if unknown := [place for place in chosen if place not in places]:
        known = ", ".join(f"{place} {case.files[place - 1][1].filename}" for place in places)
        raise RefusedError(Refusal.NO_SUCH_FILE, number=case.number, place=unknown[0], known=known or "none")
    return tuple(case.files[place - 1] for place in dict.fromkeys(chosen))


def tell(case: Dossier, acting: Acting, text: str) -> Effect:
    """Write to the second level that has the case; the requester never sees it."""
    require(Action.TELL, case, acting)
    if case.stay is None:
        raise RefusedError(Refusal.AT_NO_N2, number=case.number)
    n2 = _second_level(case, acting, case.stay.n2)
    words = written(text)
    said = {"text": n2.shown(words), "by": acting.name}
    mails = () if n2.via is Via.JIRA else (_private(case, case.stay, n2, "{entry}", said),)
    return Effect(lines=(acting.line(EntryKind.N2_WRITTEN, words, n2=n2.id),), mails=mails)


def _private(case: Dossier, stay: Stay, n2: SecondLevel, once: str, said: Mapping[str, Any]) -> Mail:
    """A mail of the private thread; `once` is what sets its key apart from those of the others."""
    named = {"n2": n2.label, "ticket": stay.ticket}
    return Mail(
        kind=OutboundKind.N2_MESSAGE,
        key=f"n2:{stay.id}:{once}",
        case_id=case.id,
        mailbox=case.mailbox,
        recipient=n2.address,
        lang=n2.language,
        context={**common(case), **headers(case.private_thread), **named, **said},
        automatic=False,
        escalation_id=stay.id,
    )


def returned(case: Dossier, acting: Acting, outcome: Outcome, text: str = "") -> Effect:
    """Note what became of an escalation; the case is ours again. Who is no longer asked is told so, and nothing of what
    was noted."""
    require(Action.RETURNED, case, acting)
    said = {"n2": case.stay.n2, "ticket": case.stay.ticket} if case.stay else {}
    line = acting.line(EntryKind.RETURNED, written(text) if text.strip() else "", **said, outcome=outcome)
    told = withdrawal(case, acting) if outcome is Outcome.WITHDRAWN else ()
    back = Effect(columns={"status": Status.OPEN}, lines=(line,), ended=outcome, mails=told)
    if case.queue is not Queue.N2:
        return back
    ours = routed(case, acting, climbs_to(case.queue, acting.profile.routing))
    return back | ours | (Effect(columns={"agent": case.agent}) if case.agent else own(case, acting))


def withdrawal(case: Dossier, acting: Acting) -> tuple[Mail, ...]:
    """Word to the second level that has the case that it need not look at it any more; none where the profile knows it
    no longer."""
    stay = case.stay
    n2 = next((one for one in acting.profile.second_level if stay and one.id == stay.n2), None)
    if stay is None or n2 is None or n2.via is Via.JIRA:
        return ()
    return (_private(case, stay, n2, WITHDRAWN, {"what": WITHDRAWN, "text": "", "by": acting.name}),)


def case_for(case: Dossier) -> escalation.Case:
    """What the second level is told of a case: the requester's own words, as many as of one that a rule escalates."""
    original = case.letters[0].sha256 if case.letters else ""
    return escalation.Case(
        id=case.id,
        number=case.number,
        mailbox=case.mailbox,
        priority=case.assessment.priority,
        category=case.category,
        motif=case.motif,
        tool=case.tool,
        lang=case.lang,
        requester=case.requester.address,
        subject=case.subject,
        text="\n\n".join(_words(case))[:LONGEST_TEXT],
        opened_at=case.opened_at,
        original=original,
    )


def _words(case: Dossier) -> tuple[str, ...]:
    """What the requester wrote, or else said on the phone."""
    letters = tuple(letter.text for letter in case.letters if letter.text)
    noted = tuple(line.text for line in case.timeline if line.kind == EntryKind.LOGGED)
    return letters or case.transcripts or noted
