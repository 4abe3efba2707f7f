"""Many people with the same trouble at once: whether the cases of the last hours are more than usual, and alike. Pure.

How likely so many cases are by chance is asked from each case of the last hours on, of all incidents with the tool and
of those alone that say something like the newest. The usual number is that of the weeks before, spread over the week as
cases are. A count varies more than Poisson's law says (mailings, deadlines), so the law is the negative binomial one.
`docs/wave.md` says how well this finds the troubles of simulated years, `bench/year.py`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

FEWEST = 5
"""Cases that make a wave where they are surprising."""
FEW = 4
"""Cases that make one where they are very surprising."""
SURPRISING, VERY_SURPRISING = 0.0015, 0.0001
"""How likely so many are at most, where nothing is wrong."""
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=6)
"""Between a wave's first case and its newest; where it is less, as many are compared with what is usual in SHORTEST."""
ALIKE = 0.5
"""Jaccard index of two cases' signs, from which they are alike."""
VARIED = 2.0
"""The shape of the negative binomial law: the lower, the more do counts vary around their mean."""
COMPARED = 200
"""Cases of the past that say how common it is to be alike."""
HOUR = timedelta(hours=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Sighting:
    """A case that was taken for an incident with the tool in question. `signs` name what it tells of, in words that
    are the same in every language. `opened_at` is local time, of one zone. `person` is whose case it is, '' where that
    is not known."""

    case_id: int
    opened_at: datetime
    signs: frozenset[str]
    person: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """The cases that may report one trouble, oldest first, how many were usual in that time, and how likely so many are
    by chance. `alike`: they were counted for what they have in common, which `signs` name, the commonest first."""

    cases: tuple[int, ...]
    since: datetime
    expected: float
    likelihood: float
    alike: bool
    signs: tuple[str, ...]


class Week:
    """How cases spread over a week: a share for each weekday, and for each hour of working days and of week-ends."""

    def __init__(self, opened: Iterable[datetime | tuple[datetime, int]]) -> None:
        """`opened` are local times, or such with how many cases there were in their hour."""
        self._days, self._hours, self._by_kind = Counter[int](), Counter[tuple[bool, int]](), Counter[bool]()
        for one in opened:
            at, number = one if isinstance(one, tuple) else (one, 1)
            weekend = at.weekday() >= SATURDAY
            self._days[at.weekday()] += number
            self._hours[weekend, at.hour] += number
            self._by_kind[weekend] += number
        self._total = self._days.total()

    def share(self, start: datetime, end: datetime) -> float:
        """The part of a week's cases that is usual between two local times."""
        share = 0.0
        while start < end:
            following = min(end, start.replace(minute=0, second=0, microsecond=0) + HOUR)
            share += self._hour(start) * ((following - start) / HOUR)
            start = following
        return share

    def _hour(self, at: datetime) -> float:
        """Nothing is impossible: each day and hour counts for one case more than there were."""
        weekend = at.weekday() >= SATURDAY
        day = (self._days[at.weekday()] + 1) / (self._total + 7)
        return day * (self._hours[weekend, at.hour] + 1) / (self._by_kind[weekend] + 24)


@dataclass(frozen=True, slots=True)
class Usual:
    """The past: incidents with the tool a week, what the latest of them told of, and how a week's cases spread."""

    weekly: float
    signs: Sequence[frozenset[str]]
    week: Week
    _parts: dict[frozenset[str], float] = field(default_factory=dict, init=False, compare=False)

    def expected(self, start: datetime, end: datetime) -> float:
        """How many incidents with the tool are usual between two local times."""
        return self.weekly * self.week.share(start, end)

    def alike(self, signs: frozenset[str]) -> float:
        """The part of them that tells of something like that."""
        if signs not in self._parts:
            latest = self.signs[-COMPARED:]
            self._parts[signs] = (sum(are_alike(signs, one) for one in latest) + 1) / (len(latest) + 2)
        return self._parts[signs]


def find(sightings: Sequence[Sighting], usual: Usual) -> Wave | None:
    """The wave that the newest case is part of, if there is one: of all ways to count it, the least likely by chance.
    `sightings` are in the order of their opening."""
    if len(sightings) < FEW:
        return None
    newest = sightings[-1]
    alike = [one for one in sightings if are_alike(one.signs, newest.signs)]
    waves = [_rarest(sightings, usual, 1.0)]
    if len(alike) >= FEW and (wave := _rarest(alike, usual, usual.alike(newest.signs))):
        waves.append(replace(wave, alike=True))
    return min(filter(None, waves), key=lambda one: (one.likelihood, not one.alike), default=None)


def _rarest(counted: Sequence[Sighting], usual: Usual, part: float) -> Wave | None:
    """The last of these, counted from each of them on, where so many are most surprising when they are that part of
    what is usual. A person who writes again is one person still."""
    people, found = set[str | int](), list[tuple[float, float, int]]()
    newest = counted[-1].opened_at
    begin = newest - SHORTEST
    expected = part * usual.expected(begin, newest)
    for place in range(len(counted) - 1, -1, -1):
        one = counted[place]
        if newest - one.opened_at > LONGEST:
            break
        if one.opened_at < begin:
            expected, begin = expected + part * usual.expected(one.opened_at, begin), one.opened_at
        people.add(one.person or one.case_id)
        if len(people) < max(FEW, 2 * expected):
            continue  # no such number surprises
        likelihood = at_least(len(people), expected)
        if likelihood < (SURPRISING if len(people) >= FEWEST else VERY_SURPRISING):
            found.append((likelihood, expected, place))
    if not found:
        return None
    likelihood, expected, place = min(found)
    those = counted[place:]
    common = in_common([one.signs for one in those])
    return Wave(tuple(one.case_id for one in those), those[0].opened_at, expected, likelihood, False, common)


def in_common(signs: Sequence[Collection[str]]) -> tuple[str, ...]:
    """What more than half of these tell of, the commonest first."""
    told = Counter(sign for one in signs for sign in one)
    common = (sign for sign, times in told.items() if 2 * times > len(signs))
    return tuple(sorted(common, key=lambda one: (-told[one], one)))


def are_alike(signs: Collection[str], others: Collection[str]) -> bool:
    """Whether two cases tell of the same: of those signs that either has, enough are in both."""
    common = len(frozenset(signs) & frozenset(others))
    return common > 0 and common >= ALIKE * (len(signs) + len(others) - common)


def at_least(number: int, mean: float) -> float:
    """How likely that many or more are where `mean` are usual (negative binomial, shape VARIED)."""
    success = VARIED / (VARIED + mean)
    term, fewer = success**VARIED, 0.0
    for k in range(number):
        fewer += term
        term *= (k + VARIED) / (k + 1) * (1 - success)
    return max(1.0 - fewer, 0.0)
