"""How the tags of one week differ from those of the weeks before. Pure: rows in, figures out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Tagged:
    """One tagged case; `confidence` is that of its motif, `changed` whether a person corrected it."""

    opened_at: datetime
    motif: str
    confidence: float | None
    review: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week. Shares are 0-1; `moved` is the share of cases that would have to change motif to be spread as in
    all the weeks before it together (total variation distance), None in the first."""

    name: str
    cases: int
    shares: Mapping[str, float]
    confidence: float | None
    reviewed: float
    corrected: float
    moved: float | None


def weeks(tagged: Iterable[Tagged], zone: ZoneInfo) -> list[Week]:
    """The figures of each week that has cases, oldest first."""
    by_week: dict[str, list[Tagged]] = {}
    for one in sorted(tagged, key=lambda one: one.opened_at):
        year, week, _ = one.opened_at.astimezone(zone).isocalendar()
        by_week.setdefault(f"{year}-W{week:02d}", []).append(one)
    found, before = [], Counter[str]()
    for name, ones in by_week.items():
        motifs = Counter(one.motif for one in ones)
        found.append(_week(name, ones, motifs, before))
        before += motifs
    return found


def _week(name: str, ones: list[Tagged], motifs: Counter[str], before: Counter[str]) -> Week:
    sure = [one.confidence for one in ones if one.confidence is not None]
    return Week(
        name=name,
        cases=len(ones),
        shares={motif: count / len(ones) for motif, count in sorted(motifs.items())},
        confidence=fmean(sure) if sure else None,
        reviewed=fmean(one.review or one.changed for one in ones),
        corrected=fmean(one.changed for one in ones),
        moved=_apart(motifs, before) if before else None,
    )


def _apart(these: Counter[str], those: Counter[str]) -> float:
    shares = (these[one] / these.total() - those[one] / those.total() for one in these.keys() | those.keys())
    return sum(map(abs, shares)) / 2
