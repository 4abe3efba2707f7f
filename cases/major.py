"""A major incident (ITIL): many cases of one trouble, announced, told, kept informed and closed from one place.

Pure. An act is a function of an `Incident` and of `Acting` that returns what changes, or raises RefusedError or
TextsError; what becomes of each case of it is an `Effect`, as of any other action.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.acting import Acting, Effect
from cases.actions import close as close_case
from cases.case import EntryKind, Status
from cases.dossier import Dossier, mail
from cases.errors import AiguillageError
from cases.mails import Mail
from cases.policy import OutboundKind, withheld
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.seconding import returned
from cases.secondlevel import Outcome, Role, second_level_for
from cases.wave import are_alike

QUIET = timedelta(hours=8)
"""What comes within this time of an incident that was dismissed belongs to it."""
CLEARLY_MORE = 2
"""Times as many cases as when it was dismissed: then it is proposed again."""
LEADERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


class State(StrEnum):
    """How a major incident stands."""

    PROPOSED = "proposed"
    RUNNING = "running"
    OVER = "over"
    DISMISSED = "dismissed"


class Tie(StrEnum):
    """How a case belongs to it."""

    PROPOSED = "proposed"
    LINKED = "linked"
    UNLINKED = "unlinked"


class Part(StrEnum):
    """What is said of it: by the voice before the menu, in receipts, and in a mail to everybody concerned."""

    BANNER = "banner"
    RECEIPT = "receipt"
    MESSAGE = "message"


class Word(StrEnum):
    """What is done with one, as its history and the notice to the second level say it."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    UPDATED = "updated"
    OVER = "over"
    DISMISSED = "dismissed"
    AGAIN = "again"


