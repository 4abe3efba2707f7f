"""The words of a ticket: its summary, its description, its comments. Pure: a case and a line in, text out."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from cases.case import EntryKind
from cases.dossier import Dossier, Line
from cases.masking import masked
from cases.profile import Category, Motif, Profile, Tool
from cases.seconding import case_for
from cases.ticket import Jira, mark

LONGEST_SUMMARY = 255
"""Characters of a summary (Jira, field limits)."""
LONGEST_TEXT = 30_000
"""Characters of a description or comment: Jira takes 32,767 (`jira.text.field.character.limit`)."""

Attribute = Callable[[Dossier, Profile], str]


def _label(found: Iterable[Category | Motif | Tool], identity: str, profile: Profile) -> str:
    return next((one.labels.get(profile.jira.language, one.id) for one in found if one.id == identity), identity)


ATTRIBUTES: Mapping[str, Attribute] = {
    "number": lambda case, _: case.number,
    "priority": lambda case, _: case.assessment.priority,
    "category": lambda case, profile: _label(profile.categories, case.category, profile),
    "motif": lambda case, profile: _label(profile.motifs, case.motif, profile),
    "tool": lambda case, profile: _label(profile.tools, case.tool, profile),
    "language": lambda case, _: case.lang,
    "channel": lambda case, _: case.channel,
}
"""What of a case may stand in a field of its ticket."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "case": "Dossier",
        "tool": "Outil",
        "category": "Catégorie",
        "priority": "Priorité",
        "language": "Langue",
        "opened": "Ouvert le",
        "requester": "Demandeur",
        "wrote": "Le demandeur a écrit :",
        "answered": "Réponse au demandeur :",
        "closed": "Dossier clôturé, avec ces mots au demandeur :",
        "escalated": "Escalade :",
        "n2_written": "Message de l'assistance :",
        "returned": "Le dossier est retiré : plus rien n'est attendu.",
        "since": "Depuis",
        "affected": "Touchés",
        "tried": "Essayé",
    },
    "de": {
        "case": "Vorgang",
        "tool": "Anwendung",
        "category": "Kategorie",
        "priority": "Priorität",
        "language": "Sprache",
        "opened": "Eröffnet am",
        "requester": "Antragsteller",
        "wrote": "Die anfragende Person hat geschrieben:",
        "answered": "Antwort an die anfragende Person:",
        "closed": "Vorgang abgeschlossen, mit diesen Worten an die anfragende Person:",
        "escalated": "Eskalation:",
        "n2_written": "Nachricht der Unterstützung:",
        "returned": "Der Vorgang ist zurückgezogen: Es wird nichts mehr erwartet.",
        "since": "Seit",
        "affected": "Betroffen",
        "tried": "Versucht",
    },
    "nl": {
        "case": "Dossier",
        "tool": "Toepassing",
        "category": "Categorie",
        "priority": "Prioriteit",
        "language": "Taal",
        "opened": "Geopend op",
        "requester": "Aanvrager",
        "wrote": "De aanvrager schreef:",
        "answered": "Antwoord aan de aanvrager:",
        "closed": "Dossier afgesloten, met deze woorden aan de aanvrager:",
        "escalated": "Escalatie:",
        "n2_written": "Bericht van de helpdesk:",
        "returned": "Het dossier is ingetrokken: er wordt niets meer verwacht.",
        "since": "Sinds",
        "affected": "Getroffen",
        "tried": "Geprobeerd",
    },
    "en": {
        "case": "Case",
        "tool": "Tool",
        "category": "Category",
        "priority": "Priority",
        "language": "Language",
        "opened": "Opened on",
        "requester": "Requester",
        "wrote": "The requester wrote:",
        "answered": "Answer to the requester:",
        "closed": "Case closed, with these words to the requester:",
        "escalated": "Escalation:",
        "n2_written": "Message from the helpdesk:",
        "returned": "The case is withdrawn: nothing more is expected.",
        "since": "Since",
        "affected": "Affected",
        "tried": "Tried",
    },
}


def words(jira: Jira) -> Mapping[str, str]:
    """Those of the language in which it is written there."""
    return _WORDS.get(jira.language, _WORDS["en"])


def summary(case: Dossier, jira: Jira) -> str:
    """One line, with the case's number."""
    subject = " ".join(shown(jira)(case.subject).split())
    return f"[{case.number}] {subject}"[:LONGEST_SUMMARY]


def description(case: Dossier, profile: Profile) -> str:
    """What the requester said, and what is known of the case."""
    jira, told = profile.jira, case_for(case)
    said = words(jira)
    facts = [(said[name], ATTRIBUTES[name](case, profile)) for name in ("tool", "category", "priority", "language")]
    facts.append((said["opened"], f"{case.opened_at:%Y-%m-%d %H:%M} UTC"))
    if jira.unmasked:
        facts.append((said["requester"], case.requester.address))
    lines = [f"{said['case']}: {case.number}", *(f"{name}: {value}" for name, value in facts if value)]
    return f"{shown(jira)(told.text)[:LONGEST_TEXT]}\n\n" + "\n".join(lines)


def comment(case: Dossier, line: Line, jira: Jira, push_id: int) -> str:
    """What a line says there, with our mark at its end; '' where it says nothing any more."""
    said = words(jira)
    text = shown(jira)(_text(case, line))[:LONGEST_TEXT]
    if line.kind == EntryKind.RETURNED:
        return f"{said['returned']}\n\n{mark(case.number, push_id)}"
    if not text.strip():
        return ""
    head = said.get(line.kind, said["wrote"])
    facts = [f"{said[name]}: {shown(jira)(value)}" for name in _ASKED if (value := line.data.get(name, ""))]
    return "\n\n".join((head, text, *facts, mark(case.number, push_id)))


_ASKED = ("since", "affected", "tried")


def _text(case: Dossier, line: Line) -> str:
    """The line's own words, or the requester's; nothing of a private thread is taken for theirs."""
    message = next((one for one in case.letters if one.id == line.data.get("message")), None)
    return message.text if message else line.text


def shown(jira: Jira) -> Callable[[str], str]:
    return str if jira.unmasked else partial(masked, but=jira.shows)


def values(case: Dossier, profile: Profile) -> dict[str, Any]:
    """By a field's name, what is written in it."""
    jira = profile.jira
    own = {name: ATTRIBUTES[attribute](case, profile) for name, attribute in jira.fields.items()}
    return {**own, jira.reference: case.number}
