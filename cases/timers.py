"""What stands beside a case about its clocks: when each runs out, and when the sweep looks at it next.

All of it is computed from the case's timeline, and can be computed again at any time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from cases.alarms import Alarm, alarms, next_at, to_say
from cases.case import EntryKind
from cases.clock import Calendar, always
from cases.due import Clock, ClockKind, Event, EventKind, State, clocks
from cases.logged import Outcome
from cases.profile import Profile
from cases.targets import Target


class Entry(Protocol):
    """What is read of a line of the timeline."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


E = TypeVar("E", bound=Entry)

EVENTS: Mapping[str, EventKind] = {
    EntryKind.WROTE: EventKind.WROTE,
    EntryKind.N2_WROTE: EventKind.WROTE,
    EntryKind.TICKET_WROTE: EventKind.WROTE,
    EntryKind.ANSWERED: EventKind.ANSWERED,
    EntryKind.WAITING: EventKind.WAITING,
    EntryKind.RESUMED: EventKind.RESUMED,
    EntryKind.ESCALATED: EventKind.ESCALATED,
    EntryKind.RETURNED: EventKind.RETURNED,
    EntryKind.CLOSED: EventKind.CLOSED,
    EntryKind.MERGED: EventKind.CLOSED,
    EntryKind.REOPENED: EventKind.REOPENED,
}
"""The lines that clocks mind. A message of the second level moves no clock, but it ends a silence."""

REACHED = frozenset({"reached", "settled"})
"""The steps of a callback at which its person was spoken to (`ingest.voice.callbacks.Step`)."""

ASKING = frozenset({EventKind.WROTE, EventKind.RESUMED, EventKind.REOPENED, EventKind.WAITING, EventKind.ESCALATED})
"""What begins the clocks of a case that was read in as history."""

ANSWERING = frozenset({EntryKind.ANSWERED, EntryKind.WAITING, EntryKind.CLOSED, EntryKind.ASSIGNED})
"""What an answer writes on the timeline, all at one moment."""

ALARMS = frozenset({EntryKind.WARNING, EntryKind.OVERDUE, EntryKind.SILENCE})
"""The lines that say that an alarm was said; `data["key"]` is `cases.alarms.Alarm.key`."""


def events(opened_at: datetime, timeline: Iterable[Entry]) -> list[Event]:
    """What happened to a case, as clocks read it. Nobody waits for what is history: such a case is opened, for its
    clocks, by the first line that asks something of somebody."""
    found = list[Event]()
    history, promised_at = False, ""
    for entry in _standing(timeline):
        history |= entry.kind == EntryKind.ROUTED and entry.data.get("history", False)
        promised_at = promised_at or (entry.data.get("promised_at", "") if entry.kind == EntryKind.ROUTED else "")
        found += [Event(entry.at, kind, entry.data.get("days", 0)) for kind in _meanings(entry)]
    asked = (one.at for one in found if one.kind in ASKING)
    begun = min(asked, default=None) if history else opened_at
    promise = datetime.fromisoformat(promised_at) if promised_at else None
    return [Event(begun, EventKind.OPENED, promised_at=promise), *found] if begun else found


def _standing(timeline: Iterable[Entry]) -> list[Entry]:
    """The lines without a merge or an answer that was taken back: the clocks ran on."""
    found = list[Entry]()
    for entry in unrecalled(list(timeline)):
        if entry.kind == EntryKind.UNMERGED:
            place = max(place for place, one in enumerate(found) if one.kind == EntryKind.MERGED)
            del found[place]
        found.append(entry)
    return found


def unrecalled(timeline: Sequence[E]) -> list[E]:
    """The lines without those of answers that were taken back before they left."""
    recalled = {one.data["sent_at"] for one in timeline if one.kind == EntryKind.RECALLED}
    if not recalled:
        return list(timeline)
    return [one for one in timeline if not (one.kind in ANSWERING and one.at.isoformat() in recalled)]


def _meanings(entry: Entry) -> tuple[EventKind, ...]:
    """What a line is to the clocks. Somebody who was spoken to has been answered; a machine's receipt says nothing."""
    if entry.kind in EVENTS:
        return () if entry.data.get("automatic") else (EVENTS[entry.kind],)
    if entry.kind == EntryKind.LOGGED:
        solved = entry.data["outcome"] == Outcome.SOLVED
        return (EventKind.ANSWERED, EventKind.CLOSED) if solved else (EventKind.ANSWERED,)
    if entry.kind == EntryKind.INCIDENT_TOLD:
        return (EventKind.ANSWERED,) if entry.data.get("mailed") else ()
    answered = entry.kind == EntryKind.CALL and entry.data.get("result") == "answered"
    called_back = entry.kind == EntryKind.CALLBACK and entry.data.get("step") in REACHED
    return (EventKind.ANSWERED,) if answered or called_back else ()


def said(timeline: Iterable[Entry]) -> frozenset[str]:
    """The keys of the alarms that were said."""
    return frozenset(entry.data["key"] for entry in timeline if entry.kind in ALARMS)


@dataclass(frozen=True)
class Calendars:
    """The working time of a profile's mailboxes, lines and second levels. `by_name` are the calendars of its hours."""

    profile: Profile
    by_name: Mapping[str, Calendar]

    def of(self, source: str) -> Calendar:
        """The working time of a mailbox or line; every hour of every day where it names none."""
        return self._named(self.profile.hours_of(source))

    def of_clocks(self, source: str, n2: str = "") -> Mapping[ClockKind, Calendar]:
        """The calendar of each clock of a case of that mailbox or line, while that second level has it."""
        ours = self.of(source)
        theirs = self._named(next((one.hours for one in self.profile.second_level if one.id == n2), ""))
        return {ClockKind.RESPONSE: ours, ClockKind.RESOLUTION: ours, ClockKind.N2: theirs}

    def _named(self, name: str) -> Calendar:
        return self.by_name[name] if name else always(self.profile.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """A case's clocks and alarms. The columns of the case are `columns()`. At `next_at` the next alarm rings, once all
    of `to_say` is said."""

    clocks: tuple[Clock, ...]
    to_say: tuple[Alarm, ...]
    alarm_at: datetime | None
    next_at: datetime | None = None

    def due_at(self, kind: ClockKind) -> datetime | None:
        """When that clock runs out; None where it does not run."""
        return next((one.due_at for one in self.clocks if one.kind is kind and one.state is State.RUNNING), None)

    def columns(self) -> dict[str, datetime | None]:
        """The columns of the case that say it."""
        return {
            "response_due_at": self.due_at(ClockKind.RESPONSE),
            "resolution_due_at": self.due_at(ClockKind.RESOLUTION),
            "n2_due_at": self.due_at(ClockKind.N2),
            "alarm_at": self.alarm_at,
        }


def timers(
    happened: Sequence[Event],
    target: Target,
    calendars: Mapping[ClockKind, Calendar],
    profile: Profile,
    known: tuple[datetime, Collection[str]],
) -> Timers:
    """The timers of a case after these events. `known` is the time, and the keys of the alarms that were said."""
    now, keys = known
    running = clocks(happened, target, calendars, profile.reminders.warn_at)
    ringing = alarms(happened, running, profile.reminders, calendars[ClockKind.RESPONSE])
    unsaid = to_say(ringing, keys, now)
    following = next_at(ringing, now)
    alarm_at = min((one.at for one in unsaid), default=following)
    return Timers(clocks=running, to_say=tuple(unsaid), alarm_at=alarm_at, next_at=following)
