"""Work that nobody has is offered to whoever is there, can do it and has room, on both databases."""

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from cases.case import EntryKind, Status
from cases.routing import Queue
from cases.secondlevel import Role
from notify import offers
from store.tables import case, entry, outbound, presence
from store.tx import Store
from tests.notify.sweeping import ANNA, PAUL, SERVICE, Floor

ROUTED = {"why": "rule", "rule": "x", "skills": [], "agent": ""}


@pytest.fixture
def floor(store: Store) -> Floor:
    return Floor(store)


def having(floor: Floor, *cases: int) -> list[str | None]:
    return [floor.case(one).agent for one in cases]


def offered(floor: Floor, identity: int) -> list[dict[str, str]]:
    return [line.data for line in floor.lines(identity) if line.kind == EntryKind.OFFERED]


def test_nothing_is_offered_where_nobody_is_there_or_nobody_is_known(floor: Floor) -> None:
    one = floor.open("03-24 09:00")
    assert floor.offers.process() == 0
    floor.presence("somebody-else")
    assert floor.offers.process() == 0
    floor.profile = replace(SERVICE, routing=replace(SERVICE.routing, agents=()))
    assert floor.offers.process() == 0
    assert having(floor, one) == [None]


def test_who_comes_in_is_offered_what_waits_the_most_urgent_first_then_the_oldest(floor: Floor) -> None:
    floor.profile = replace(SERVICE, routing=replace(SERVICE.routing, agents=(replace(ANNA, capacity=2),)))
    newer = floor.open("03-24 10:00", priority="P3")
    older = floor.open("03-24 09:00", priority="P3")
    urgent = floor.open("03-24 11:00", priority="P1")
    floor.presence("anna")
    assert floor.offer() == 2
    assert having(floor, urgent, older, newer) == ["anna", "anna", None]
    assert offered(floor, urgent) == [{"agent": "anna", "why": "priority"}]
    assert offered(floor, older) == [{"agent": "anna", "why": "oldest"}]
    assert floor.case(urgent).version == 2


def test_what_was_read_in_as_history_is_offered_to_nobody(floor: Floor) -> None:
    one = floor.open("03-24 09:00")
    clocks = dict.fromkeys(("response_due_at", "resolution_due_at", "n2_due_at", "alarm_at"))
    with floor.store.transaction("test.history") as tx:
        tx.connection.execute(update(case).where(case.c.id == one).values(clocks))
    floor.presence("anna")
    assert (floor.offer(), having(floor, one)) == (0, [None])


def test_one_who_asked_is_told_by_mail_once(floor: Floor) -> None:
    floor.open("03-24 09:00")
    floor.open("03-24 09:00", queue="line3")
    floor.presence("anna")
    floor.presence("paul")  # who asked for nothing
    assert floor.offer() == 2
    assert floor.offer() == 0
    [mail] = floor.mails("event")
    assert (mail.recipient, mail.context["what"], mail.context["subject"]) == (ANNA.address, "assigned", "My permit")


def test_one_case_less_makes_room_for_another(floor: Floor) -> None:
    first, second, third = (floor.open("03-24 09:00", queue="line3") for _ in range(3))
    floor.presence("paul")
    assert floor.offer() == PAUL.capacity
    assert having(floor, first, second, third) == ["paul", "paul", None]
    with floor.store.transaction("test.close") as tx:
        tx.connection.execute(update(case).where(case.c.id == first).values(status=Status.CLOSED))
    assert floor.offer() == 1
    assert having(floor, third) == ["paul"]


@pytest.mark.parametrize("columns", [{"queue": "n2"}, {"status": "closed"}, {"hidden": True}, {"agent": "marie"}])
def test_what_is_not_to_be_offered(floor: Floor, columns: dict[str, object]) -> None:
    floor.profile = replace(
        SERVICE, routing=replace(SERVICE.routing, agents=(replace(ANNA, queues=tuple(Queue)), PAUL))
    )
    one = floor.open("03-24 09:00", **columns)
    floor.presence("anna")
    assert floor.offer() == 0
    assert having(floor, one) == [columns.get("agent")]


def test_skills_are_asked_for_and_named_as_the_reason(floor: Floor) -> None:
    skilled = replace(PAUL, skills=("gesper",))
    floor.profile = replace(SERVICE, routing=replace(SERVICE.routing, agents=(ANNA, skilled)))
    one = floor.open("03-24 09:00", queue="line2", routing=ROUTED | {"skills": ["gesper"]})
    floor.presence("anna")
    assert floor.offer() == 0
    floor.presence("paul")
    assert floor.offer() == 1
    assert offered(floor, one) == [{"agent": "paul", "why": "skills"}]


