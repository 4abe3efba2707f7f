"""The five service levels (N16), each with what is divided by what. Pure; docs/figures.md defines them."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.daily import Counts
from cases.figures import ANSWER_RATE, FIRST_CONTACT, Unit
from cases.logged import Outcome
from cases.phone import Phone
from cases.phoned import WAITED

SOLVED = 0.50
"""More than half: the request in the middle is solved in less than a working day."""
SATISFIED = 0.80
MICROSECONDS = 1_000_000
FIRST_CONTACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "by_phone": ("phone/first_contacts_resolved", ("phone/first_contacts",)),
    "in_writing": ("electronic/one_answer", ("electronic/solved", "electronic/not_at_once")),
    "off_the_line": (f"logged/{Outcome.SOLVED}", tuple(f"logged/{one}" for one in Outcome)),
}
"""By the way in which people came: what counts the first contacts that solved it, and all of them."""


@dataclass(frozen=True, slots=True)
class Level:
    """A service level: `part` divided by `whole`, of which the names say what is counted. `value` is None where there
    is nothing to divide by, and then it is neither met nor missed."""

    name: str
    unit: Unit
    goal: float
    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Seconds for a mean, 0-1 for a share."""
        if not self.whole:
            return None
        return self.part / self.whole / (MICROSECONDS if self.unit is Unit.SECONDS else 1)

    @property
    def met(self) -> bool | None:
        if self.value is None:
            return None
        return self.value < self.goal if self.unit is Unit.SECONDS else self.value > self.goal


def levels(counts: Counts, rules: Phone) -> tuple[Level, ...]:
    """The five of a period, in the order in which the mission has them."""
    share = Unit.SHARE
    contacts = first_contacts(counts).values()
    resolved, first = sum(part for part, _ in contacts), sum(whole for _, whole in contacts)
    in_time, late = counts["electronic/in_time"], counts["electronic/late"]
    satisfied, asked = counts["satisfied"], counts["satisfied"] + counts["unsatisfied"]
    return (
        Level("answer_rate", share, ANSWER_RATE, counts["phone/answered"], counts["phone/offered"]),
        Level("mean_wait", Unit.SECONDS, rules.answer_goal, counts[WAITED], counts["phone/waits"]),
        Level("first_contact", share, FIRST_CONTACT, resolved, first),
        Level("solved_in_a_day", share, SOLVED, in_time, in_time + late),
        Level("satisfaction", share, SATISFIED, satisfied, asked),
    )


def first_contacts(counts: Counts) -> dict[str, tuple[int, int]]:
    """By the way in which people came: how many requests were solved at the first contact, of how many."""
    return {way: (counts[part], sum(counts[one] for one in whole)) for way, (part, whole) in FIRST_CONTACTS.items()}
