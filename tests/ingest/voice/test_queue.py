"""Place in line and expected wait."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.voice.queue import PICK_UP, USUAL_TALK, place, usual
from ingest.voice.routing import For, Person, Seat

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
TALK = timedelta(minutes=4)
ALL = (Seat(number="+3281001801", label="one"), Seat(number="+3281001802", label="two"))
APART = (
    Seat(number="+3281001801", label="fr", areas=frozenset({"fr"})),
    Seat(number="+3281001802", label="de", areas=frozenset({"de"})),
)


def person(minute: int, lang: str = "fr", what: For = For.CALL) -> Person:
    arrived_at = NOW + timedelta(minutes=minute)
    return Person(what=what, identity=minute, line="1718", arrived_at=arrived_at, areas=frozenset({lang}))


@pytest.mark.parametrize(
    ("ahead", "busy", "position", "wait"),
    [
        (0, (), 1, PICK_UP),
        (1, (), 2, PICK_UP),
        (0, ("+3281001801",), 1, PICK_UP),
        (0, ("+3281001801", "+3281001802"), 1, PICK_UP + TALK / 2),
        (2, ("+3281001801", "+3281001802"), 3, PICK_UP + 3 * TALK / 2),
        (2, ("+3281001801",), 3, PICK_UP + TALK),
    ],
)
def test_each_seat_takes_who_came_first(ahead: int, busy: tuple[str, ...], position: int, wait: timedelta) -> None:
    found = place(person(9), [person(one) for one in range(ahead)], ALL, busy, TALK)
    assert (found.position, found.wait) == (position, wait)


def test_who_came_later_and_oneself_are_not_ahead() -> None:
    assert place(person(5), [person(5), person(6)], ALL, (), TALK).position == 1


def test_a_callback_that_is_due_stands_in_the_same_line() -> None:
    assert place(person(5), [person(1, what=For.CALLBACK)], ALL, (), TALK).position == 2


def test_only_those_are_ahead_who_want_a_seat_of_mine() -> None:
    others = [person(1, "de"), person(2, "de"), person(3, "fr")]
    assert place(person(5), others, APART, (), TALK).position == 2


def test_without_a_directory_everybody_is_ahead() -> None:
    assert place(person(5), [person(1), person(2)], (), (), TALK).position == 3


def test_a_usual_talk_is_a_guess_until_there_were_some() -> None:
    assert usual([timedelta(minutes=1)] * 4) == USUAL_TALK
    assert usual([timedelta(minutes=1)] * 5) == timedelta(minutes=1)
