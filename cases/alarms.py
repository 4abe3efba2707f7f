"""When something is to be said about a case if nothing happens before: warnings, overdue targets, silences.

The sweep keeps the next alarm's moment beside the case; what is said, and to whom, is not decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    """A moment at which something is to be said if nothing happens before. `about` is the clock, or for a silence the
    party that is silent."""

    at: datetime
    kind: AlarmKind
    about: ClockKind | Party


def alarms(
    events: Sequence[Event], running: Sequence[Clock], reminders: Reminders, calendar: Calendar
) -> tuple[Alarm, ...]:
    """All alarms of a case, past and to come, the earliest first. Stopped clocks ring no more."""
    found = [alarm for one in running if one.state is not State.STOPPED for alarm in _of_clock(one)]
    found += _of_silence(events, reminders, calendar)
    return tuple(sorted(found, key=lambda alarm: alarm.at))


def next_alarm(ringing: Sequence[Alarm], after: datetime) -> Alarm | None:
    """The first alarm later than that moment, up to which all have been seen to."""
    return next((alarm for alarm in ringing if alarm.at > after), None)


def _of_clock(one: Clock) -> Iterator[Alarm]:
    if one.warn_at and one.warn_at != one.due_at:
        yield Alarm(one.warn_at, AlarmKind.WARNING, one.kind)
    if one.due_at:
        yield Alarm(one.due_at, AlarmKind.OVERDUE, one.kind)


def _of_silence(events: Sequence[Event], reminders: Reminders, calendar: Calendar) -> Iterator[Alarm]:
    """One reminder for each silence, within opening hours, counted in days of the calendar on the wall."""
    last = in_order(events)[-1:]
    if last and last[0].kind not in (EventKind.CLOSED, EventKind.REMINDED):
        silent_until = last[0].at.astimezone(calendar.zone) + timedelta(days=reminders.silence_days)
        at = calendar.next_opening(silent_until)
        if at:
            yield Alarm(at, AlarmKind.SILENCE, whose_turn(events))