class Fault(StrEnum):
    """What is wrong with a text."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_SPOKEN = "not_spoken"


LONGEST: Mapping[Part, int] = {Part.BANNER: 200, Part.RECEIPT: 200, Part.MESSAGE: 5_000}
"""Characters: a voice says 200 in about ten seconds, callers hang up on more; a receipt has one line for it."""

Texts = Mapping[Part, Mapping[str, str]]
"""The words of each part by language."""


class TextsError(AiguillageError):
    """Texts that cannot be told: what is wrong, by part and language."""

    def __init__(self, faults: Mapping[tuple[Part, str], Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{part} in {lang}: {fault}" for (part, lang), fault in faults.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A major incident as it stands. `evidence` is why it was proposed, `messages` how many were written to all,
    `history` what was done with it: {"at", "by", "name", "what", "texts"}."""

    id: int
    tool: str
    state: State
    since: datetime
    version: int
    evidence: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    automatic: bool = False
    banner_id: int | None = None
    messages: int = 0
    history: Sequence[Mapping[str, Any]] = ()

    @property
    def signs(self) -> frozenset[str]:
        """What its cases have in common; nothing where they were counted for their tool alone."""
        return frozenset(self.evidence.get("signs", ())) if self.evidence.get("alike") else frozenset()

    @property
    def is_alive(self) -> bool:
        """Whether anything can still be done with it."""
        return self.state in (State.PROPOSED, State.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an act does: the columns of the incident; `banner` are the texts that are announced from now on, None where
    that stays; `ends`: none is any more. `tells` is what the second level is told, None for nothing."""

    columns: Mapping[str, Any]
    banner: Texts | None = None
    ends: bool = False
    tells: Word | None = None


def announce(incident: Incident, acting: Acting, texts: Texts, *, automatic: bool = False) -> Change:
    """Tell callers, who writes from now on, everybody whose case is linked, and the second level."""
    _require(incident, acting, State.PROPOSED)
    told = checked(texts, acting.profile, tuple(Part))
    columns = {"state": State.RUNNING, "automatic": automatic, "messages": incident.messages + 1, "texts": told}
    return Change(columns=columns | _noted(incident, acting, Word.ANNOUNCED, told), banner=told, tells=Word.ANNOUNCED)


def update(incident: Incident, acting: Acting, texts: Texts) -> Change:
    """Tell all of them something new."""
    _require(incident, acting, State.RUNNING)
    told = checked(texts, acting.profile, tuple(Part))
    columns = {"messages": incident.messages + 1, "texts": told}
    return Change(columns=columns | _noted(incident, acting, Word.UPDATED, told), banner=told, tells=Word.UPDATED)


def close(incident: Incident, acting: Acting, texts: Texts) -> Change:
    """It is over: no caller hears of it any more, and its cases are closed with a word to each person."""
    _require(incident, acting, State.RUNNING)
    told = checked(texts, acting.profile, (Part.MESSAGE,))
    columns = {"state": State.OVER, "messages": incident.messages + 1, "ended_at": acting.now}
    texts_now = {**incident.texts, Part.MESSAGE: told[Part.MESSAGE]}
    return Change(
        columns={**columns, "texts": texts_now, **_noted(incident, acting, Word.OVER, told)}, ends=True, tells=Word.OVER
    )


def dismiss(incident: Incident, acting: Acting, cases: int) -> Change:
    """It is none; `cases` are those it has, so that it is seen when there are clearly more."""
    _require(incident, acting, State.PROPOSED)
    columns = {"state": State.DISMISSED, "evidence": {**incident.evidence, "seen": cases}}
    return Change(columns=columns | _noted(incident, acting, Word.DISMISSED, {}))


def choose(incident: Incident, acting: Acting, *, automatic: bool) -> Change:
    """Whether later cases that are alike are linked without a person."""
    _require(incident, acting, State.RUNNING)
    return Change(columns={"automatic": automatic})


def _require(incident: Incident, acting: Acting, state: State) -> None:
    if acting.agent.role not in LEADERS:
        raise RefusedError(Refusal.INCIDENT_LEADS, name=acting.name)
    if incident.state is not state:
        refusal = Refusal.INCIDENT_NOT_RUNNING if state is State.RUNNING else Refusal.INCIDENT_NOT_PROPOSED
        raise RefusedError(refusal, incident=incident.id, state=incident.state)


def _noted(incident: Incident, acting: Acting, what: Word, texts: Texts) -> dict[str, Any]:
    line = {"at": acting.now.isoformat(), "by": acting.agent.id, "name": acting.name, "what": what, "texts": texts}
    return {"history": [*incident.history, line]}


def checked(texts: Texts, profile: Profile, parts: Sequence[Part]) -> dict[Part, dict[str, str]]:
    """These parts in every language of the service, without blanks around. Raises TextsError with all that is wrong."""
    found = {part: {lang: texts.get(part, {}).get(lang, "").strip() for lang in profile.languages} for part in parts}
    said = ((part, lang, text) for part, by_lang in found.items() for lang, text in by_lang.items())
    if faults := {(part, lang): fault for part, lang, text in said if (fault := _fault(part, text))}:
        raise TextsError(faults)
    return found


def _fault(part: Part, text: str) -> Fault | None:
    if not text:
        return Fault.MISSING
    if len(text) > LONGEST[part]:
        return Fault.TOO_LONG
    return None if part is Part.MESSAGE or text.isprintable() else Fault.NOT_SPOKEN


def belongs(incident: Incident, tool: str, signs: Collection[str]) -> bool:
    """Whether a new case of trouble with that tool is likely one of it: it tells of what they have in common, or of
    nothing that could be compared."""
    if incident.tool and tool != incident.tool:
        return False
    return not incident.signs or not signs or are_alike(signs, incident.signs)


def is_again(incident: Incident, cases: int) -> bool:
    """Whether one that was dismissed has clearly more cases by now."""
    return cases >= CLEARLY_MORE * int(incident.evidence.get("seen", cases))


def linked(acting: Acting, incident: Incident) -> Effect:
    """The case is one of it."""
    return Effect(lines=(acting.line(EntryKind.INCIDENT_LINKED, incident=incident.id),))


def unlinked(acting: Acting, incident: Incident) -> Effect:
    """The case is none of it after all."""
    return Effect(lines=(acting.line(EntryKind.INCIDENT_UNLINKED, incident=incident.id),))


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
    for another case. What was closed, merged or hidden meanwhile is left alone."""
    if case.hidden or case.merged_into or case.status is Status.CLOSED:
        return Told(None, LEFT_ALONE)
    fate = PERSON_TOLD if known else unwritable(case.requester.address, acting.profile)
    if incident.state is State.OVER:
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
    return back | close_case(ours, acting, "" if silent else text, silent=silent)


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
