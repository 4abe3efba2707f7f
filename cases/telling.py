"""What people are told of a major incident: what becomes of each of its cases, and word to the second level. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cases.acting import Acting, Effect
from cases.actions import close
from cases.case import EntryKind, Status
from cases.dossier import Dossier, mail
from cases.mails import Mail
from cases.major import Incident, Part, State, Word
from cases.policy import OutboundKind, withheld
from cases.profile import Profile
from cases.seconding import returned
from cases.secondlevel import Outcome, second_level_for


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of a case for a message to all: the effect on it, None where it is left alone, and why its
    requester is not written to, '' where they are."""

    effect: Effect | None
    fate: str


PERSON_TOLD = "told_by_another_case"
LEFT_ALONE = "closed_meanwhile"


def tell(incident: Incident, case: Dossier, acting: Acting, person: str, *, known: bool) -> Told:
    """The last message to all, for one of its cases. `person` is whose it is; `known`: they have this message already,
    for another case. What was closed or hidden meanwhile is left alone; of a case that was merged the person is told,
    and the one that it went into is its own."""
    if case.hidden or (case.status is Status.CLOSED and not case.merged_into):
        return Told(None, LEFT_ALONE)
    fate = PERSON_TOLD if known else unwritable(case.requester.address, acting.profile)
    if incident.state is State.OVER and not case.merged_into:
        return Told(_ended(incident, case, acting, silent=bool(fate)), fate)
    sent = () if fate else (message(incident, case, acting.name, person),)
    line = acting.line(EntryKind.INCIDENT_TOLD, incident=incident.id, mailed=not fate, fate=fate)
    return Told(Effect(lines=(line,), mails=sent), fate)


def unwritable(address: str, profile: Profile) -> str:
    """Why a message to many does not go there, '' where it does. What a person decided is not held to the budgets of
    machines."""
    return str(withheld(address, profile, 0, 0) or "")


def message(incident: Incident, case: Dossier, by: str, person: str) -> Mail:
    """The mail to a person, in the language of their case; its key makes it one for each person."""
    said = {"text": words(incident, Part.MESSAGE, case.lang), "by": by}
    key = f"{OutboundKind.INCIDENT}:{incident.id}:{incident.messages}:{person}"[:120]
    return replace(mail(case, OutboundKind.INCIDENT, key, case.requester.address, said), automatic=False)


def words(incident: Incident, part: Part, lang: str) -> str:
    """What is said in that language, or in the first that there is."""
    said = incident.texts.get(part, {})
    return said.get(lang) or next(iter(said.values()), "")


def _ended(incident: Incident, case: Dossier, acting: Acting, *, silent: bool) -> Effect:
    """The case closed with the last word; what the second level has of it came back solved."""
    back = returned(case, acting, Outcome.SOLVED) if case.stay else Effect()
    stays = tuple(replace(one, outcome=one.outcome or Outcome.SOLVED) for one in case.stays)
    ours = replace(case, stays=stays, status=Status.OPEN if case.stay else case.status)
    text = words(incident, Part.MESSAGE, case.lang)
    return back | close(ours, acting, "" if silent else text, silent=silent)


def notice(incident: Incident, case: Dossier, acting: Acting, numbers: Sequence[str], what: Word) -> Mail | None:
    """Word to the second level's address for major incidents, None where it has none. It hangs on the first case."""
    n2 = second_level_for(incident.tool, acting.profile.second_level)
    if n2 is None or not n2.major:
        return None
    said = {
        "what": what,
        "n2": n2.label,
        "by": acting.name,
        "text": words(incident, Part.MESSAGE, n2.language),
        "since": incident.since.isoformat(),
        "count": len(numbers),
        "cases": list(numbers[:50]),
        "tool": incident.tool,
        "in_reply_to": "",
        "references": [],
    }
    key = f"{OutboundKind.INCIDENT_N2}:{incident.id}:{incident.messages}"
    made = mail(case, OutboundKind.INCIDENT_N2, key, n2.major.lower(), said)
    return replace(made, lang=n2.language, automatic=False)
