"""How well waves are found in simulated years: which troubles, how soon, and how often there is none.

`python -m bench.wave [SEED...]` prints one JSON line for each year.
"""

import json
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.profile import load as load_profile
from bench.year import Year, simulate
from cases.event import Tags
from cases.wave import COMPARED, LONGEST, Sighting, Usual, Wave, Week, are_alike, find
from classify.classifier import SHIPPED, Classifier
from classify.concepts import Concepts
from classify.dataset import Labelled
from classify.decide import INCIDENT, NO_TOOL
from classify.golden import golden_set
from classify.similar import SYMPTOMS, signs

PAST = timedelta(days=56)
LEARNING = timedelta(days=28)
"""How long the service has been there before anything is proposed."""
QUIET = timedelta(hours=8)
"""What comes within this time of the last case of a wave belongs to it."""
IN_TIME = timedelta(minutes=10)
FIFTH = 5
PART = 3
"""Cases of one trouble that a proposal holds at least, or it is a false alarm."""
UNSEEN = (401, 402, 403)
"""Seeds that nothing was tuned on."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the service makes of one text."""

    tags: Tags
    signs: frozenset[str]


def read(texts: Sequence[Labelled]) -> list[Read]:
    """Tag the texts with the model that ships."""
    tagged = Classifier.load(SHIPPED, load_profile(Path("profiles/mon-permis"))).classify(
        [one.message for one in texts]
    )
    concepts = Concepts.load()
    told = [signs(f"{one.message.subject}\n{one.message.body}", concepts) for one in texts]
    return [Read(*pair) for pair in zip(tagged, told, strict=True)]


def proposals(year: Year, texts: Sequence[Read]) -> Iterator[tuple[datetime, Wave]]:
    """Each wave as it is proposed, once: what is like it belongs to it as long as more comes."""
    past: dict[str, deque[Sighting]] = defaultdict(deque)
    homes: dict[str, list[Home]] = defaultdict(list)
    opened: deque[datetime] = deque()
    week, begins = Week([]), year.arrivals[0].at + LEARNING
    for number, arrival in enumerate(year.arrivals):
        opened.append(arrival.at)
        if number % 500 == 0:
            week = Week(one for one in opened if one > arrival.at - PAST)
        tool, what = texts[arrival.text].tags.tool, texts[arrival.text]
        if what.tags.motif != INCIDENT or tool == NO_TOOL:
            continue
        rows = past[tool]
        told = what.signs & SYMPTOMS
        rows.append(Sighting(number, arrival.at, told))
        while rows[0].opened_at < arrival.at - PAST:
            rows.popleft()
        homes[tool] = [one for one in homes[tool] if arrival.at < one.latest + QUIET]
        if arrival.at < begins or any(one.takes(arrival.at, told) for one in homes[tool]):
            continue
        recent, usual = _now(rows, week, arrival.at - year.arrivals[0].at)
        if wave := find([one for one in recent if not any(home.has(one.signs) for home in homes[tool])], usual):
            homes[tool].append(Home(arrival.at, frozenset(wave.signs) if wave.alike else frozenset()))
            yield arrival.at, wave


@dataclass
class Home:
    """What was proposed, as the service keeps it."""

    latest: datetime
    signs: frozenset[str]

    def has(self, signs: frozenset[str]) -> bool:
        """As `cases.major.belongs` has it."""
        return not self.signs or not signs or are_alike(signs, self.signs)

    def takes(self, at: datetime, signs: frozenset[str]) -> bool:
        """Whether a case that comes now is one of it; then it goes on."""
        if self.has(signs):
            self.latest = at
        return self.has(signs)


def _now(rows: Sequence[Sighting], week: Week, running: timedelta) -> tuple[list[Sighting], Usual]:
    start = rows[-1].opened_at - LONGEST
    recent = [one for one in rows if one.opened_at > start]
    before = list(rows)[: -len(recent)]
    weeks = min(running, PAST) / timedelta(days=7)
    return recent, Usual(len(before) / weeks, [one.signs for one in before[-COMPARED:]], week)


def score(year: Year, texts: Sequence[Read]) -> Mapping[str, float]:
    """Of the troubles that five people or more report: how many were proposed, and how many within ten minutes of the
    fifth case; false alarms a month."""
    reported: dict[int, list[datetime]] = defaultdict(list)
    for one in year.arrivals:
        if one.trouble is not None:
            reported[one.trouble].append(one.at)
    begins = year.arrivals[0].at + LEARNING
    fifth = {trouble: at[FIFTH - 1] for trouble, at in reported.items() if len(at) >= FIFTH and at[FIFTH - 1] >= begins}
    found: dict[int, datetime] = {}
    false = 0
    for at, wave in proposals(year, texts):
        of = Counter(year.arrivals[case].trouble for case in wave.cases)
        meant = [trouble for trouble, cases in of.items() if trouble is not None and cases >= PART]
        false += not meant
        found |= {trouble: at for trouble in meant if trouble not in found}
    late = [found[one] - fifth[one] for one in fifth if one in found]
    months = (year.arrivals[-1].at - begins) / timedelta(days=365.25 / 12)
    return {
        "troubles": len(fifth),
        "found": len(late),
        "in_time": sum(one <= IN_TIME for one in late),
        "minutes_after_fifth": round(sorted(late)[len(late) // 2] / timedelta(minutes=1), 1),
        "false_a_month": round(false / months, 2),
    }


def main() -> None:
    golden = golden_set()
    texts = read(golden)
    for seed in map(int, sys.argv[1:] or UNSEEN):
        print(json.dumps({"seed": seed, **score(simulate(golden, seed), texts)}), flush=True)


if __name__ == "__main__":
    main()
