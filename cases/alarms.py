"""When something is to be said about a case if nothing happens before: warnings, overdue targets, silences.

The sweep keeps the next alarm's moment beside the case, and the keys of those that were said; what is said, and to
whom, is not decided here.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cases.clock import Calendar
from cases.due import Clock, ClockKind, Event, EventKind, Party, State, in_order, whose_turn
from cases.targets import Reminders


class AlarmKind(StrEnum):
    WARNING = "warning"
    OVERDUE = "overdue"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which something is to be said if nothing happens before.

    `about` is the clock, or for a silence the party that is silent; `since` is when that clock or silence began.
    """

    at: datetime
    kind: AlarmKind
    about: ClockKind | Party
    since: datetime

    @property
    def key(self) -> str:
        """The same for the same alarm, even where a corrected priority or a new calendar has moved it: said once."""
        return f"{self.kind}:{self.about}:{self.since.astimezone(UTC).isoformat()}"


def alarms(
    events: Sequence[Event], running: Sequence[Clock], reminders: Reminders, calendar: Calendar
) -> tuple[Alarm, ...]:
    """All alarms of a case, past and to come, the earliest first. Stopped clocks ring no more."""
    found = [alarm for one in running if one.state is not State.STOPPED for alarm in _of_clock(one)]
    if not any(one.kind is ClockKind.RESOLUTION and one.state is State.STOPPED for one in running):
        found += _of_silence(events, reminders, calendar)  # thanks for a closed case begin no silence
    return tuple(sorted(found, key=lambda alarm: alarm.at))


def to_say(ringing: Sequence[Alarm], said: Collection[str], now: datetime) -> list[Alarm]:
    """What is due and was not said. Nobody is warned of what is overdue already."""
    rung = [alarm for alarm in ringing if alarm.at <= now]
    overdue = {alarm.about for alarm in rung if alarm.kind is AlarmKind.OVERDUE}
    unsaid = [alarm for alarm in rung if alarm.key not in said]
    return [alarm for alarm in unsaid if alarm.kind is not AlarmKind.WARNING or alarm.about not in overdue]


def next_at(ringing: Sequence[Alarm], now: datetime) -> datetime | None:
    """When to look at the case again, once everything up to now is said."""
    return next((alarm.at for alarm in ringing if alarm.at > now), None)


def _of_clock(one: Clock) -> Iterator[Alarm]:
    since = one.runs[0].begin
    if one.warn_at and one.warn_at != one.due_at:
        yield Alarm(one.warn_at, AlarmKind.WARNING, one.kind, since)
    if one.due_at:
        yield Alarm(one.due_at, AlarmKind.OVERDUE, one.kind, since)


def _of_silence(events: Sequence[Event], reminders: Reminders, calendar: Calendar) -> Iterator[Alarm]:
    """One reminder for each silence, within opening hours, counted in days of the calendar on the wall.

    Who is waited for ends it by an event of another kind: what was written meanwhile is of a second level.
    """
    turn = whose_turn(events)
    last = [one for one in in_order(events) if turn is not Party.REQUESTER or one.kind is not EventKind.WROTE][-1:]
    if last:
        since = last[0].at
        days = timedelta(days=last[0].days or reminders.silence_days)
        at = calendar.next_opening(since.astimezone(calendar.zone) + days)
        if at:
            yield Alarm(at, AlarmKind.SILENCE, turn, since)
