"""The five service levels: what is divided by what, and when a goal is met."""

from collections import Counter

import pytest

from cases.levels import first_contacts, levels
from cases.phone import Phone

NAMES = ("answer_rate", "mean_wait", "first_contact", "solved_in_a_day", "satisfaction")


def test_the_five_stand_in_the_order_of_the_mission() -> None:
    assert tuple(one.name for one in levels(Counter(), Phone())) == NAMES
    assert {(one.value, one.met) for one in levels(Counter(), Phone())} == {(None, None)}


@pytest.mark.parametrize(
    ("counts", "name", "value", "met"),
    [
        ({"phone/answered": 6, "phone/offered": 10}, "answer_rate", 0.6, False),
        ({"phone/answered": 7, "phone/offered": 10}, "answer_rate", 0.7, True),
        ({"phone/waited_us": 60_000_000, "phone/waits": 2}, "mean_wait", 30.0, False),
        ({"phone/waited_us": 59_000_000, "phone/waits": 2}, "mean_wait", 29.5, True),
        ({"electronic/in_time": 2, "electronic/late": 1, "electronic/open": 9}, "solved_in_a_day", 2 / 3, True),
        ({"phone/first_contacts": 4, "phone/first_contacts_resolved": 2}, "first_contact", 0.5, False),
        ({"electronic/solved": 1, "electronic/one_answer": 1}, "first_contact", 1, True),
        ({"logged/solved": 2, "logged/open": 1, "logged/escalated": 1}, "first_contact", 0.5, False),
        ({"satisfied": 4, "unsatisfied": 1}, "satisfaction", 0.8, False),
    ],
)
def test_a_goal_is_met_beyond_it_and_not_at_it(counts: dict[str, int], name: str, value: float, met: bool) -> None:
    level = next(one for one in levels(Counter(counts), Phone()) if one.name == name)
    assert (level.value, level.met) == (value, met)


def test_every_way_of_asking_is_a_contact() -> None:
    counts = Counter({"phone/first_contacts": 4, "phone/first_contacts_resolved": 1, "electronic/solved": 1})
    counts += Counter({"electronic/one_answer": 1, "logged/solved": 2, "logged/open": 1})
    assert first_contacts(counts) == {"by_phone": (1, 4), "in_writing": (1, 1), "off_the_line": (2, 3)}
    [level] = [one for one in levels(counts, Phone()) if one.name == "first_contact"]
    assert (level.part, level.whole) == (4, 8)
