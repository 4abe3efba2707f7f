"""Where quoted or forwarded text begins: what mail programs write above it, in French, German, Dutch and English.

Line scanners only. Each looks at a bounded number of lines and of characters of each, so that a whole text costs
linear time whatever it holds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ingest.email.plain import plain

_LOOKED_AT = 400
_LONGEST_LABEL = 40
_BLOCK_LINES = 16
_WRAPPED_LINES = 2
_ATTRIBUTION_LINES = 3
_MARKS = " \t\xa0>*_|"

_LABELS = {
    "from": "de|von|van|from|expediteur|absender|afzender",
    "date": "envoye|envoye le|date|date d'envoi|gesendet|datum|verzonden|verstuurd|sent",
    "to": "a|an|aan|to|pour|destinataire|destinataires|empfanger",
    "cc": "cc|copie|copie a|kopie|kopie an|kopie aan|cci|bcc",
    "subject": "objet|sujet|betreff|onderwerp|subject",
    "reply-to": "repondre a|reponse a|antwort an|antwoord aan|reply-to|reply to",
    "other": "importance|priorite|wichtigkeit|prioritat|prioriteit|urgentie|priority|pieces jointes|anlagen|bijlagen"
    "|attachments|categories|sensibilite",
}
_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels.split("|")}

_ORIGINAL = (
    "original message|message d'origine|message original|message initial|ursprungliche nachricht|originalnachricht"
    "|original-nachricht|urspr\\. nachricht|oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht"
    "|originele bericht|original appointment|rendez-vous d'origine|ursprunglicher termin"
)
_FORWARDED = (
    "forwarded message|message transfere|message transmis|message reexpedie|courriel transfere|e-mail transfere"
    "|weitergeleitete nachricht|weitergeleitete e-mail|weitergeleitete mail|doorgestuurd bericht|doorgestuurde bericht"
    "|begin forwarded message|debut du message (?:transfere|reexpedie|transmis)"
    "|begin (?:van het )?doorgestuurde? bericht|(?:anfang|beginn) der weitergeleiteten (?:nachricht|e-mail|mail)"
)
_SEPARATOR = re.compile(rf"-* ?(?:({_FORWARDED})|{_ORIGINAL}) ?(?:par .{{1,80}})?:? ?-*$")
_RULE = re.compile(r"[-_=*]{5,}$")

_LEAD = re.compile(r"(?:le|am|op|on|20\d\d) ?[^:]{0,40}?\d", re.IGNORECASE)
_TIME = re.compile(r"\b\d{1,2} ?[:h] ?\d{2}\b|\b\d{1,2}(?:\.\d{2})? uhr\b")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_STAMP = re.compile(r"(?:19|20)\d\d-\d\d-\d\d \d\d?:\d\d .{0,80}<[^ <>]+@[^ <>]+>$")
_BRACKETED = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]{1,64}@")
_WROTE = re.compile(
    r"\b(?:a ecrit(?: ce qui suit)?$|a ecrit le |schrieb\b|folgendes geschrieben$|geschrieben$|schreef\b"
    r"|(?:het volgende )?geschreven$|wrote$|wrote on |writes$)"
)
_TOLD = re.compile(
    r"\b(?:m'|t'|nous |vous |lui |leur |on |qui )a ecrit|\bschrieb (?:mir|uns|ich|ihm|ihr|er)\b"
    r"|\bschreef (?:mij|me|ons|ik)\b|\b(?:i|you|we|they|he|she) wrote"
)


class Kind(Enum):
    """How sure it is that quoted text follows: a weak one counts only before lines marked with `>`."""

    REPLY = "reply"
    FORWARD = "forward"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Introduction:
    """Lines `start` to `end` (exclusive) stand above quoted text. `fields` is the header block, by English name."""

    start: int
    end: int
    kind: Kind
    fields: dict[str, str] = field(default_factory=dict)


def introduction(lines: Sequence[str], index: int) -> Introduction | None:
    """What introduces quoted text at that line, or None. An attribution may have begun up to two lines before."""
    line = lines[index]
    if ":" not in line and not line.lstrip(_MARKS).startswith("-"):
        return None
    return _separated(lines, index) or _headed(lines, index) or _attributed(lines, index)


def is_marked(line: str) -> bool:
    """Whether the line carries the quote mark of RFC 3676 section 4.5; `>>> NEW <<<` shouts and quotes nothing."""
    return line[:_LOOKED_AT].lstrip(" \t\xa0").startswith(">") and not line.endswith("<<<")


def next_filled(lines: Sequence[str], index: int) -> int:
    """The first of the four lines from `index` on that is not blank; else the one after them, or the end."""
    end = min(index + 4, len(lines))
    return next((at for at in range(index, end) if lines[at].strip(_MARKS)), end)


def is_rule(line: str) -> bool:
    """Whether the line is a drawn line only."""
    return bool(_RULE.match(line[:_LOOKED_AT].strip()))


def header_block(lines: Sequence[str], index: int) -> Introduction | None:
    """A block of `De : / Envoyé : / À : / Objet :` that begins at that line, wrapped lines and quote marks allowed.

    It names the sender and two of date, recipient, subject; and it holds an address or a time of day, which a letter
    that begins with `De : ... Objet : ...` does not. Sender and date alone are enough with a date and a time of day.
    """
    fields: dict[str, str] = {}
    end, name = index, ""
    for at in range(index, min(index + _BLOCK_LINES, len(lines))):
        label, value = _labelled(lines[at])
        if label in fields or at - end > _WRAPPED_LINES or (not label and at == index):
            break
        if label:
            fields[label], name, end = value, label, at + 1
        elif at == end and name and value and name != "subject":
            fields[name] = f"{fields[name]} {value}"[:_LOOKED_AT]
    return Introduction(index, end, Kind.REPLY, fields) if _is_header(fields) else None


def _is_header(fields: Mapping[str, str]) -> bool:
    named = sum(name in fields for name in ("date", "to", "subject"))
    date = plain(fields.get("date", ""))
    timed = bool(_TIME.search(date))
    stamped = timed and bool(_DATE.search(date))
    return "from" in fields and (stamped or (named >= 2 and (timed or "@" in fields["from"])))


def _separated(lines: Sequence[str], index: int) -> Introduction | None:
    """`-----Message d'origine-----` and its kin, with dashes or a colon, and the header block below it if any."""
    line = lines[index][:_LOOKED_AT].strip(_MARKS)
    if not (line.startswith("-") or line.endswith(":")):
        return None
    separator = _SEPARATOR.match(plain(line))
    if not separator:
        return None
    below = header_block(lines, next_filled(lines, index + 1))
    kind = Kind.FORWARD if separator[1] else Kind.REPLY
    return Introduction(index, below.end if below else index + 1, kind, below.fields if below else {})


def _headed(lines: Sequence[str], index: int) -> Introduction | None:
    """A header block, together with a line drawn above it."""
    if _labelled(lines[index])[0] not in ("from", "date"):
        return None
    block = header_block(lines, index)
    if block is None:
        return None
    above = next((at for at in range(index - 1, max(index - 3, -1), -1) if lines[at].strip()), None)
    drawn = above is not None and is_rule(lines[above])
    return Introduction(above if drawn and above is not None else index, block.end, Kind.REPLY, block.fields)


def _attributed(lines: Sequence[str], index: int) -> Introduction | None:
    """`Le ... a écrit :`, `Am ... schrieb ...:`, `Op ... schreef ...:`, `On ... wrote:`, wrapped over three lines."""
    if not lines[index][-_LOOKED_AT:].rstrip(_MARKS).endswith(":"):
        return None
    found = None
    for start in range(index, max(index - _ATTRIBUTION_LINES, -1), -1):
        first = lines[start].strip(_MARKS)
        if not first or sum(map(len, lines[start : index + 1])) > _LOOKED_AT:
            break
        if start != index and not _LEAD.match(first):
            continue
        if kind := _attribution(plain(" ".join(line.strip(_MARKS) for line in lines[start : index + 1]))):
            found = Introduction(start, index + 1, kind)
    return found


def _attribution(sentence: str) -> Kind | None:
    """How sure the sentence is one that a mail program wrote: it has a date with a time, or an address."""
    said = sentence.rstrip(": ")
    if _TOLD.search(said):
        return None
    if not _WROTE.search(said):
        return Kind.REPLY if _STAMP.match(said) else None
    when = bool(_TIME.search(said)) and bool(_DATE.search(said))
    if _BRACKETED.search(said) or (when and _LEAD.match(said)):
        return Kind.REPLY
    return Kind.WEAK if when or _DATE.search(said) or len(said) <= 60 else None


def _labelled(line: str) -> tuple[str, str]:
    """The English name of the field that the line begins with ('' where none), and the value or the whole line."""
    label, colon, value = line[:_LOOKED_AT].strip(_MARKS).partition(":")
    name = _FIELD_OF.get(plain(label).rstrip(" *_"), "") if colon and len(label) <= _LONGEST_LABEL else ""
    return name, value.strip(_MARKS) if name else line[:_LOOKED_AT].strip(_MARKS)