def test_an_auditor_is_offered_nothing(floor: Floor) -> None:
    floor.profile = replace(SERVICE, routing=replace(SERVICE.routing, agents=(replace(ANNA, role=Role.AUDITOR),)))
    floor.open("03-24 09:00")
    floor.presence("anna")
    assert floor.offer() == 0


def test_who_goes_out_keeps_what_they_have_and_is_offered_nothing_more(floor: Floor) -> None:
    first = floor.open("03-24 09:00")
    floor.presence("anna")
    assert floor.offer() == 1
    floor.presence("anna", present=False)
    second = floor.open("03-24 10:00")
    floor.happen(first, "03-24 10:30", EntryKind.WROTE)
    assert floor.offer() == 0
    assert having(floor, first, second) == ["anna", None]


def test_a_case_that_climbs_is_offered_anew_in_the_higher_queue(floor: Floor) -> None:
    one = floor.open("03-23 09:00", queue="line2")
    floor.presence("anna")
    floor.offer()
    assert having(floor, one) == ["anna"]
    floor.presence("paul")
    floor.walk("03-23 13:00")
    assert having(floor, one) == [None]
    assert floor.offer() == 1
    assert having(floor, one) == ["paul"]  # of line 3, where she does not work


def test_who_hands_a_case_back_is_not_offered_it_again(floor: Floor) -> None:
    one = floor.open("03-24 09:00", queue="line2", routing=ROUTED | {"but": "anna"})
    floor.presence("anna")
    assert floor.offer() == 0
    floor.presence("paul")
    assert floor.offer() == 1
    assert having(floor, one) == ["paul"]


def test_what_nobody_there_can_do_hides_nothing_behind_it(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only queues of somebody who has room are looked at, so many cases of another one are not in the way."""
    monkeypatch.setattr(offers, "LOOKED_AT", 2)
    for _ in range(3):
        floor.open("03-24 09:00", priority="P1", queue="line3")
    one = floor.open("03-24 10:00", priority="P4")
    floor.presence("anna")
    assert floor.offer() == 1
    assert having(floor, one) == ["anna"]


def test_what_somebody_took_meanwhile_is_theirs(floor: Floor) -> None:
    one = floor.open("03-24 09:00")
    with floor.store.transaction("test.race") as tx:
        [row] = tx.presence.waiting(["line1"], 10)
        tx.cases.write(one, row.version, {"agent": "marie"}, floor.now)
        assert not tx.presence.offer(row, "anna", floor.now)
    assert having(floor, one) == ["marie"]


def test_many_workers_offer_each_case_once_and_fill_nobody_up(store: Store) -> None:
    floor = Floor(store)
    cases = [floor.open("03-24 09:00", queue="line2") for _ in range(30)]
    for agent in ("anna", "paul"):
        floor.presence(agent)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        floor.offer()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holders = having(floor, *cases)
    assert (holders.count("anna"), holders.count("paul")) == (ANNA.capacity, PAUL.capacity)
    assert all(len(offered(floor, one)) == (floor.case(one).agent is not None) for one in cases)


STEPS = st.lists(st.sampled_from(("open", "close", "anna in", "anna out", "paul in", "paul out", "offer")), max_size=25)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_nobody_has_too_much_and_nothing_waits_that_somebody_could_take(sqlite_store: Store, steps: list[str]) -> None:
    with sqlite_store.transaction("test.empty") as tx:
        for table in (entry, outbound, presence, case):
            tx.connection.execute(delete(table))
    agents = (replace(ANNA, capacity=3), replace(PAUL, queues=(Queue.LINE_1,)))
    floor = Floor(sqlite_store, replace(SERVICE, routing=replace(SERVICE.routing, agents=agents)))
    there, opened = set[str](), list[int]()
    for step in [*steps, "offer"]:
        agent, _, way = step.partition(" ")
        if step == "open":
            opened.append(floor.open("03-24 09:00"))
        elif step == "close" and opened:
            with sqlite_store.transaction("test.close") as tx:
                tx.connection.execute(update(case).where(case.c.id == opened.pop(0)).values(status=Status.CLOSED))
        elif way:
            floor.presence(agent, present=way == "in")
            there = there | {agent} if way == "in" else there - {agent}
        elif step == "offer":
            floor.offer()
    holders = having(floor, *opened)
    room = {one.id: one.capacity - holders.count(one.id) for one in agents}
    assert min(room.values()) >= 0
    assert None not in holders or not any(room[one] for one in there)
