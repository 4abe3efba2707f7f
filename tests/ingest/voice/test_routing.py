"""Who is rung for whom: the rules, and properties of every day that can be imagined."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.routing import For, Person, Seat, route, serving

NOON = datetime(2026, 3, 24, 11, 0, tzinfo=UTC)
ONE, TWO = Seat(number="+3281001801", label="1"), Seat(number="+3281001802", label="2", order=200)
AREAS = ("notice", "twice", "gesper", "1718", "1719", "fr", "de")


def person(identity: int = 1, minutes: float = 0, **rest: object) -> Person:
    values = {"what": For.CALL, "identity": identity, "line": "1718", "arrived_at": NOON + timedelta(minutes=minutes)}
    return Person(**(values | rest))


def pairs(people, seats=(ONE, TWO), busy=()):
    return [(leg.person.identity, leg.seat.label) for leg in route(people, seats, busy)]


def test_the_oldest_arrival_is_rung_for_first_whether_they_wait_or_were_promised_a_call() -> None:
    promised = person(9, -30, what=For.CALLBACK)
    assert pairs([person(1), promised], [ONE]) == [(9, "1")]
    assert pairs([person(1), promised]) == [(9, "1"), (1, "2")]


def test_a_seat_that_did_not_answer_is_followed_by_the_next_and_in_the_end_by_the_first_again() -> None:
    assert pairs([person(rung={ONE.number: 1})]) == [(1, "2")]
    assert pairs([person(rung={ONE.number: 1, TWO.number: 1})]) == [(1, "1")]


def test_who_is_rung_for_already_gets_no_second_leg() -> None:
    assert pairs([person(ringing=True), person(2)]) == [(2, "1")]


def test_a_seat_that_is_busy_is_left_alone() -> None:
    assert pairs([person()], busy=[ONE.number]) == [(1, "2")]
    assert pairs([person()], busy=[ONE.number, TWO.number]) == []


def test_areas_choose_the_seats_and_where_no_seat_has_the_area_every_seat_serves() -> None:
    seats = [replace(ONE, areas=frozenset({"de"})), replace(TWO, areas=frozenset({"notice"}))]
    assert pairs([person(areas=frozenset({"notice", "1718", "fr"}))], seats) == [(1, "2")]
    assert pairs([person(areas=frozenset({"gesper", "1719", "de"}))], seats) == [(1, "1")]
    assert pairs([person(areas=frozenset({"gesper", "1718", "fr"}))], seats) == [(1, "1")]


def test_who_cannot_be_served_now_holds_up_nobody_behind() -> None:
    seats = [replace(ONE, areas=frozenset({"de"})), replace(TWO, areas=frozenset({"fr"}))]
    waiting = [person(1, areas=frozenset({"de"})), person(2, 1, areas=frozenset({"fr"}))]
    assert pairs(waiting, seats, busy=[ONE.number]) == [(2, "2")]


people = st.lists(
    st.builds(
        Person,
        what=st.sampled_from(For),
        identity=st.integers(1, 50),
        line=st.sampled_from(["1718", "1719"]),
        arrived_at=st.integers(0, 300).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        areas=st.frozensets(st.sampled_from(AREAS), max_size=4),
        rung=st.dictionaries(st.sampled_from(["+321", "+322", "+323", "+324"]), st.integers(0, 5)),
        ringing=st.booleans(),
    ),
    unique_by=lambda one: (one.what, one.identity),
    max_size=12,
)
seats = st.lists(
    st.builds(
        Seat,
        number=st.sampled_from(["+321", "+322", "+323", "+324"]),
        label=st.just("seat"),
        areas=st.frozensets(st.sampled_from(AREAS), max_size=3),
        order=st.integers(0, 3),
    ),
    unique_by=lambda one: one.number,
)
busy = st.sets(st.sampled_from(["+321", "+322", "+323", "+324"]))


@given(people, seats, busy)
def test_no_seat_has_two_legs_no_person_two_and_no_busy_seat_rings(people, seats, busy) -> None:
    legs = list(route(people, seats, busy))
    numbers = [leg.seat.number for leg in legs]
    whose = [(leg.person.what, leg.person.identity) for leg in legs]
    assert len(set(numbers)) == len(numbers)
    assert len(set(whose)) == len(whose)
    assert not busy.intersection(numbers)
    assert not any(leg.person.ringing for leg in legs)
    assert all(leg.seat in serving(leg.person, seats) for leg in legs)


@given(people, seats, busy)
def test_nobody_is_passed_by_somebody_who_came_later(people, seats, busy) -> None:
    """Who gets no leg is rung for already, or finds every seat that serves them busy or with somebody older."""
    legs = {(leg.person.what, leg.person.identity): leg for leg in route(people, seats, busy)}
    holder = {leg.seat.number: leg.person for leg in legs.values()}
    for one in people:
        if one.ringing or (one.what, one.identity) in legs:
            continue
        for seat in serving(one, seats):
            assert seat.number in busy or holder[seat.number].arrived_at <= one.arrived_at


@given(people, seats)
def test_nobody_starves_while_there_is_a_seat(people, seats) -> None:
    """Answered one after the other, everybody has a turn, and the oldest of those who wait never goes without."""
    left = [replace(one, ringing=False) for one in people]
    while left and seats:
        legs = list(route(left, seats, ()))
        oldest = min(left, key=lambda one: (one.arrived_at, one.what, one.identity))
        assert oldest in [leg.person for leg in legs]
        left = [one for one in left if one not in [leg.person for leg in legs]]
