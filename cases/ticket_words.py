"""The words of a ticket: its summary, its description, its comments. Pure: a case and a line in, text out."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from cases.case import EntryKind
from cases.dossier import Dossier, Line, Message
from cases.masking import masked
from cases.profile import Category, Motif, Profile, Tool
from cases.seconding import case_for
from cases.ticket import Jira, mark
from cases.ticket_files import left_out
from cases.ticket_texts import words

LONGEST_SUMMARY = 255
"""Characters of a summary (Jira, field limits)."""
LONGEST_TEXT = 30_000
"""Characters of words in a description or comment: Jira takes 32,767 (`jira.text.field.character.limit`)."""
LONGEST_NAMES = 1_000
"""Characters of a list of files."""

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
    lines += _files(own_letters(case), jira)
    return f"{_plain(shown(jira)(told.text))[:LONGEST_TEXT]}\n\n" + "\n".join(lines)


def comment(case: Dossier, line: Line, jira: Jira, push_id: int) -> str:
    """What a line says there, with our mark at its end; '' where it says nothing any more."""
    said, message = words(jira), letter(case, line)
    if line.kind in _WORDLESS:
        return f"{said[line.kind].format(case=line.data.get('case', ''))}\n\n{mark(case.number, push_id)}"
    text = _plain(shown(jira)(message.text if message else line.text))[:LONGEST_TEXT].strip()
    files = _files([message], jira) if message else []
    if not (text or files):
        return ""
    head = said.get(line.kind, said["wrote"])
    facts = [f"{said[name]}: {shown(jira)(value)}" for name in _ASKED if (value := line.data.get(name, ""))]
    return "\n\n".join(filter(None, (head, text, *facts, "\n".join(files), mark(case.number, push_id))))


_WORDLESS = (EntryKind.RETURNED, EntryKind.MERGED, EntryKind.UNMERGED)
"""Lines that say the same whatever a person noted with them."""
_ASKED = ("since", "affected", "tried")


def letter(case: Dossier, line: Line) -> Message | None:
    """The message of the requester that a line names; nothing of a private thread is taken for theirs."""
    return next((one for one in case.letters if one.id == line.data.get("message")), None)


def own_letters(case: Dossier) -> list[Message]:
    """What the requester wrote, without what came for a case that was merged into it: that one has its own ticket."""
    return [one for one in case.letters if not one.merged]


def _files(messages: Iterable[Message], jira: Jira) -> list[str]:
    """The names of the files that are attached, and of those that are not with the reason; of very many the first."""
    said, going, staying = words(jira), list[str](), list[str]()
    for file in (file for message in messages for file in message.attachments):
        name, why = " ".join(shown(jira)(file.filename).split()), left_out(file, jira)
        if why:
            staying.append(f"{name} ({said[why]})")
        else:
            going.append(name)
    named = {said["attached"]: going, said["left_out"]: staying}
    return [f"{head}: {', '.join(names)}"[:LONGEST_NAMES] for head, names in named.items() if names]


def _plain(text: str) -> str:
    """Nobody who writes to us mentions people in Jira, or hides a link there (its notation escapes by `\\`)."""
    return _MARKUP.sub(r"\\\g<0>", text)


_MARKUP = re.compile(r"\[(?=~|\^|[^\]\n|]{0,200}\|)|\{(?=[A-Za-z]{2,20}[:}])")


def shown(jira: Jira) -> Callable[[str], str]:
    return str if jira.unmasked else partial(masked, but=jira.shows)


def values(case: Dossier, profile: Profile) -> dict[str, Any]:
    """By a field's name, what is written in it."""
    jira = profile.jira
    own = {name: ATTRIBUTES[attribute](case, profile) for name, attribute in jira.fields.items()}
    return {**own, jira.reference: case.number}
