"""The clocks of a case: how much of a target is used, and when it runs out.

A clock is a function of the case's events, a target and a calendar. Nothing of it is kept but the events, so it can be
computed again at any time, and a corrected priority or a new calendar moves it from the case's first moment on.
docs/clocks.md has worked examples, which a test executes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.clock import NOTHING, Calendar
from cases.targets import Target


class EventKind(StrEnum):
    """What can happen to a case that a clock minds.

    `WROTE`: the requester, while nobody waited for it. `ANSWERED`: a person of ours, to the requester. `WAITING`: for
    the requester; `RESUMED`: no longer. `ESCALATED` to the second level, `RETURNED` from it, solved or refused.
    """

    OPENED = "opened"
    WROTE = "wrote"
    ANSWERED = "answered"
    WAITING = "waiting"
    RESUMED = "resumed"
    ESCALATED = "escalated"
    RETURNED = "returned"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Event:
    """`days` are those of the silence that ends a wait (`cases.alarms`), 0 for as many as the profile says.
    `promised_at` is by when the requester was told, as the case was opened, to expect the first answer."""

    at: datetime
    kind: EventKind
    days: int = 0
    promised_at: datetime | None = None


class ClockKind(StrEnum):
    """`RESPONSE` runs until the first answer after each opening, `RESOLUTION` until the case is closed, but not while
    the requester is waited for; `N2` runs while the second level has the case, beside the other two."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    N2 = "n2"


