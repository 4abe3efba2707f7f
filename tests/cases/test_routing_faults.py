"""Routing that cannot work is named before the first case comes."""

from dataclasses import replace

import pytest

from cases.routing import LADDER, Agent, Queue, Routing, Rule
from cases.routing_faults import faults
from cases.secondlevel import Role
from tests.cases.test_routing import MARIE, ROUTING, TEAM

KNOWN = {
    "tool": {"gesper", "notice", "twice", "aucun"},
    "category": {"incident", "requete"},
    "scope": {"in", "spam"},
    "lang": {"fr", "de", "nl", "en"},
    "field.theme": {"annuaire", "directory"},
    "field.file": None,
}
LINE_1 = Rule(name="general", queue=Queue.LINE_1)


def keys(*rules: Rule, agents: tuple[Agent, ...] = TEAM, ladder: dict[Queue, Queue] = LADDER) -> list[str]:
    return [key for key, _, _ in faults(Routing(rules=rules, agents=agents, ladder=ladder), KNOWN)]


def test_a_routing_that_works_has_no_fault() -> None:
    assert list(faults(ROUTING, KNOWN)) == []
    assert keys(LINE_1) == []
    assert keys(replace(LINE_1, when={"field.file": ("anything",)})) == []


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ((replace(LINE_1, when={"tol": ("notice",)}),), "rules.0.when.tol"),
        ((replace(LINE_1, when={"field.colour": ("red",)}),), "rules.0.when.field.colour"),
        ((replace(LINE_1, when={"tool": ("netice",)}),), "rules.0.when.tool"),
        ((replace(LINE_1, when={"priority": ("P0",)}),), "rules.0.when.priority"),
        ((replace(LINE_1, when={"review": ("true",)}),), "rules.0.when.review"),
        ((replace(LINE_1, when={"tool": ()}),), "rules.0.when.tool"),
        ((replace(LINE_1, name=""),), "rules.0.name"),
        ((replace(LINE_1, name="n" * 65),), "rules.0.name"),
        ((replace(LINE_1, when={"tool": ("notice",)}), replace(LINE_1)), "rules.1.name"),
        ((LINE_1, replace(LINE_1, name="late", when={"tool": ("notice",)})), "rules.1.when"),
        ((replace(LINE_1, agent="nobody"),), "rules.0.agent"),
        ((replace(LINE_1, skills=("singing",)),), "rules.0.queue"),
        ((replace(LINE_1, queue=Queue.LINE_3, when={"lang": ("de",)}),), "rules.0.when.lang"),
    ],
)
def test_a_rule_that_cannot_work_is_named(rules: tuple[Rule, ...], key: str) -> None:
    assert keys(*rules) == [key]


@pytest.mark.parametrize(
    ("above", "below", "shadowed"),
    [
        ({"tool": ("notice", "twice")}, {"tool": ("notice",)}, True),
        ({"tool": ("notice",)}, {"tool": ("notice", "twice")}, False),
        ({"tool": ("notice",)}, {"tool": ("notice",), "lang": ("fr",)}, True),
        ({"tool": ("notice",), "lang": ("fr",)}, {"tool": ("notice",)}, False),
        ({"tool": ("notice",)}, {"lang": ("fr",)}, False),
        ({}, {}, True),
    ],
)
def test_a_rule_below_one_that_takes_it_all_never_fires(
    above: dict[str, tuple[str, ...]], below: dict[str, tuple[str, ...]], shadowed: bool
) -> None:
    found = keys(replace(LINE_1, name="above", when=above), replace(LINE_1, name="below", when=below))
    assert found == ["rules.1.when"] * shadowed


@pytest.mark.parametrize(
    ("agents", "key"),
    [
        ((MARIE, replace(MARIE)), "agents.1.id"),
        ((MARIE, replace(MARIE, id="")), "agents.1.id"),
        ((MARIE, replace(MARIE, id="b", queues=())), "agents.1.queues"),
        ((MARIE, replace(MARIE, id="b", capacity=0)), "agents.1.capacity"),
        ((replace(MARIE, queues=(Queue.LINE_1,)),), "agents"),
        ((replace(MARIE, languages=("fr",)),), "agents"),
        ((MARIE, replace(MARIE, id="i" * 65)), "agents.1.id"),
        ((MARIE, replace(MARIE, id="b", role=Role.AUDITOR)), "agents.1.queues"),
    ],
)
def test_people_who_cannot_work_are_named(agents: tuple[Agent, ...], key: str) -> None:
    assert keys(agents=agents) == [key]


def test_rules_without_people_are_named_and_a_service_with_neither_is_whole() -> None:
    assert keys(LINE_1, agents=()) == ["rules.0.queue", "agents"]
    assert keys(agents=()) == []


def test_an_auditor_works_in_no_queue() -> None:
    assert keys(agents=(MARIE, replace(MARIE, id="b", role=Role.AUDITOR, queues=()))) == []


@pytest.mark.parametrize(
    ("ladder", "queues"),
    [
        ({Queue.LINE_1: Queue.LINE_1}, ["line1"]),
        ({Queue.LINE_1: Queue.LINE_2, Queue.LINE_2: Queue.LINE_1}, ["line1", "line2"]),
        (
            {Queue.LINE_1: Queue.LINE_2, Queue.LINE_2: Queue.LINE_3, Queue.LINE_3: Queue.LINE_2},
            ["line1", "line2", "line3"],
        ),
        ({Queue.SUPERVISOR: Queue.LINE_1}, ["supervisor"]),
        ({}, []),
    ],
)
def test_a_ladder_that_goes_in_a_circle_is_named(ladder: dict[Queue, Queue], queues: list[str]) -> None:
    assert keys(ladder=ladder) == [f"ladder.{queue}" for queue in queues]
