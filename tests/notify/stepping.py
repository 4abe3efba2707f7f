"""Cases whose clocks run out while the machine's clock is set, and what was said of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from cases.case import EntryKind
from store.tx import Store
from tests.notify.sweeping import Floor, at

HOUR = timedelta(hours=1)
SAID = (EntryKind.WARNING, EntryKind.OVERDUE, EntryKind.SILENCE, EntryKind.ROUTED)
TICK = timedelta(minutes=20)

CLOCKS = ("response", "resolution", "n2")
Fact = tuple[str, Any]
"""What was said, and of which clock; or the climb, and to which queue."""

Clock = Callable[[datetime], datetime]
"""What the machine's clock shows at that time."""

WEEKS = {"summer time begins": ("03-27 09:00", "04-15 12:00"), "summer time ends": ("10-23 09:00", "11-12 12:00")}
"""From when cases are opened, on a Friday, until all their clocks have run out."""


def right(now: datetime) -> datetime:
    """A clock that is not set."""
    return now


def steps(begin: datetime) -> dict[str, Clock]:
    """Kinds of step of a clock, each a few times within the first days: while clocks run out, and at night."""

    def during(now: datetime, hours: range) -> bool:
        return now - begin < timedelta(days=6) and now.hour in hours

    return {
        "an hour ahead, and back": lambda now: now + HOUR if during(now, range(9, 12)) else now,
        "an hour behind, and back": lambda now: now - HOUR if during(now, range(9, 12)) else now,
        "ahead for good": lambda now: now + HOUR if now - begin > timedelta(hours=2) else now,
        "behind for good": lambda now: now - HOUR if now - begin > timedelta(hours=2) else now,
        "ahead and behind by turns": lambda now: now + (HOUR if now.minute < 30 else -HOUR),
        "some seconds to and fro": lambda now: now + timedelta(seconds=(-1) ** now.minute * (now.minute % 7)),
        "at a standstill": lambda now: now.replace(hour=9, minute=0) if during(now, range(9, 14)) else now,
        "local time taken for UTC": lambda now: now - HOUR if now - begin > timedelta(hours=42) else now,
    }


def said(floor: Floor, identity: int) -> list[Fact]:
    """What was said of a case, in the order in which it was: reminders of which clock, climbs to which queue."""
    lines = sorted(floor.lines(identity), key=lambda line: line.id)
    return [(line.kind, line.data.get("about") or line.data.get("queue")) for line in lines if line.kind in SAID]


def walk(store: Store, weeks: tuple[str, str], count: int, clock: Clock) -> list[list[Fact]]:
    """Open cases one after the other, let their clocks run out as the machine's shows, and tell what was said of each.

    Every second one is with the second level, whose silence is said too.
    """
    floor = Floor(store)
    begin, end = map(at, weeks)
    opened = [floor.open(weeks[0], priority=f"P{1 + n % 3}") for n in range(count)]
    for one in opened[::2]:
        floor.escalate(one, weeks[0])
    for number in range(1, (end - begin) // TICK):
        floor.sweep(clock(begin + number * TICK))
    return [said(floor, one) for one in opened]


def faults(found: Sequence[Sequence[Fact]]) -> list[str]:
    """What was said twice, or of a clock after it had run out, or never. A warning is left out where a step ahead
    made its clock run out at once."""
    wrong = []
    for number, facts in enumerate(found):
        wrong += [f"{number}: {fact} twice" for fact, times in Counter(facts).items() if times > 1]
        late = [about for about in CLOCKS if _place(facts, "warning", about) > _place(facts, "overdue", about)]
        wrong += [f"{number}: {about} warned of too late" for about in late if ("warning", about) in facts]
        wrong += [f"{number}: {about} never" for about in ("response", "resolution") if ("overdue", about) not in facts]
        if _climbs(facts) != ["line2", "line3"]:
            wrong.append(f"{number}: climbs in disorder")
    return wrong


def _place(facts: Sequence[Fact], kind: str, about: str) -> int:
    return facts.index((kind, about)) if (kind, about) in facts else len(facts)


def _climbs(facts: Sequence[Fact]) -> list[str]:
    return [queue for kind, queue in facts if kind == EntryKind.ROUTED]
