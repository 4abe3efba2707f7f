"""Which case an event belongs to: a table of evidence, not a guess.

Three questions are kept apart: what the mail *refers to* (`references`), whether it belongs to the thread with the
second level (`is_private`), and else whether what it refers to is enough to join (`decide`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import islice

from cases.case import Status, numbered
from cases.event import Dmarc, InboundEvent
from cases.patterns import search
from cases.profile import Matching, Profile
from cases.secondlevel import SecondLevel
from cases.tokens import Signer


class Evidence(IntEnum):
    """What ties a message to a case, weakest first. TICKET is the second level's own key, THREAD the token of the
    thread with it."""

    NUMBER = 1
    TICKET = 2
    REFERENCE = 3
    TOKEN = 4
    THREAD = 5


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
    """What a message refers to: cases by signed token, Message-IDs (RFC 5322 3.6.4), cases by quoted number.

    `threads` are cases by the token of their thread with the second level, `tickets` its own keys, each after the
    second level's id.
    """

    tokens: tuple[int, ...] = ()
    message_ids: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    threads: tuple[int, ...] = ()
    tickets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A case that a message refers to. `participant`: the sender has written in it or was written to from it.

    `escalated`: it is, or was, with a second level; `second_level`: the sender writes from an address of that one.
    """

    case_id: int
    evidence: Evidence
    participant: bool
    status: Status
    touched_at: datetime
    escalated: bool = False
    second_level: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for a message, with the case it concerns (None for NEW)."""

    match: Match
    case_id: int | None = None
    evidence: Evidence | None = None


MAX_REFERENCES = 20
LONGEST_SUBJECT = 998
"""As RFC 5322 2.1.1 bounds a line."""
LONGEST_TICKET = 64


def references(event: InboundEvent, profile: Profile, signer: Signer) -> References:
    """What the event refers to. At most `MAX_REFERENCES` Message-IDs count, the nearest ones, and as many numbers."""
    signed = (*event.references, *event.recipients, event.text)
    tokens = dict.fromkeys(case for text in signed if (case := signer.case_of(text)) is not None)
    threads = dict.fromkeys(case for text in signed if (case := signer.thread_of(text)) is not None)
    quoted = quoted_numbers(event.subject, profile.case_prefix, event.received_at.year)
    return References(
        tokens=tuple(tokens),
        message_ids=event.references[-MAX_REFERENCES:],
        numbers=tuple(dict.fromkeys(islice(quoted, MAX_REFERENCES))),
        threads=tuple(threads),
        tickets=tuple(quoted_tickets(event, profile.second_level)),
    )


def quoted_numbers(subject: str, prefix: str, year: int) -> Iterable[int]:
    """The ids of the case numbers quoted in a subject."""
    pattern = re.compile(rf"\b{re.escape(prefix)}-(\d{{2}}-\d{{5,8}})\b", re.IGNORECASE)
    return (numbered(year, digits) for digits in pattern.findall(subject))


def quoted_tickets(event: InboundEvent, directory: Iterable[SecondLevel]) -> Iterator[tuple[str, str]]:
    """The second level's key that its own mail has in the subject, as it stands there, after its id. Nobody else's mail
    is looked at."""
    for one in directory:
        if one.ticket and one.is_sender(event.sender.address):
            found = search(one.ticket, event.subject[:LONGEST_SUBJECT])
            if found and 0 < len(found[0]) <= LONGEST_TICKET:
                yield one.id, found[0]


def spellings(ticket: str) -> frozenset[str]:
    """How people write such a key (`DIG-12`, `dig-12`, `Dig-12`): an index finds no other than the letters it has."""
    return frozenset({ticket, ticket.upper(), ticket.lower(), ticket.capitalize()})


def private(event: InboundEvent, candidates: Iterable[Candidate], choice: Choice) -> Candidate | None:
    """The case to whose thread with the second level the message belongs, or None where it is of the public side.

    `choice` is what its public side would do with it: joining a case by stronger evidence comes first.
    """
    found = [one for one in candidates if is_private(event, one)]
    best = max(found, key=lambda one: (one.evidence, one.touched_at, one.case_id), default=None)
    joins = choice.match is Match.JOIN and choice.evidence is not None
    return None if best and joins and (choice.evidence or 0) > best.evidence else best


def is_private(event: InboundEvent, candidate: Candidate) -> bool:
    """One cell of the second table in `docs/matching.md`.

    Who takes part in the public side writes there, whatever they quote, but for a second level that answers in its own
    thread, or by its own ticket. Nobody but it, and whom it showed its thread, has the thread's token; any other tie
    counts only where the address can be believed.
    """
    if not candidate.escalated:
        return False
    believed = event.dmarc is not Dmarc.FAIL and not (event.spoofed_staff or event.is_typed)
    own = candidate.evidence is Evidence.THREAD or (candidate.evidence is Evidence.TICKET and believed)
    if candidate.participant:
        return candidate.second_level and own
    return candidate.evidence is Evidence.THREAD or (candidate.second_level and believed)


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
    only for somebody who is already part of the case; in a form anybody can type that somebody's address.
    """
    if event.spoofed_staff:
        return Match.NEW
    if event.dmarc is Dmarc.FAIL or case_age is Age.OLD:
        return Match.PROPOSE
    if candidate.evidence is Evidence.TOKEN or (candidate.participant and not event.is_typed):
        return Match.JOIN
    return Match.PROPOSE
