"""A major incident (ITIL): many cases of one trouble, announced, told, kept informed and closed from one place.

Pure. An act is a function of an `Incident` and of `Acting` that returns what changes, or raises RefusedError or
TextsError. What becomes of each case of it is in `cases.telling`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.acting import Acting, Action, Effect, require
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.errors import AiguillageError
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.secondlevel import Role
from cases.wave import are_alike

QUIET = timedelta(hours=8)
"""What comes within this time of the last case of an incident that is proposed, or was dismissed, belongs to it."""
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
    require_sayable(found)
    return found


def require_sayable(texts: Texts) -> None:
    """Raises TextsError with all that is wrong with what is there."""
    said = ((part, lang, text) for part, by_lang in texts.items() for lang, text in by_lang.items())
    if faults := {(part, lang): fault for part, lang, text in said if (fault := _fault(part, text))}:
        raise TextsError(faults)


def _fault(part: Part, text: str) -> Fault | None:
    if not text:
        return Fault.MISSING
    if len(text) > LONGEST[part]:
        return Fault.TOO_LONG
    return None if part is Part.MESSAGE or text.isprintable() else Fault.NOT_SPOKEN


def belongs(incident: Incident, tool: str, signs: Collection[str]) -> bool:
    """Whether a new case of trouble with that tool is likely one of it: it tells of what they have in common, of a part
    of it and nothing else, or of all of it and more; or of nothing that could be compared. What they have in common is
    that of the first to come, who may have said less than others do. Where no tool is meant, it is all that tells."""
    said, common = frozenset(signs), frozenset(incident.signs)
    if not incident.tool:
        return are_alike(said, common)
    return tool == incident.tool and (said <= common or common <= said or are_alike(said, common))


def takes(incident: Incident, grown_at: datetime, now: datetime) -> bool:
    """Whether later cases are still its own. A proposal that nobody decides about, and to which nothing came for long,
    takes no more: it would hide the next trouble with its tool."""
    return incident.state is State.RUNNING or (incident.state is State.PROPOSED and now - grown_at < QUIET)


def is_again(incident: Incident, cases: int) -> bool:
    """Whether one that was dismissed has clearly more cases by now."""
    return cases >= CLEARLY_MORE * int(incident.evidence.get("seen", cases))


def linked(case: Dossier, acting: Acting, incident: int) -> Effect:
    """The case is one of it."""
    require(Action.LINK, case, acting)
    return Effect(lines=(acting.line(EntryKind.INCIDENT_LINKED, incident=incident),))


def unlinked(case: Dossier, acting: Acting, incident: int) -> Effect:
    """The case is none of it after all."""
    require(Action.NOTE, case, acting)
    return Effect(lines=(acting.line(EntryKind.INCIDENT_UNLINKED, incident=incident),))
