"""Which case an event belongs to: a table of evidence, not a guess.

Two questions are kept apart: what the mail *refers to* (`references`), and whether that is enough to join (`decide`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import islice

from cases.case import Status, numbered
from cases.event import Dmarc, InboundEvent
from cases.profile import Matching, Profile
from cases.tokens import Signer


class Evidence(IntEnum):
    """What ties a message to a case, weakest first."""

    NUMBER = 1
    REFERENCE = 2
    TOKEN = 3


class Age(StrEnum):
    """OPEN: being worked on. CLOSED: closed within the re-open window. OLD: closed before it, or long untouched."""

    OPEN = "open"
    CLOSED = "closed"
    OLD = "old"


class Match(StrEnum):
    """JOIN the case; PROPOSE: open a new one and propose the link to a person; NEW: open one, no link."""

    JOIN = "join"
    PROPOSE = "propose"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class References:
    """What a message refers to: cases by signed token, Message-IDs (RFC 5322 3.6.4), cases by quoted number."""

    tokens: tuple[int, ...]
    message_ids: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A case that a message refers to. `participant`: the sender has written in it or was written to from it."""

    case_id: int
    evidence: Evidence
    participant: bool
    status: Status
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for a message, with the case it concerns (None for NEW)."""

    match: Match
    case_id: int | None = None
    evidence: Evidence | None = None


MAX_REFERENCES = 20


def references(event: InboundEvent, profile: Profile, signer: Signer) -> References:
    """What the event refers to. At most `MAX_REFERENCES` Message-IDs count, the nearest ones, and as many numbers."""
    signed = (*event.references, *event.recipients, event.text)
    tokens = dict.fromkeys(case for text in signed if (case := signer.case_of(text)) is not None)
    quoted = quoted_numbers(event.subject, profile.case_prefix, event.received_at.year)
    numbers = dict.fromkeys(islice(quoted, MAX_REFERENCES))
    return References(tuple(tokens), event.references[-MAX_REFERENCES:], tuple(numbers))


def quoted_numbers(subject: str, prefix: str, year: int) -> Iterable[int]:
    """The ids of the case numbers quoted in a subject."""
    pattern = re.compile(rf"\b{re.escape(prefix)}-(\d{{2}}-\d{{5,8}})\b", re.IGNORECASE)
    return (numbered(year, digits) for digits in pattern.findall(subject))


def choose(event: InboundEvent, candidates: Iterable[Candidate], rules: Matching, now: datetime) -> Choice:
    """The best of the candidates: joined before proposed, strong evidence before weak, the latest before others."""
    judged = [(decide(event, one, age(one, rules, now)), one) for one in candidates]
    order = [Match.NEW, Match.PROPOSE, Match.JOIN]
    judged.sort(key=lambda pair: (order.index(pair[0]), pair[1].evidence, pair[1].touched_at, pair[1].case_id))
    if not judged or judged[-1][0] is Match.NEW:
        return Choice(Match.NEW)
    match, best = judged[-1]
    return Choice(match, best.case_id, best.evidence)


def age(candidate: Candidate, rules: Matching, now: datetime) -> Age:
    """How old a case is for this purpose."""
    silence = now - candidate.touched_at
    if candidate.status is Status.CLOSED:
        return Age.CLOSED if silence <= timedelta(days=rules.reopen_days) else Age.OLD
    return Age.OPEN if silence <= timedelta(days=rules.old_days) else Age.OLD


def decide(event: InboundEvent, candidate: Candidate, case_age: Age) -> Match:
    """One cell of the table in `docs/matching.md`.

    A spoofed member of staff joins nothing. A failed DMARC means that the address proves nothing, and an old case is
    never touched again: both leave a proposal. Otherwise a signed token is enough for anybody, a reference or a number
    only for somebody who is already part of the case.
    """
    if event.spoofed_staff:
        return Match.NEW
    if event.dmarc is Dmarc.FAIL or case_age is Age.OLD:
        return Match.PROPOSE
    if candidate.evidence is Evidence.TOKEN or candidate.participant:
        return Match.JOIN
    return Match.PROPOSE
