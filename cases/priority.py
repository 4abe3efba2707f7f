"""How urgent a case is: impact x urgency by the profile's matrix, proposed by us and corrected by people.

Impact and urgency are 1 (highest) to 3, as in `cases.event.Tags`; what each means stands in docs/annotation.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from cases.event import SenderKind, Tags
from cases.hours import Fault

_STRICT = {"strict": True, "extra": "forbid"}
LEVELS = (1, 2, 3)


class Priority(StrEnum):
    """P1 goes first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


MATRIX = (
    (Priority.P1, Priority.P1, Priority.P2),
    (Priority.P1, Priority.P2, Priority.P3),
    (Priority.P2, Priority.P3, Priority.P4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities:
    """How priorities are proposed.

    `matrix` has a row for each impact and in it a column for each urgency. `sender_impact` is the impact, at least, of
    what a kind of sender reports: staff write for a service. A deadline within `urgent_days` is urgency 1, a later
    one 2.
    """

    __pydantic_config__ = _STRICT
    matrix: tuple[tuple[Priority, ...], ...] = MATRIX
    sender_impact: Mapping[SenderKind, int] = field(default_factory=lambda: {SenderKind.STAFF: 2})
    urgent_days: int = 2


class Reason(StrEnum):
    """What raised a proposal above the ordinary; people read it beside the priority."""

    TEXT_IMPACT = "text_impact"
    TEXT_URGENCY = "text_urgency"
    SENDER = "sender"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A case's impact and urgency, the priority that follows, and why. `corrected_by` is a person, or '' for ours."""

    impact: int
    urgency: int
    priority: Priority
    reasons: tuple[Reason, ...] = ()
    corrected_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks for a priority. `deadline` is the nearest one in the text (`cases.deadlines`), `today` the day on
    which the message came, where the service is."""

    tags: Tags
    today: date
    sender: SenderKind | None = None
    deadline: date | None = None


def propose(signs: Signs, rules: Priorities) -> Assessment:
    """The strongest sign counts on each axis; every sign that counts is among the reasons."""
    impacts = {
        Reason.TEXT_IMPACT: signs.tags.impact,
        Reason.SENDER: rules.sender_impact.get(signs.sender, 3) if signs.sender else 3,
    }
    urgencies = {Reason.TEXT_URGENCY: signs.tags.urgency, Reason.DEADLINE: _pressure(signs, rules)}
    impact, urgency = min(impacts.values()), min(urgencies.values())
    reasons = [reason for reason, level in impacts.items() if level == impact < 3]
    reasons += [reason for reason, level in urgencies.items() if level == urgency < 3]
    return _assessed(impact, urgency, rules, tuple(reasons))


def _pressure(signs: Signs, rules: Priorities) -> int:
    """The urgency of a deadline; one that has passed presses nobody."""
    if signs.deadline is None or signs.deadline < signs.today:
        return 3
    return 1 if signs.deadline - signs.today <= timedelta(days=rules.urgent_days) else 2


def _assessed(impact: int, urgency: int, rules: Priorities, reasons: tuple[Reason, ...]) -> Assessment:
    priority = rules.matrix[impact - 1][urgency - 1]
    return Assessment(impact=impact, urgency=urgency, priority=priority, reasons=reasons)


def correct(current: Assessment, impact: int, urgency: int, rules: Priorities, by: str) -> Assessment:
    """What a person made of it, which no later message changes. Raises ValueError for a level that is not 1 to 3."""
    if impact not in LEVELS or urgency not in LEVELS:
        raise ValueError("impact and urgency are 1, 2 or 3")
    return replace(_assessed(impact, urgency, rules, current.reasons), corrected_by=by)


def again(current: Assessment, proposed: Assessment, rules: Priorities) -> Assessment:
    """The assessment after another message of the same case: a correction stays, and a proposal only ever raises, since
    «thank you, I am waiting» does not make a case less urgent."""
    if current.corrected_by:
        return current
    impact, urgency = min(current.impact, proposed.impact), min(current.urgency, proposed.urgency)
    if (impact, urgency) == (current.impact, current.urgency):
        return current
    reasons = tuple(dict.fromkeys((*current.reasons, *proposed.reasons)))
    return _assessed(impact, urgency, rules, reasons)


def faults(rules: Priorities) -> Iterator[Fault]:
    """What is wrong with them: (key, cause, mend) each."""
    if [len(row) for row in rules.matrix] != [len(LEVELS)] * len(LEVELS):
        yield "priorities.matrix", "is not 3 x 3", "write 3 rows (impact 1 to 3) of 3 priorities (urgency 1 to 3)"
    elif not _never_rises(rules.matrix):
        yield "priorities.matrix", "a lower impact or urgency has a higher priority", "let priorities fall along both"
    for kind, impact in rules.sender_impact.items():
        if impact not in LEVELS:
            yield f"priorities.sender_impact.{kind}", f"{impact} is not an impact", "write 1, 2 or 3"
    if rules.urgent_days < 0:
        yield "priorities.urgent_days", "is negative", "write 0 or more"


def _never_rises(matrix: tuple[tuple[Priority, ...], ...]) -> bool:
    columns = tuple(zip(*matrix, strict=True))
    return all(list(line) == sorted(line) for line in (*matrix, *columns))
