"""What the clocks of one case say now: which alarms, the mail of each, a higher queue, and when to look again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases.alarms import Alarm, AlarmKind
from cases.case import Status
from cases.due import ClockKind
from cases.mails import Mail
from cases.priority import Priority
from cases.routing import Queue, Routing, Why, climbs_to, is_able
from cases.timers import Calendars, Timers, events, said, timers
from cases.triage import case_target
from notify.alarm_mails import AlarmMails, Line

CLIMBING = frozenset({ClockKind.RESPONSE, ClockKind.RESOLUTION})
"""The clocks that take a case to a higher queue once they have run out."""

NO_TIMERS: Mapping[str, datetime | None] = dict.fromkeys(
    ("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case as the sweep finds it: its row, its timeline, the row of its stay at a second level if it is at one."""

    row: Any
    timeline: Sequence[Line]
    stay: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One alarm that is said. `due_at` is when its clock runs out, None for a silence; `above` is the queue that the
    case goes to because of it, None where it stays."""

    alarm: Alarm
    due_at: datetime | None
    mail: Mail
    above: Queue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a case comes to. `timers` are columns of the case, and so is `climb`, None where it stays."""

    seen: Seen
    timers: Mapping[str, datetime | None]
    said: tuple[Said, ...] = ()
    climb: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks at the cases of one service."""

    calendars: Calendars
    mails: AlarmMails

    def look(self, seen: Seen, now: datetime) -> Look:
        """What is to be said now, each alarm once. A silence waits for opening hours."""
        if seen.row.status == Status.CLOSED:
            return Look(seen=seen, timers=NO_TIMERS)
        found = self._timers(seen, now)
        opens_at = self.calendars.of(seen.row.source).next_opening(now)
        ringing = [one for one in found.to_say if one.kind is not AlarmKind.SILENCE or opens_at == now]
        waits = len(ringing) < len(found.to_say)
        alarm_at = min((at for at in (found.next_at, opens_at if waits else None) if at), default=None)
        told = self._said(seen, found, ringing)
        columns = {**found.columns(), "alarm_at": alarm_at}
        return Look(seen=seen, timers=columns, said=told, climb=self._climb(seen, told))

    def _timers(self, seen: Seen, now: datetime) -> Timers:
        row, profile = seen.row, self.calendars.profile
        target = case_target(profile, Priority(row.priority), row.category, review=row.review)
        calendars = self.calendars.of_clocks(row.source, seen.stay.n2 if seen.stay else "")
        return timers(events(row.opened_at, seen.timeline), target, calendars, profile, (now, said(seen.timeline)))

    def _said(self, seen: Seen, found: Timers, ringing: Sequence[Alarm]) -> tuple[Said, ...]:
        queue, told = Queue(seen.row.queue), list[Said]()
        for alarm in ringing:
            due_at = next((one.due_at for one in found.clocks if one.kind is alarm.about), None)
            above = climbs_to(queue, self.calendars.profile.routing) if _climbs(alarm) else queue
            mail = self.mails.mail(alarm, seen.row, seen.stay, seen.timeline, due_at)
            mail = replace(mail, context={**mail.context, "queue": above})
            told.append(Said(alarm=alarm, due_at=due_at, mail=mail, above=above if above != queue else None))
            queue = above
        return tuple(told)

    def _climb(self, seen: Seen, told: Sequence[Said]) -> Mapping[str, Any] | None:
        queue = next((one.above for one in reversed(told) if one.above), None)
        if queue is None:
            return None
        skills = tuple((seen.row.routing or {}).get("skills", ()))
        routing = _overdue(queue, skills, seen.row.lang, self.calendars.profile.routing)
        return {"queue": queue, "routing": routing, "agent": None}


def _climbs(alarm: Alarm) -> bool:
    return alarm.kind is AlarmKind.OVERDUE and alarm.about in CLIMBING


def _overdue(queue: Queue, skills: Sequence[str], lang: str, routing: Routing) -> Mapping[str, Any]:
    """How the case came to that queue. Skills that nobody has there are asked of nobody."""
    known = any(is_able(agent, queue, skills, lang) for agent in routing.agents)
    return {"why": Why.OVERDUE, "rule": "", "skills": list(skills) if known else [], "agent": ""}
