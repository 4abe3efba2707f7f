"""A year at the helpdesk: when cases arrive, what each of them says, and which of them report one and the same trouble.

Its texts are the golden messages, which no model has read. Its parameters were fixed, here, before the detector that it
tries (`cases/wave.py`) was written; `docs/wave.md` says what came of it.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from cases.event import Channel
from classify.dataset import Labelled
from classify.text import WORD, fold

CASES = 20_000
"""Ordinary cases of the year; those of mailings and of troubles come on top."""
FIRST = date(2027, 1, 4)
"""A Monday."""
DAYS = 364

WEEKDAYS = (1.25, 1.1, 0.9, 1.0, 0.75, 0.12, 0.08)
"""How busy each day of the week is, Monday first."""
HOURS = (1, 0.5, 0.5, 0.5, 0.5, 1, 2, 8, 30, 48, 50, 44, 24, 30, 44, 40, 30, 18, 9, 8, 8, 7, 5, 2)
"""How busy each hour of the day is: before noon most, then after lunch, a little in the evening."""
MONTHS = (1.2, 1.05, 1.1, 1.0, 0.95, 1.0, 0.7, 0.75, 1.15, 1.1, 1.05, 0.95)
CHANNELS = {Channel.EMAIL: 0.6, Channel.PHONE: 0.25, Channel.FORM: 0.15}

MAILINGS = 8
"""Letters to many at ten in the morning of a working day, each about one tool. They bring questions, no trouble."""
MAILING_CASES = (20, 60)
MAILING_HALF_LIFE = timedelta(hours=6)

TROUBLES = 24
"""Times at which a tool fails for many people at once; three of four begin in office hours."""
REPORTS_MEDIAN, REPORTS_SPREAD, MOST_REPORTS = 14, 0.8, 120
"""How many report one, log-normal. Trouble of which fewer than five people write is not to be found."""
LASTS = (timedelta(minutes=40), timedelta(hours=6))
ALIKE = 12
"""Reports of one trouble say what this many incidents of the tool say that are closest in words to one of them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One case: `text` is the number of its message in the set, `trouble` that of what it reports, if any."""

    at: datetime
    text: int
    channel: Channel
    person: str
    trouble: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong from `began` until `ended`, and the tool."""

    tool: str
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class Year:
    """The cases of a year in the order in which they arrive, and the troubles that some of them report."""

    arrivals: Sequence[Arrival]
    troubles: Sequence[Trouble]


def simulate(texts: Sequence[Labelled], seed: int, cases: int = CASES) -> Year:
    """The year of that seed, the same each time."""
    chance = random.Random(seed)
    by_label = _ByLabel(texts)
    people = (f"person{number}" for number in count())
    troubles = sorted((_trouble(chance, by_label) for _ in range(TROUBLES)), key=lambda one: one.began)
    arrivals = [
        *(_arrival(chance, people, at, chance.choice(by_label.anything)) for at in _ordinary(chance, cases)),
        *(_arrival(chance, people, *one) for _ in range(MAILINGS) for one in _mailing(chance, by_label)),
        *(
            _arrival(chance, people, *one, number)
            for number, trouble in enumerate(troubles)
            for one in _reports(chance, by_label, trouble)
        ),
    ]
    return Year(sorted(arrivals, key=lambda one: one.at), troubles)


class _ByLabel:
    """The numbers of the messages by what they are labelled as."""

    def __init__(self, texts: Sequence[Labelled]) -> None:
        self.words = [frozenset(WORD.findall(fold(f"{one.message.subject} {one.message.body}"))) for one in texts]
        self.anything = list(range(len(texts)))
        self.incidents: dict[str, list[int]] = {}
        self.questions: dict[str, list[int]] = {}
        for number, one in enumerate(texts):
            kind = self.incidents if one.motif == "incident" else self.questions
            kind.setdefault(one.tool, []).append(number)
        self.tools = [tool for tool, found in self.incidents.items() for _ in found if tool != "aucun"]

    def like(self, number: int, among: Sequence[int]) -> list[int]:
        """Those that have most words in common with one of them."""
        own = self.words[number]
        return sorted(among, key=lambda one: -len(own & self.words[one]) / len(own | self.words[one]))[:ALIKE]


def _arrival(
    chance: random.Random, people: Iterator[str], at: datetime, text: int, trouble: int | None = None
) -> Arrival:
    (channel,) = chance.choices(list(CHANNELS), list(CHANNELS.values()))
    return Arrival(at, text, channel, next(people), trouble)


def _ordinary(chance: random.Random, cases: int) -> list[datetime]:
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    busy = [WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] for day in days]
    return [_moment(chance, day) for day in chance.choices(days, busy, k=cases)]


def _moment(chance: random.Random, day: date) -> datetime:
    (hour,) = chance.choices(range(24), HOURS)
    return datetime.combine(day, time(hour)) + timedelta(seconds=chance.uniform(0, 3600))


def _working_day(chance: random.Random) -> date:
    while (day := FIRST + timedelta(days=chance.randrange(DAYS - 7))).weekday() > 4:
        pass
    return day


def _mailing(chance: random.Random, by_label: _ByLabel) -> Iterator[tuple[datetime, int]]:
    sent = datetime.combine(_working_day(chance), time(10))
    tool = chance.choice([tool for tool in by_label.questions if tool != "aucun"])
    for _ in range(chance.randint(*MAILING_CASES)):
        later = timedelta(seconds=chance.expovariate(math.log(2) / MAILING_HALF_LIFE.total_seconds()))
        yield _in_hours(chance, sent + later), chance.choice(by_label.questions[tool])


def _in_hours(chance: random.Random, at: datetime) -> datetime:
    """At night most people sleep: who would have written then writes in the morning."""
    if at.hour in range(7, 21) or chance.random() < 0.2:
        return at
    morning = at.date() if at.hour < 7 else at.date() + timedelta(days=1)
    return datetime.combine(morning, time(8)) + timedelta(seconds=chance.uniform(0, 7200))


def _trouble(chance: random.Random, by_label: _ByLabel) -> Trouble:
    if chance.random() < 0.75:
        began = datetime.combine(_working_day(chance), time(8)) + timedelta(hours=chance.uniform(0, 8))
    else:
        began = datetime.combine(FIRST, time()) + timedelta(days=chance.uniform(0, DAYS - 7))
    shortest, longest = (length.total_seconds() for length in LASTS)
    lasts = math.exp(chance.uniform(math.log(shortest), math.log(longest)))
    return Trouble(chance.choice(by_label.tools), began, began + timedelta(seconds=lasts))


def _reports(chance: random.Random, by_label: _ByLabel, trouble: Trouble) -> Iterator[tuple[datetime, int]]:
    """Most people write within minutes of what they met, some of them hours later."""
    reports = min(round(REPORTS_MEDIAN * math.exp(chance.gauss(0, REPORTS_SPREAD))), MOST_REPORTS)
    incidents = by_label.incidents[trouble.tool]
    alike = by_label.like(chance.choice(incidents), incidents)
    for _ in range(reports):
        met = trouble.began + chance.random() * (trouble.ended - trouble.began)
        later = timedelta(minutes=math.exp(chance.gauss(math.log(10), 1.0)))
        yield _in_hours(chance, met + later), chance.choice(alike)
