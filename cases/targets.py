"""What a service promises: how soon a case of each priority is answered and solved. `cases.due` computes with it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock import Calendar, NeverOpenError
from cases.hours import Fault
from cases.priority import Priority

_STRICT = {"strict": True, "extra": "forbid"}

LONGEST_HOURS = 1000
"""About half a year of working days: no clock runs longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How soon cases of a priority are answered and solved, and how soon the second level gives its answer.

    Hours of working time. `category` is '' where the target holds for all that have none of their own.
    """

    __pydantic_config__ = _STRICT
    priority: Priority
    category: str = ""
    response_hours: float
    resolution_hours: float
    n2_hours: float


TARGETS = (
    Target(priority=Priority.P1, response_hours=1, resolution_hours=4, n2_hours=2),
    Target(priority=Priority.P2, response_hours=4, resolution_hours=8.5, n2_hours=4),
    Target(priority=Priority.P3, response_hours=8.5, resolution_hours=17, n2_hours=8.5),
    Target(priority=Priority.P4, response_hours=17, resolution_hours=42.5, n2_hours=25.5),
)
"""What holds where a profile says nothing: a working day of the line is 8.5 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """`warn_at` is the share of a target at which its owner is warned. After `silence_days` on which nothing happened,
    whoever has the case is reminded."""

    __pydantic_config__ = _STRICT
    warn_at: float = 0.75
    silence_days: int = 15


def target_for(targets: Sequence[Target], priority: Priority, category: str) -> Target:
    """The category's own target, else the one for all. Raises KeyError where `faults` would have named the gap."""
    by_key = {(target.priority, target.category): target for target in targets}
    return by_key.get((priority, category)) or by_key[priority, ""]


def faults(
    targets: Sequence[Target],
    reminders: Reminders,
    categories: Collection[str],
    calendars: Mapping[str, Calendar],
    now: datetime,
) -> Iterator[Fault]:
    """What is wrong with them, on calendars by the name of their hours: (key, cause, mend) each."""
    keys = [(target.priority, target.category) for target in targets]
    for index, target in enumerate(targets):
        if keys.index(keys[index]) != index:
            yield f"targets.{index}", f"{target.priority} {target.category} stands there twice", "keep one"
        if target.category and target.category not in categories:
            yield f"targets.{index}.category", f"no category has the id {target.category}", "add it or correct the id"
        yield from ((f"targets.{index}.{field}", cause, mend) for field, cause, mend in _unmet(target, calendars, now))
    for priority in Priority:
        if (priority, "") not in keys:
            yield "targets", f"{priority} has none for every category", f'add one with priority = "{priority}"'
    yield from _reminder_faults(reminders)


def _unmet(target: Target, calendars: Mapping[str, Calendar], now: datetime) -> Iterator[Fault]:
    for field in ("response_hours", "resolution_hours", "n2_hours"):
        hours = getattr(target, field)
        if not 0 < hours <= LONGEST_HOURS:
            yield field, f"{hours} can never be met", f"write more than 0, at most {LONGEST_HOURS}"
            continue
        for name, calendar in calendars.items():
            try:
                calendar.after(now, timedelta(hours=hours))
            except NeverOpenError:
                yield field, f"{hours} never come within hours.{name}", "write less, or open longer"
    if target.response_hours > target.resolution_hours:
        yield "response_hours", "is longer than resolution_hours", "an answer comes before the solution"


def _reminder_faults(reminders: Reminders) -> Iterator[Fault]:
    if not 0 < reminders.warn_at <= 1:
        yield "reminders.warn_at", f"{reminders.warn_at} is not a share", "write a share of the target such as 0.75"
    if reminders.silence_days < 1:
        yield "reminders.silence_days", f"{reminders.silence_days} is no silence", "write 1 or more"
