"""Rules and offers: tables of who gets what, and what holds for any team and any day."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cases.event import Channel, SenderKind, Tags
from cases.priority import Assessment, Priority
from cases.routing import (
    ATTRIBUTES,
    Agent,
    Decision,
    Offer,
    Queue,
    Routing,
    Rule,
    Traits,
    Waiting,
    Why,
    climbs_to,
    decide,
    in_order,
    is_able,
    offers,
    traits,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TAGS = Tags(lang="fr", category="incident", motif="incident", tool="gesper", scope="in", review=False)
ASSESSED = Assessment(impact=2, urgency=2, priority=Priority.P2)


def case(**changes: str) -> Traits:
    return {**traits((Channel.EMAIL, "help"), None, TAGS, ASSESSED, {"theme": "directory"}), **changes}


MARIE = Agent(id="marie", queues=(Queue.LINE_1, Queue.LINE_2, Queue.SUPERVISOR), capacity=3)
PAUL = Agent(id="paul", queues=(Queue.LINE_1, Queue.LINE_3), skills=("gesper",), languages=("fr",), capacity=2)
GRETA = Agent(id="greta", queues=(Queue.LINE_1,), languages=("de", "fr"), capacity=1)
TEAM = (MARIE, PAUL, GRETA)
ROUTING = Routing(
    rules=(
        Rule(name="directory", when={"field.theme": ("annuaire",)}, queue=Queue.SUPERVISOR),
        Rule(
            name="gesper faults",
            when={"tool": ("gesper", "twice"), "category": ("incident",)},
            queue=Queue.LINE_3,
            skills=("gesper",),
        ),
        Rule(name="notice faults", when={"tool": ("notice",), "category": ("incident",)}, queue=Queue.N2),
        Rule(name="urgent", when={"priority": ("P1",)}, queue=Queue.LINE_2, agent="marie"),
        Rule(name="general", when={"scope": ("in",)}, queue=Queue.LINE_1),
    ),
    agents=TEAM,
)


def test_every_attribute_can_be_matched() -> None:
    assert set(case()) == {*ATTRIBUTES, "field.theme"}
    assert all(isinstance(value, str) for value in case().values())
    seen = traits((Channel.PHONE, "1718"), SenderKind.RELAY, TAGS, ASSESSED, {})
    assert (seen["channel"], seen["source"], seen["sender"], seen["review"], seen["impact"]) == (
        "phone",
        "1718",
        "relay",
        "no",
        "2",
    )


@pytest.mark.parametrize(
    ("changes", "queue", "why", "rule"),
    [
        ({}, Queue.LINE_3, Why.RULE, "gesper faults"),
        ({"tool": "twice"}, Queue.LINE_3, Why.RULE, "gesper faults"),
        ({"field.theme": "annuaire"}, Queue.SUPERVISOR, Why.RULE, "directory"),  # the first that matches wins
        ({"lang": "de"}, Queue.SUPERVISOR, Why.NOBODY, "gesper faults"),  # who knows GesPer speaks French only
        ({"tool": "notice"}, Queue.N2, Why.RULE, "notice faults"),  # nobody of ours is needed
        ({"tool": "aucun"}, Queue.LINE_1, Why.RULE, "general"),
        ({"category": "requete", "priority": "P1"}, Queue.LINE_2, Why.RULE, "urgent"),
        ({"tool": "aucun", "scope": "spam"}, Queue.SUPERVISOR, Why.NO_RULE, ""),
    ],
)
def test_the_first_rule_that_matches_names_the_queue(
    changes: dict[str, str], queue: Queue, why: Why, rule: str
) -> None:
    decision = decide(case(**changes), ROUTING)
    assert (decision.queue, decision.why, decision.rule) == (queue, why, rule)


def test_a_decision_carries_what_the_work_asks_for() -> None:
    assert decide(case(), ROUTING).skills == ("gesper",)
    assert decide(case(category="requete", priority="P1"), ROUTING).agent == "marie"


def test_a_rule_without_conditions_takes_what_is_left() -> None:
    last = replace(ROUTING, rules=(*ROUTING.rules, Rule(name="rest", queue=Queue.LINE_1)))
    assert decide(case(tool="aucun", scope="spam"), last).rule == "rest"


def test_nothing_is_routed_without_rules_but_to_the_supervisor() -> None:
    assert decide(case(), Routing()) == Decision(queue=Queue.SUPERVISOR, why=Why.NO_RULE)


def test_a_case_climbs_to_the_supervisor_and_no_higher() -> None:
    climbed = [Queue.LINE_1]
    while climbed[-1] is not Queue.SUPERVISOR:
        climbed.append(climbs_to(climbed[-1], ROUTING))
    assert climbed == [Queue.LINE_1, Queue.LINE_2, Queue.LINE_3, Queue.SUPERVISOR]
    assert climbs_to(Queue.SUPERVISOR, ROUTING) is Queue.SUPERVISOR
    assert climbs_to(Queue.N2, ROUTING) is Queue.SUPERVISOR


def waiting(case_id: int, priority: Priority = Priority.P3, age: int = 0, **changes: object) -> Waiting:
    values = {"queue": Queue.LINE_1, "lang": "fr", **changes}
    return Waiting(case_id=case_id, priority=priority, since=NOW - timedelta(hours=age), **values)


def test_priority_goes_first_then_age() -> None:
    cases = [
        waiting(1, Priority.P4, age=9),
        waiting(2, Priority.P2, age=1),
        waiting(3, Priority.P2, age=5),
        waiting(4, Priority.P1),
        waiting(5, Priority.P4, age=9),
    ]
    assert [one.case_id for one in in_order(cases)] == [4, 3, 2, 1, 5]


@pytest.mark.parametrize(
    ("cases", "load", "offered"),
    [
        ([waiting(1)], {}, []),  # nobody is there
        ([waiting(1)], {"marie": 0}, [(1, "marie")]),
        ([waiting(1)], {"marie": 3}, []),  # nobody has room
        ([waiting(1)], {"marie": 2, "paul": 1}, [(1, "paul")]),  # 1 of 2 is more room than 2 of 3
        ([waiting(1), waiting(2), waiting(3)], {"marie": 0, "paul": 0}, [(1, "marie"), (2, "paul"), (3, "marie")]),
        ([waiting(1, lang="de")], {"marie": 2, "paul": 0, "greta": 0}, [(1, "greta")]),
        ([waiting(1, lang="nl")], {"paul": 0, "greta": 0}, []),
        ([waiting(1, queue=Queue.LINE_3, skills=("gesper",))], {"marie": 0, "paul": 1}, [(1, "paul")]),
        ([waiting(1, queue=Queue.LINE_3, skills=("twice",))], {"marie": 0, "paul": 0}, []),
        ([waiting(1, agent="paul")], {"marie": 0, "paul": 1}, [(1, "paul")]),  # had it before, and is back
        ([waiting(1, but="paul")], {"marie": 2, "paul": 0}, [(1, "marie")]),  # who handed it back
        ([waiting(1, but="paul")], {"paul": 0}, []),
        ([waiting(1, agent="paul")], {"marie": 0}, [(1, "marie")]),
        ([waiting(1, agent="paul")], {"marie": 0, "paul": 2}, [(1, "marie")]),
        ([waiting(1, lang="de", agent="paul")], {"marie": 0, "paul": 0}, [(1, "marie")]),
        ([waiting(1), waiting(2, Priority.P1)], {"greta": 0}, [(2, "greta")]),
        ([waiting(1), waiting(2)], {"greta": 0, "unknown": 0}, [(1, "greta")]),
    ],
)
def test_who_is_offered_what(cases: list[Waiting], load: dict[str, int], offered: list[tuple[int, str]]) -> None:
    assert offers(cases, TEAM, load) == [Offer(*one) for one in offered]


def test_work_is_offered_again_when_somebody_comes_back() -> None:
    cases = [waiting(1, lang="de"), waiting(2)]
    first = offers(cases, TEAM, {"paul": 0})
    assert first == [Offer(2, "paul")]
    left = [one for one in cases if one.case_id not in {offer.case_id for offer in first}]
    assert offers(left, TEAM, {"paul": 1, "greta": 0}) == [Offer(1, "greta")]


SKILLS = st.lists(st.sampled_from(["gesper", "twice", "legal"]), max_size=2, unique=True).map(tuple)
LANGUAGES = st.lists(st.sampled_from(["fr", "de", "nl"]), max_size=2, unique=True).map(tuple)
AGENTS = st.lists(
    st.builds(
        Agent,
        id=st.sampled_from("abcdefghi"),
        queues=st.lists(st.sampled_from(Queue), min_size=1, unique=True).map(tuple),
        skills=SKILLS,
        languages=LANGUAGES,
        capacity=st.integers(1, 4),
    ),
    unique_by=lambda agent: agent.id,
    max_size=9,
)
CASES = st.lists(
    st.builds(
        waiting,
        st.integers(1, 10_000),
        st.sampled_from(Priority),
        st.integers(0, 100),
        queue=st.sampled_from(Queue),
        lang=st.sampled_from(["fr", "de", "nl"]),
        skills=SKILLS,
        agent=st.sampled_from(["", "a", "b"]),
    ),
    unique_by=lambda one: one.case_id,
    max_size=30,
)
LOAD = st.dictionaries(st.sampled_from("abcdefghi"), st.integers(0, 4))


@given(CASES, AGENTS, LOAD)
def test_offers_go_to_people_who_are_there_able_and_have_room(
    cases: list[Waiting], agents: list[Agent], load: dict[str, int]
) -> None:
    by_id, agent_of = {one.case_id: one for one in cases}, {agent.id: agent for agent in agents}
    offered = offers(cases, agents, load)
    assert len({one.case_id for one in offered}) == len(offered)
    for one in offered:
        case_, agent = by_id[one.case_id], agent_of[one.agent]
        assert agent.id in load
        assert is_able(agent, case_.queue, case_.skills, case_.lang)
    for agent in agents:
        taken = sum(one.agent == agent.id for one in offered)
        assert not taken or load[agent.id] + taken <= agent.capacity


@given(CASES, AGENTS, LOAD)
def test_nobody_with_room_is_left_without_work_that_waits(
    cases: list[Waiting], agents: list[Agent], load: dict[str, int]
) -> None:
    offered = offers(cases, agents, load)
    busy = load | {agent.id: load[agent.id] + _count(offered, agent) for agent in agents if agent.id in load}
    left = [one for one in cases if one.case_id not in {offer.case_id for offer in offered}]
    free = [agent for agent in agents if busy.get(agent.id, agent.capacity) < agent.capacity]
    assert not any(is_able(agent, one.queue, one.skills, one.lang) for one in left for agent in free)


def _count(offered: Sequence[Offer], agent: Agent) -> int:
    return sum(one.agent == agent.id for one in offered)


@given(CASES, AGENTS, LOAD, st.integers())
def test_the_order_of_the_list_does_not_matter(
    cases: list[Waiting], agents: list[Agent], load: dict[str, int], seed: int
) -> None:
    shuffled = list(cases)
    random.Random(seed).shuffle(shuffled)
    assert offers(shuffled, agents, load) == offers(cases, agents, load)


@given(CASES, AGENTS, LOAD)
def test_what_comes_later_in_line_takes_nothing_from_what_is_before(
    cases: list[Waiting], agents: list[Agent], load: dict[str, int]
) -> None:
    ordered, offered = in_order(cases), offers(cases, agents, load)
    for end in range(len(ordered)):
        first = {one.case_id for one in ordered[:end]}
        assert offers(ordered[:end], agents, load) == [one for one in offered if one.case_id in first]


@given(
    st.lists(st.sampled_from(ROUTING.rules), max_size=5),
    st.fixed_dictionaries(
        {
            "tool": st.sampled_from(["gesper", "notice", "aucun"]),
            "category": st.sampled_from(["incident", "requete"]),
            "scope": st.sampled_from(["in", "spam"]),
            "lang": st.sampled_from(["fr", "de"]),
        }
    ),
)
def test_every_case_has_a_queue_and_a_reason(rules: list[Rule], changes: dict[str, str]) -> None:
    decision = decide(case(**changes), Routing(rules=tuple(rules), agents=TEAM))
    assert (decision.why is Why.NO_RULE) == (decision.rule == "")
    assert decision.why is Why.RULE or decision.queue is Queue.SUPERVISOR


def test_a_profile_is_read_strictly() -> None:
    read = TypeAdapter(Routing).validate_json
    written = (
        '{"rules": [{"name": "n", "when": {"tool": ["notice"]}, "queue": "n2"}], "ladder": {"line1": "supervisor"}}'
    )
    assert read(written).rules == (Rule(name="n", when={"tool": ("notice",)}, queue=Queue.N2),)
    assert climbs_to(Queue.LINE_1, read(written)) is Queue.SUPERVISOR
    for wrong in (
        '{"rules": [{"name": "n", "queue": "line9"}]}',
        '{"rules": [{"name": "n", "if": {}, "queue": "n2"}]}',
    ):
        with pytest.raises(ValidationError):
            read(wrong)