class State(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


MOVES: Mapping[ClockKind, Mapping[tuple[State, EventKind], State]] = {
    ClockKind.RESPONSE: {
        (State.IDLE, EventKind.OPENED): State.RUNNING,
        (State.RUNNING, EventKind.ANSWERED): State.STOPPED,
        (State.RUNNING, EventKind.WAITING): State.STOPPED,
        (State.RUNNING, EventKind.CLOSED): State.STOPPED,
        (State.STOPPED, EventKind.REOPENED): State.RUNNING,
    },
    ClockKind.RESOLUTION: {
        (State.IDLE, EventKind.OPENED): State.RUNNING,
        (State.RUNNING, EventKind.WAITING): State.PAUSED,
        (State.PAUSED, EventKind.RESUMED): State.RUNNING,
        (State.PAUSED, EventKind.ESCALATED): State.RUNNING,
        (State.RUNNING, EventKind.CLOSED): State.STOPPED,
        (State.PAUSED, EventKind.CLOSED): State.STOPPED,
        (State.STOPPED, EventKind.REOPENED): State.RUNNING,
    },
    ClockKind.N2: {
        (State.IDLE, EventKind.ESCALATED): State.RUNNING,
        (State.RUNNING, EventKind.RETURNED): State.STOPPED,
        (State.RUNNING, EventKind.CLOSED): State.STOPPED,
        (State.STOPPED, EventKind.ESCALATED): State.RUNNING,
    },
}
"""What is not in the table changes nothing: an event that comes twice, or late, does no harm."""

GOES_ON = frozenset({ClockKind.RESOLUTION})
"""Clocks that go on where they stopped; the others begin anew."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of real time during which a clock runs; `end` is None while it does."""

    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a case as its events leave it.

    `due_at` is when `allowed` runs out, or ran out, by working time; None where it did not and the clock does not run.
    An answer at `due_at` is in time. `warn_at` is the same for the warning before.
    """

    kind: ClockKind
    state: State
    allowed: timedelta
    runs: tuple[Run, ...]
    due_at: datetime | None
    warn_at: datetime | None

    def used(self, calendar: Calendar, now: datetime) -> timedelta:
        """The working time that counts, up to `now`."""
        return sum((calendar.worked(run.begin, run.end or max(now, run.begin)) for run in self.runs), NOTHING)

    def remaining(self, calendar: Calendar, now: datetime) -> timedelta:
        """Negative once more is used than is allowed."""
        return self.allowed - self.used(calendar, now)

    def is_overdue(self, now: datetime) -> bool:
        """Whether the target is missed; a clock that stopped too late stays so."""
        return self.due_at is not None and now > self.due_at


def clocks(
    events: Sequence[Event], target: Target, calendars: Mapping[ClockKind, Calendar], warn_at: float
) -> tuple[Clock, ...]:
    """Every clock that has begun. `calendars` are the line's or mailbox's, and the second level's for its own clock."""
    allowed = {
        ClockKind.RESPONSE: target.response_hours,
        ClockKind.RESOLUTION: target.resolution_hours,
        ClockKind.N2: target.n2_hours,
    }
    found = (clock(kind, events, timedelta(hours=allowed[kind]), calendars[kind], warn_at) for kind in ClockKind)
    return tuple(one for one in found if one.state is not State.IDLE)


def clock(
    kind: ClockKind, events: Sequence[Event], allowed: timedelta, calendar: Calendar, warn_at: float = 1.0
) -> Clock:
    """That clock after these events, which may come in any order."""
    state, runs = _runs(kind, events)
    due_at = _reached(runs, allowed, calendar)
    warn = due_at if warn_at == 1 else _reached(runs, allowed * warn_at, calendar)
    promised_at = _promised(kind, events, runs)
    if promised_at:
        due_at = min(due_at or promised_at, promised_at)
        warn = min(warn or due_at, due_at)
    return Clock(kind=kind, state=state, allowed=allowed, runs=runs, due_at=due_at, warn_at=warn)


def _promised(kind: ClockKind, events: Sequence[Event], runs: Sequence[Run]) -> datetime | None:
    """What was promised for the first answer: a target that is corrected later is no excuse. None where nothing was,
    where it was kept, and once the case was opened again."""
    opened = next((event for event in events if event.kind is EventKind.OPENED), None)
    if kind is not ClockKind.RESPONSE or not opened or not opened.promised_at or not runs:
        return None
    first, promised_at = runs[0], opened.promised_at
    pending = first.begin == opened.at and (first.end is None or promised_at < first.end)
    return promised_at if pending else None


def _runs(kind: ClockKind, events: Sequence[Event]) -> tuple[State, tuple[Run, ...]]:
    state, runs = State.IDLE, list[Run]()
    for event in in_order(events):
        after = MOVES[kind].get((state, event.kind), state)
        if after is State.RUNNING and state is not State.RUNNING:
            if state is State.STOPPED and kind not in GOES_ON:
                runs.clear()
            runs.append(Run(event.at))
        if state is State.RUNNING and after is not State.RUNNING:
            runs[-1] = Run(runs[-1].begin, event.at)
        state = after
    return state, tuple(runs)


_ORDER = {kind: index for index, kind in enumerate(EventKind)}


def in_order(events: Sequence[Event]) -> list[Event]:
    """By time; of the same moment, in the order in which `EventKind` has them."""
    return sorted(events, key=lambda event: (event.at, _ORDER[event.kind]))


def _reached(runs: Sequence[Run], working: timedelta, calendar: Calendar) -> datetime | None:
    """When that much working time has passed in these runs; None where they end before."""
    left = working
    for run in runs:
        at = calendar.after(run.begin, left)
        if run.end is None or at < run.end:
            return at
        left -= calendar.worked(run.begin, run.end)
    return None


class Party(StrEnum):
    """Who has the case, and so who is reminded."""

    TEAM = "team"
    REQUESTER = "requester"
    N2 = "n2"


def whose_turn(events: Sequence[Event]) -> Party:
    if _runs(ClockKind.RESOLUTION, events)[0] is State.PAUSED:
        return Party.REQUESTER
    return Party.N2 if _runs(ClockKind.N2, events)[0] is State.RUNNING else Party.TEAM


def reopens_until(events: Sequence[Event], days: int) -> datetime | None:
    """Until when a reply re-opens a closed case (later it opens a new one); None where the case is not closed."""
    state, _ = _runs(ClockKind.RESOLUTION, events)
    if state is not State.STOPPED:
        return None
    return max(event.at for event in events if event.kind is EventKind.CLOSED) + timedelta(days=days)
