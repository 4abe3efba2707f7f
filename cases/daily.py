"""What a day of the service counts, out of events alone. Pure: facts in, names that count once out.

Counts are whole numbers under names whose parts stand between `/`, so days add up to weeks and months, and the same
events give the same numbers on any database. docs/figures.md has every name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.case import EntryKind
from cases.clock import Calendar
from cases.due import ClockKind, State, clock
from cases.event import Channel
from cases.hours import Hours, minutes
from cases.timers import E, Entry, events, unrecalled

Counts = Counter[str]

SETTLES_AFTER = timedelta(days=14)
"""What happens later than that after the end of a day changes its counts no more: a contact is the first for seven
days, a callback is due the next working day, and nobody reads last year's review again to find other numbers in it."""

ELECTRONIC = (Channel.EMAIL, Channel.FORM)
TAGS = ("tool", "motif", "scope")
WHOLE_DAY = timedelta(days=1)


def summed(each: Iterable[Counts]) -> Counts:
    """The sum of some days."""
    found = Counter[str]()
    for counts in each:
        found.update(counts)
    return found


def known_at(end: datetime, now: datetime) -> datetime:
    """Up to when events count for a day that ends then."""
    return min(end + SETTLES_AFTER, now)


def working_day(hours: Hours | None) -> timedelta:
    """How long a line or mailbox is open on a day of its week on which it opens, in the mean; without hours: a day."""
    if hours is None:
        return WHOLE_DAY
    days = [sum(last - first for first, last in map(minutes, spans)) for spans in hours.week.values() if spans]
    return timedelta(minutes=sum(days)) / len(days) if days else WHOLE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as its row and the lines of its timeline tell it, those first that came first. What the row says now may
    have been corrected since: the lines say what it said before."""

    opened_at: datetime
    channel: str
    tool: str
    motif: str
    scope: str
    priority: str
    lines: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Measured:
    """By what a case is measured: the working time of its mailbox, the length of a working day there, and up to when
    events count."""

    calendar: Calendar
    working_day: timedelta
    known_at: datetime


def counted(case: CaseFacts, by: Measured, zone: ZoneInfo) -> Iterator[str]:
    """The names under which that case counts, on the day on which it was opened. What was read in as history came
    long before that day, and is none of its requests."""
    lines = [line for line in case.lines if line.at < by.known_at]
    if _is_history(lines):
        yield "history"
        return
    kinds = {line.kind for line in lines}
    tags, priority = _as_known(case, len(lines), by.known_at)
    yield "cases"
    yield f"channel/{case.channel}"
    yield f"hour/{case.opened_at.astimezone(zone).hour:02d}/{case.channel}"
    yield f"topic/{tags['tool']}/{tags['motif']}"
    yield f"scope/{tags['scope']}"
    yield f"priority/{priority}"
    if EntryKind.OVERDUE in kinds:
        yield from (f"breach/{about}/{priority}" for about in sorted(_missed(lines)))
    if EntryKind.ESCALATED in kinds:
        yield "escalated"
    if EntryKind.TAGGED in kinds:
        yield from _looked_at(lines)
    if case.channel in ELECTRONIC:
        yield from _solved(case, lines, by)


def topic(case: CaseFacts, at: datetime) -> str:
    """The name under which its tool and motif count, as they were known then; '' for what was read in as history."""
    if _is_history(case.lines):
        return ""
    tags, _ = _as_known(case, 0, at)
    return f"topic/{tags['tool']}/{tags['motif']}"


OF_TOPIC = (EntryKind.ROUTED, EntryKind.TAGGED)
"""The lines that `topic` reads."""


def _as_known(case: CaseFacts, before: int, at: datetime) -> tuple[Mapping[str, str], str]:
    """The tags and the priority that the case had then: what the first correction after it says that it replaced.
    `before` of its lines are known to be older, so that nothing is looked for where all are."""
    tags: Mapping[str, str] = {"tool": case.tool, "motif": case.motif, "scope": case.scope}
    if before == len(case.lines):
        return tags, case.priority
    later = [line for line in case.lines if line.at >= at]
    tagged = next((line.data["shown"] for line in later if line.kind == EntryKind.TAGGED), None)
    assessed = next((line.data.get("before") for line in later if line.kind == EntryKind.ASSESSED), None)
    return tagged or tags, assessed or case.priority


def _missed(lines: Sequence[Entry]) -> set[str]:
    """The clocks whose end was told to somebody: that is what happened, whatever the targets are today."""
    return {line.data["about"] for line in lines if line.kind == EntryKind.OVERDUE}


def _looked_at(lines: Sequence[Entry]) -> Iterator[str]:
    """Whether a person looked at the tags, and what stands corrected of what was shown to them first."""
    standing = list[Mapping[str, Any]]()
    for line in lines:
        if line.kind == EntryKind.TAGGED and line.data.get("undone"):
            del standing[-1:]
        elif line.kind == EntryKind.TAGGED:
            standing.append(line.data)
    if not standing:
        return
    shown, chosen = standing[0]["shown"], standing[-1]["chosen"]
    changed = [name for name in TAGS if shown[name] != chosen[name]]
    yield "tagged/looked_at"
    yield "tagged/changed" if changed else "tagged/agreed"
    yield from (f"tagged/changed/{name}" for name in changed)


def _solved(case: CaseFacts, lines: Sequence[E], by: Measured) -> Iterator[str]:
    """Whether an electronic request was closed within a working day, waits for who asked left out, and whether at the
    first contact. What goes on as another case is none."""
    if _is_merged(lines):
        return
    found = clock(ClockKind.RESOLUTION, events(case.opened_at, lines), by.working_day, by.calendar)
    yield "electronic"
    if found.is_overdue(by.known_at):
        yield "electronic/late"
    else:
        yield "electronic/in_time" if found.state is State.STOPPED else "electronic/open"
    at_once = _is_first_answer(lines)
    if found.state is State.STOPPED:
        yield "electronic/solved"
        if at_once:
            yield "electronic/one_answer"
    elif not at_once:
        yield "electronic/not_at_once"


def _is_first_answer(lines: Sequence[E]) -> bool:
    """Whether one answer at most was needed, and nobody else. Answers that were taken back before they left, and those
    of machines, are none."""
    kinds = [line.kind for line in unrecalled(lines) if not line.data.get("automatic")]
    return kinds.count(EntryKind.ANSWERED) <= 1 and {EntryKind.ESCALATED, EntryKind.REOPENED}.isdisjoint(kinds)


def _is_history(lines: Sequence[Entry]) -> bool:
    return any(line.kind == EntryKind.ROUTED and line.data.get("history") for line in lines)


def _is_merged(lines: Sequence[Entry]) -> bool:
    merged = [line.kind for line in lines if line.kind in (EntryKind.MERGED, EntryKind.UNMERGED)]
    return merged[-1:] == [EntryKind.MERGED]


READ = (
    EntryKind.ROUTED,
    EntryKind.WROTE,
    EntryKind.ANSWERED,
    EntryKind.RECALLED,
    EntryKind.WAITING,
    EntryKind.RESUMED,
    EntryKind.ESCALATED,
    EntryKind.RETURNED,
    EntryKind.CLOSED,
    EntryKind.REOPENED,
    EntryKind.MERGED,
    EntryKind.UNMERGED,
    EntryKind.ASSESSED,
    EntryKind.TAGGED,
    EntryKind.OVERDUE,
)
"""The lines of a timeline that count for something."""
