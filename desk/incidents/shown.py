"""What the page of an incident shows: how its cases came, and to whom something would leave. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.case import Status
from cases.event import Channel
from cases.major import Tie
from cases.profile import Profile
from cases.telling import unwritable

STEPS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 240, 720, 1440, 10080))
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """The cases that came within one step of time: how many, and by which channel."""

    at: datetime
    number: int
    channels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a message to all goes to: people by language, the commonest first; `unwritten` cases by the reason why not,
    of people who have no other."""

    people: Mapping[str, int]
    unwritten: Mapping[str, int]

    @property
    def number(self) -> int:
        return sum(self.people.values())


def bars(ties: Sequence[Any]) -> list[Bar]:
    """The cases over time, in at most MOST_BARS steps of one length."""
    if not ties:
        return []
    first, last = ties[0].opened_at, ties[-1].opened_at
    step = next((one for one in STEPS if (last - first) / one < MOST_BARS - 1), STEPS[-1])
    start = _floor(first, step)
    steps = min(int((last - start) / step) + 1, 60)
    found: list[list[str]] = [[] for _ in range(steps)]
    for one in ties:
        found[min(int((one.opened_at - start) / step), steps - 1)].append(Channel(one.channel).value)
    return [Bar(start + place * step, len(came), Counter(came)) for place, came in enumerate(found)]


def _floor(at: datetime, step: timedelta) -> datetime:
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + (at - day) // step * step


def audience(ties: Sequence[Any], profile: Profile) -> Audience:
    """Of these cases those that are still open, or went into another, each person once."""
    people: dict[str, str] = {}
    unwritten: dict[str, str] = {}
    for one in ties:
        if one.state == Tie.UNLINKED or (one.status == Status.CLOSED and not one.merged_into):
            continue
        person = one.person_key or one.requester.lower() or str(one.case_id)
        if reason := unwritable(one.requester, profile):
            unwritten.setdefault(person, reason)
        else:
            people.setdefault(person, one.lang)
    left = Counter(reason for person, reason in unwritten.items() if person not in people)
    return Audience(dict(Counter(people.values()).most_common()), dict(left))
