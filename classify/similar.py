"""Cases that may be the same request, or the same trouble: proposals for a person, never an act. Pure.

Likeness of words alone does not tell (area under the curve 0.55 to 0.68 on this kind of mail). What does: the same
sender or file number, or the same tool, motif and symptom within hours.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.masking import blanked
from classify.concepts import Concepts
from classify.decide import INCIDENT, NO_TOOL
from classify.text import WORD

DUPLICATE_WITHIN = timedelta(days=2)
SENDER_WITHIN = timedelta(days=14)
SYMPTOM_WITHIN = timedelta(hours=12)
ALIKE = 0.5
"""Jaccard index of two texts' symptoms."""
FAULTS = frozenset(
    ("error", "broken", "blocked", "locked", "slow", "unable", "refused", "unavailable", "wrong_result", "nothing")
)
STEPS = frozenset(
    ("login", "login_loop", "pay", "sign", "submit", "attach", "download", "screen", "map", "draft", "alerts", "fill")
)
SYMPTOMS = FAULTS | STEPS
"""What goes wrong, and at which step."""
_FILE_NUMBER = re.compile(r"(?<![\w./-])[A-Z]{0,4}-?\d{2,}(?:[/.-][A-Z]{0,3}\d+){1,5}(?!\w)", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-](?:\d\d){1,2}|\d{4}-\d\d-\d\d|\d+(?:\.\d+)+")
"""A day; and digits and points alone: a day, an amount, a version, an address of a machine."""
FEWEST_DIGITS = 6
_PARTED = re.compile(r"\d[/.-][A-Za-z\d]")
"""What each of them has."""


class Likeness(StrEnum):
    """A duplicate says again what was said; a similar case is another person's same trouble, or the same file."""

    DUPLICATE = "duplicate"
    SIMILAR = "similar"


class Why(StrEnum):
    """What the two cases have in common."""

    SENDER = "sender"
    NUMBER = "number"
    ADDRESS = "address"
    FILE_NUMBER = "file_number"
    SYMPTOM = "symptom"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of a case. `person` is the requester's key or ''; files and symptoms are read from the text."""

    identity: int
    opened_at: datetime
    person: str
    tool: str
    motif: str
    files: frozenset[str]
    symptoms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another case, and why a person should look at both."""

    identity: int
    likeness: Likeness
    why: Why


def file_numbers(text: str, own_prefix: str = "") -> frozenset[str]:
    """Numbers of files as people write them (`2026/12345`, `F0510/92094/PU3/2026.0012`), without case numbers of ours
    (`own_prefix`), dates, amounts, telephones and accounts."""
    if not _PARTED.search(text):
        return frozenset()  # to look closer takes many times as long
    found = {match.group().upper() for match in _FILE_NUMBER.finditer(blanked(text))}
    return frozenset(
        number
        for number in found
        if not _DATE.fullmatch(number)
        and sum(map(str.isdigit, number)) >= FEWEST_DIGITS
        and not (own_prefix and number.startswith(own_prefix.upper()))
    )


def signs(text: str, concepts: Concepts) -> frozenset[str]:
    """What a text tells of, by the names of concepts: the same whatever the language."""
    return frozenset().union(*map(concepts.written, set(WORD.findall(text))))


def symptoms(text: str, concepts: Concepts) -> frozenset[str]:
    """What goes wrong and at which step, whatever the language."""
    return signs(text, concepts) & SYMPTOMS


def propose(case: Seen, others: Iterable[Seen]) -> list[Proposal]:
    """Duplicates first, then similar cases; each other case at most once, the closest in time first."""
    others = [other for other in others if other.identity != case.identity]
    ordered = sorted(others, key=lambda other: abs(case.opened_at - other.opened_at))
    said = [Proposal(other.identity, *pair) for other in ordered if (pair := _compared(case, other))]
    return sorted(said, key=lambda proposal: proposal.likeness is Likeness.SIMILAR)


def _compared(case: Seen, other: Seen) -> tuple[Likeness, Why] | None:
    apart = abs(case.opened_at - other.opened_at)
    same_person = bool(case.person) and case.person == other.person
    same_kind = (case.tool, case.motif) == (other.tool, other.motif)
    same_file = bool(case.files & other.files)
    if same_person and apart <= DUPLICATE_WITHIN and (same_file or same_kind):
        return Likeness.DUPLICATE, Why.FILE_NUMBER if same_file else Why.SENDER
    if same_file:
        return Likeness.SIMILAR, Why.FILE_NUMBER
    if same_kind and apart <= SYMPTOM_WITHIN and _same_trouble(case, other):
        return Likeness.SIMILAR, Why.SYMPTOM
    if same_person and apart <= SENDER_WITHIN and case.tool == other.tool != NO_TOOL:
        return Likeness.SIMILAR, Why.SENDER
    return None


def _same_trouble(case: Seen, other: Seen) -> bool:
    if case.tool == NO_TOOL or case.motif != INCIDENT:
        return False
    common, whole = case.symptoms & other.symptoms, case.symptoms | other.symptoms
    return bool(common) and len(common) >= ALIKE * len(whole)
