"""The second levels: who is asked about a tool, and a directory that could not work is named."""

from dataclasses import replace
from typing import Any

import pytest

from cases.profile import Profile
from cases.routing import Agent, Queue, Routing, Rule
from cases.secondlevel import Escalations, Role, SecondLevel, second_level_for, sender_of
from cases.secondlevel_faults import faults
from tests.cases.values import OURS, TEAM, profile

DIGITAL = SecondLevel(
    id="digital",
    label="Digital",
    address="support@digital.example.be",
    tools=("notice",),
    senders=("@digital.example.be", "robot@example.com"),
    ticket=r"DIG-\d{1,9}",
)
EVERYTHING = SecondLevel(id="all", label="Others", address="others@example.com")
TO_N2 = Rule(name="n2", queue=Queue.N2)


def service(*directory: SecondLevel, rules: tuple[Rule, ...] = (TO_N2,), **changes: Any) -> Profile:
    agents = (Agent(id="lea", queues=(Queue.SUPERVISOR,), address="lea@example.net"),)
    return profile(second_level=directory, routing=Routing(rules=rules, agents=agents), **changes)


def keys(*directory: SecondLevel, **changes: Any) -> list[str]:
    return [key for key, _, _ in faults(service(*directory, **changes))]


@pytest.mark.parametrize(("tool", "asked"), [("notice", "digital"), ("twice", "all"), ("aucun", "all"), ("", "all")])
def test_the_one_that_has_the_tool_is_asked_else_the_one_for_all(tool: str, asked: str) -> None:
    found = second_level_for(tool, (EVERYTHING, DIGITAL))
    assert found is not None
    assert found.id == asked
    assert second_level_for("twice", (DIGITAL,)) is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("support@digital.example.be", DIGITAL),
        ("anybody@digital.example.be", DIGITAL),
        ("robot@example.com", DIGITAL),
        ("others@example.com", EVERYTHING),
        ("robot@example.org", None),
        ("x@sub.digital.example.be", None),
    ],
)
def test_a_second_level_is_known_by_its_addresses(address: str, found: SecondLevel | None) -> None:
    assert sender_of(address, (DIGITAL, EVERYTHING)) == found


def test_a_directory_that_works_has_no_fault() -> None:
    assert keys(DIGITAL, EVERYTHING) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"id": ""}, ["id"]),
        ({"id": "all"}, ["id"]),
        ({"label": " "}, ["label"]),
        ({"tools": ("notice", "netice")}, ["tools"]),
        ({"tools": ()}, ["tools"]),
        ({"language": "it"}, ["language"]),
        ({"address": OURS}, ["address"]),
        ({"address": "Help+n2@example.org"}, ["address"]),
        ({"address": "digital"}, ["address"]),
        ({"address": TEAM}, ["senders"]),
        ({"senders": ("info@example.org",)}, ["senders.0"]),
        ({"senders": ("digital.example.be",)}, ["senders.0"]),
        ({"senders": ("@example.org",)}, ["senders", "senders"]),
        ({"senders": ("@example.net",)}, ["senders"]),
        ({"ticket": r"DIG-\d+"}, ["ticket"]),
    ],
)
def test_one_that_could_not_be_asked_or_told_from_us_is_named(changes: dict[str, Any], found: list[str]) -> None:
    assert keys(EVERYTHING, replace(DIGITAL, **changes)) == [f"second_level.1.{key}" for key in found]


def test_two_for_one_tool_are_named() -> None:
    assert keys(DIGITAL, replace(EVERYTHING, tools=("notice",))) == ["second_level.1.tools"]


@pytest.mark.parametrize(
    ("directory", "tools", "found"),
    [
        ((DIGITAL,), ("notice",), []),
        ((DIGITAL,), (), []),
        ((DIGITAL,), ("notice", "aucun"), ["routing.rules.0.queue"]),
        ((), (), ["routing.rules.0.queue"]),
        ((EVERYTHING,), ("aucun",), []),
    ],
)
def test_a_rule_to_nobody_is_named(
    directory: tuple[SecondLevel, ...], tools: tuple[str, ...], found: list[str]
) -> None:
    rule = replace(TO_N2, when={"tool": tools} if tools else {})
    assert keys(*directory, rules=(rule,)) == found


@pytest.mark.parametrize("roles", [(), (Role.AGENT, Role.AUDITOR)])
def test_roles_that_cannot_escalate_are_named(roles: tuple[Role, ...]) -> None:
    assert keys(DIGITAL, escalations=Escalations(roles=roles)) == ["escalations.roles"]
