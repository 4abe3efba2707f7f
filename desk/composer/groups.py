"""A timeline as people read it: by day, and what machines did in a row in one line. Pure: lines in, days out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from cases.case import EntryKind
from cases.mails import TO_STAFF
from desk.timeline import Decision, Line, Mail
from store.work import State

MANY = 2
"""Lines by machines in a row that are folded into one."""

QUIET = frozenset(
    {EntryKind.OPENED, EntryKind.ACKNOWLEDGEMENT, EntryKind.ROUTED, EntryKind.ASSESSED, EntryKind.OFFERED}
    | {EntryKind.WROTE, EntryKind.RESUMED, EntryKind.WARNING, EntryKind.SILENCE, EntryKind.FIELDS_SET}
)
"""What nobody has to look at again where a machine did it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines one after the other; `folded` where machines did all of it."""

    lines: tuple[Line, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, where the service is."""

    on: date
    runs: tuple[Run, ...]


def days(lines: Iterable[Line], zone: ZoneInfo) -> list[Day]:
    """The lines by day, oldest first."""
    by_day = groupby(lines, key=lambda line: line.at.astimezone(zone).date())
    return [Day(on, tuple(_runs(list(found)))) for on, found in by_day]


def _runs(lines: Sequence[Line]) -> Iterable[Run]:
    for quiet, found in groupby(lines, key=is_quiet):
        run = tuple(found)
        if quiet and len(run) >= MANY:
            yield Run(run, folded=True)
        else:
            yield from (Run((line,), folded=False) for line in run)


def is_quiet(line: Line) -> bool:
    """Whether a machine did that and nobody has to look at it: a mail to the team that was refused is not."""
    if isinstance(line, Decision):
        return line.word in QUIET and not line.actor
    return isinstance(line, Mail) and line.what in TO_STAFF and line.state in ("sent", State.PENDING)
