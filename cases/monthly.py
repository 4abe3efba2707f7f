"""The review of a period as one value: service levels, and tables of what was counted. Pure: counts in, tables out.

Whatever shows a review (page, paper, workbook, JSON) shows this value, so that all show the same numbers. Labels are
ids: words are given where it is shown. docs/review.md says what each table is for.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cases.balanced import lines, mailboxes, unbalanced
from cases.daily import Counts, summed
from cases.due import ClockKind
from cases.event import Channel
from cases.figures import Unit
from cases.incidents import Announced, incidents
from cases.knowledge import Gap
from cases.levels import Level, first_contacts, levels
from cases.phone import Phone
from cases.priority import Priority
from cases.tabled import MOST, REST, Column, Kind, Row, Table, columns, most, ordered

GROWN, OFTEN = 1.5, 5
"""A topic grows that came at least so often, and so many times as often as in the mean month before."""
DRAWN = 3
"""Tools and motifs that are followed from day to day."""
HOURS = range(7, 19)
"""The hours that are shown always; what came outside widens them."""
OURS = ("in", "spam")
"""The scopes of what is not redirected: our own, and nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a review needs beside the counts of its days: what each of the months before counted by topic, oldest
    first, by its first day; the category of each motif; the topics without an article, and the major incidents, None
    where nobody knows; the rules of the phone; what a message may be about."""

    earlier: Mapping[date, Counts]
    categories: Mapping[str, str]
    without_article: Sequence[Gap] | None
    phone: Phone
    scopes: Sequence[str]
    incidents: Sequence[Announced] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A period's figures as known at `known_at`. `missing` are words for what it cannot say, and why."""

    first: date
    last: date
    known_at: datetime
    levels: tuple[Level, ...]
    tables: tuple[Table, ...]
    missing: tuple[str, ...]

    def table(self, name: str) -> Table:
        """The table of that name. Raises KeyError."""
        return {one.name: one for one in self.tables}[name]


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; `is_over` and `is_settled` as of `known_at`."""

    first: date
    last: date
    known_at: datetime
    is_over: bool
    is_settled: bool


def review(period: Period, days: Mapping[date, Counts], beside: Beside) -> Review:
    """The review of a period whose days counted that."""
    total = summed(days.values())
    found = levels(total, beside.phone)
    return Review(
        first=period.first,
        last=period.last,
        known_at=period.known_at,
        levels=found,
        tables=tuple(_tables(days, total, beside)),
        missing=tuple(_missing(period, total, found, beside)),
    )


def _tables(days: Mapping[date, Counts], total: Counts, beside: Beside) -> Iterator[Table]:
    yield _by_day(days)
    yield _by_hour(total)
    topics = _topics(total)
    yield most("tools", Kind.TOOL, _summed(topics, lambda tool, _: tool))
    yield most("motifs", Kind.MOTIF, _summed(topics, lambda _, motif: motif))
    yield most("categories", Kind.CATEGORY, _summed(topics, lambda _, motif: beside.categories.get(motif, motif)))
    yield from _over_time(days, topics)
    yield _recurring(topics, beside.earlier)
    if beside.incidents is not None:
        yield incidents(beside.incidents)
    yield _first_contact(total)
    yield _breaches(total)
    yield _deflection(total, beside.scopes)
    yield _tagging(total)
    if beside.without_article is not None:
        yield _without_article(beside.without_article)
    yield mailboxes(total)
    yield lines(total)
    yield unbalanced(days)


VOLUMES = (*(str(one) for one in (Channel.EMAIL, Channel.FORM, Channel.PHONE)), "calls")


def _by_day(days: Mapping[date, Counts]) -> Table:
    rows = [
        Row(Kind.DAY, day.isoformat(), (*(counts[f"channel/{one}"] for one in VOLUMES[:3]), counts["phone/received"]))
        for day, counts in days.items()
    ]
    return Table("by_day", columns(*VOLUMES), tuple(rows), drawn=3)


def _by_hour(total: Counts) -> Table:
    hours = {int(name.split("/")[1]) for name in total if name.startswith("hour/")}
    shown = range(min([HOURS.start, *hours]), max([HOURS.stop - 1, *hours]) + 1)
    rows = [Row(Kind.HOUR, f"{hour:02d}", tuple(total[f"hour/{hour:02d}/{one}"] for one in VOLUMES)) for hour in shown]
    return Table("by_hour", columns(*VOLUMES), tuple(rows), drawn=3)


def _topics(counts: Counts) -> Counts:
    """By `TOOL/MOTIF`."""
    return Counter({n.removeprefix("topic/"): number for n, number in counts.items() if n.startswith("topic/")})


def _summed(topics: Counts, of: Callable[[str, str], str]) -> Counts:
    found = Counter[str]()
    for name, number in topics.items():
        found[of(*name.split("/"))] += number
    return found


def _over_time(days: Mapping[date, Counts], topics: Counts) -> Iterator[Table]:
    """How often the most frequent tools and motifs came on each day; nothing of a single one."""
    parts = {"tools_by_day": (Kind.TOOL, 0), "motifs_by_day": (Kind.MOTIF, 1)}
    for name, (kind, part) in parts.items():
        shown = [one for one, _ in ordered(_summed(topics, lambda *both, part=part: both[part]))[:DRAWN]]
        rows = []
        for day, counts in days.items():
            found = _summed(_topics(counts), lambda *both, part=part: both[part])
            rows.append(Row(Kind.DAY, day.isoformat(), tuple(found[one] for one in shown)))
        if len(days) > 1 and shown:
            yield Table(name, tuple(Column(one, kind=kind) for one in shown), tuple(rows), drawn=len(shown))


def _recurring(topics: Counts, earlier: Mapping[date, Counts]) -> Table:
    """The topics that come most, beside the months before that had cases; `change` is to the mean of those, `grown`
    whether much."""
    before = [_topics(counts) for counts in earlier.values() if counts]
    months = tuple(Column(month.isoformat(), kind=Kind.MONTH) for month, counts in earlier.items() if counts)
    change = (Column("change", Unit.SHARE), Column("grown")) if before else ()
    rows = []
    for name, number in ordered(topics)[:MOST]:
        counts = [month[name] for month in before]
        rows.append(Row(Kind.TOPIC, name, (number, *counts, *(_growth(number, counts) if before else ()))))
    return Table("recurring", (Column("now"), *months, *change), tuple(rows))


def _growth(number: int, before: Sequence[int]) -> tuple[float | None, float | None]:
    mean = sum(before) / len(before)
    grown = number >= OFTEN and number >= GROWN * mean
    return (number / mean - 1 if mean else None), int(grown)


def _first_contact(total: Counts) -> Table:
    """What the service level of that name adds up, by the way in which people came."""
    ways = first_contacts(total)
    rows = [Row(Kind.WORD, way, (whole, part, part / whole if whole else None)) for way, (part, whole) in ways.items()]
    return Table("first_contact", (*columns("contacts", "solved"), Column("share", Unit.SHARE)), tuple(rows))


CLOCKS = tuple(str(one) for one in ClockKind)


def _breaches(total: Counts) -> Table:
    rows = [
        Row(
            Kind.PRIORITY,
            one,
            (total[f"priority/{one}"], *(total[f"breach/{clock}/{one}"] for clock in CLOCKS)),
        )
        for one in Priority
    ]
    return Table("breaches", columns("cases", *CLOCKS), tuple(rows))


def _deflection(total: Counts, scopes: Sequence[str]) -> Table:
    counts = {
        "deflected": total["phone/fate/deflected"],
        "transferred": total["phone/fate/transferred"],
        **{one: total[f"scope/{one}"] for one in scopes if one not in OURS},
    }
    return Table("deflection", columns("number"), tuple(Row(Kind.WORD, name, (n,)) for name, n in counts.items()))


def _without_article(gaps: Sequence[Gap]) -> Table:
    """The topics that lacked one most often, and how often an agent said that none fits."""
    whole = sum(gap.cases for gap in gaps)
    rows = [Row(Kind.TOPIC, f"{gap.tool}/{gap.motif}", (*_share(gap.cases, whole), gap.said)) for gap in gaps[:MOST]]
    if rest := gaps[MOST:]:
        cases, said = (sum(getattr(gap, name) for gap in rest) for name in ("cases", "said"))
        rows.append(Row(Kind.WORD, REST, (*_share(cases, whole), said)))
    heads = (Column("cases"), Column("share", Unit.SHARE), Column("said"))
    return Table("without_article", heads, tuple(rows), drawn=1)


def _tagging(total: Counts) -> Table:
    looked_at = total["tagged/looked_at"]
    names = ("agreed", "changed", "changed/tool", "changed/motif", "changed/scope")
    rows = [Row(Kind.WORD, "looked_at", (looked_at, looked_at / total["cases"] if total["cases"] else None))]
    rows += [Row(Kind.WORD, one, _share(total[f"tagged/{one}"], looked_at)) for one in names]
    return Table("tagging", (Column("cases"), Column("share", Unit.SHARE)), tuple(rows))


def _share(part: int, whole: int) -> tuple[float | None, ...]:
    return part, part / whole if whole else None


OF_BESIDE = ("no_earlier", "no_articles")
"""What is missing where nothing was given beside the counts."""


def _missing(period: Period, total: Counts, found: Sequence[Level], beside: Beside) -> Iterator[str]:
    if not period.is_over:
        yield "not_over"
    elif not period.is_settled:
        yield "not_settled"
    if not total:
        yield "nothing"
        return
    yield from (f"no_{one.name}" for one in found if one.value is None)
    if total["electronic/open"]:
        yield "still_open"
    if not total["tagged/looked_at"]:
        yield "no_tagging"
    if not any(beside.earlier.values()):
        yield "no_earlier"
    if beside.without_article is None:
        yield "no_articles"
