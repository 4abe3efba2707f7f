"""What becomes of a major incident, and of each of its cases. Values in, values out."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cases import major
from cases.acting import Acting
from cases.major import QUIET, Fault, Incident, Part, State, TextsError, Word
from cases.refusal import Refusal, RefusedError
from cases.routing import Agent
from cases.secondlevel import Role
from tests.profiles import shipped

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
PROFILE = shipped()
LEADER = Agent(id="thomas", name="Thomas", queues=(), role=Role.SUPERVISOR)
ACTING = Acting(profile=PROFILE, agent=LEADER, now=NOW)
PROPOSED = Incident(
    id=7,
    tool="mon_espace",
    state=State.PROPOSED,
    since=NOW,
    version=3,
    evidence={"signs": ["error", "login"], "alike": True},
)
TEXTS = {part: {lang: f" {part} {lang} " for lang in PROFILE.languages} for part in Part}


def running(**more: Any) -> Incident:
    columns = major.announce(PROPOSED, ACTING, TEXTS).columns
    return replace(PROPOSED, **{**columns, **more})


def test_an_announcement_says_everything_that_is_to_be_told() -> None:
    change = major.announce(PROPOSED, ACTING, TEXTS, automatic=True)
    assert change.columns["state"] is State.RUNNING
    assert change.columns["messages"] == 1
    assert change.columns["automatic"] is True
    assert change.banner is not None
    assert change.banner[Part.BANNER]["fr"] == "banner fr"
    assert change.tells is Word.ANNOUNCED
    assert change.columns["history"][-1]["by"] == "thomas"


@pytest.mark.parametrize(
    ("text", "part", "fault"),
    [
        ("", Part.MESSAGE, Fault.MISSING),
        (" \n", Part.BANNER, Fault.MISSING),
        ("x" * 201, Part.BANNER, Fault.TOO_LONG),
        ("x" * 5_001, Part.MESSAGE, Fault.TOO_LONG),
        ("a\nb", Part.RECEIPT, Fault.NOT_SPOKEN),
    ],
)
def test_a_text_that_cannot_be_told_is_named(text: str, part: Part, fault: Fault) -> None:
    texts = {one: dict(said) for one, said in TEXTS.items()}
    texts[part]["nl"] = text
    with pytest.raises(TextsError) as caught:
        major.announce(PROPOSED, ACTING, texts)
    assert caught.value.faults == {(part, "nl"): fault}


def test_each_act_has_the_state_that_it_needs() -> None:
    acts = {
        State.PROPOSED: [lambda one: major.announce(one, ACTING, TEXTS), lambda one: major.dismiss(one, ACTING, 5)],
        State.RUNNING: [
            lambda one: major.update(one, ACTING, TEXTS),
            lambda one: major.close(one, ACTING, TEXTS),
            lambda one: major.choose(one, ACTING, automatic=True),
        ],
    }
    for state in State:
        for needed, possible in acts.items():
            for act in possible:
                if state is needed:
                    act(replace(PROPOSED, state=state))
                else:
                    with pytest.raises(RefusedError):
                        act(replace(PROPOSED, state=state))


@pytest.mark.parametrize("role", [Role.AGENT, Role.EXPERT, Role.AUDITOR])
def test_only_who_leads_decides(role: Role) -> None:
    acting = replace(ACTING, agent=replace(LEADER, role=role))
    with pytest.raises(RefusedError) as caught:
        major.dismiss(PROPOSED, acting, 5)
    assert caught.value.refusal is Refusal.INCIDENT_LEADS


@pytest.mark.parametrize(
    ("tool", "signs", "mine"),
    [
        ("mon_espace", {"error", "login", "slow"}, True),
        ("mon_espace", {"error"}, True),
        ("mon_espace", {"broken", "error", "login", "screen", "unable"}, True),
        ("mon_espace", {"error", "map", "download", "slow"}, False),
        ("mon_espace", {"map", "download"}, False),
        ("mon_espace", set(), True),
        ("notice", {"error", "login"}, False),
    ],
)
def test_a_later_case_belongs_where_it_tells_of_the_same(tool: str, signs: set[str], mine: bool) -> None:
    assert major.belongs(PROPOSED, tool, signs) is mine


def test_one_that_was_dismissed_comes_again_with_twice_as_many() -> None:
    dismissed = replace(PROPOSED, evidence={"seen": 6})
    assert [cases for cases in (6, 11, 12, 13) if major.is_again(dismissed, cases)] == [12, 13]


@pytest.mark.parametrize(
    ("signs", "told", "mine"),
    [
        ({"error", "login"}, {"error", "login"}, True),
        ({"error", "login"}, {"map", "download"}, False),
        ({"error", "login"}, set(), False),
        (set(), {"error"}, False),
    ],
)
def test_where_no_tool_is_meant_only_what_is_told_says_what_belongs(
    signs: set[str], told: set[str], mine: bool
) -> None:
    of_none = replace(PROPOSED, tool="", evidence={"signs": sorted(signs), "alike": bool(signs)})
    assert major.belongs(of_none, "notice", told) is mine


def test_a_proposal_that_nobody_decides_about_takes_no_more_where_nothing_came_for_long() -> None:
    grown_at = NOW - QUIET
    assert major.takes(PROPOSED, NOW, NOW)
    assert not major.takes(PROPOSED, grown_at, NOW)
    assert major.takes(replace(PROPOSED, state=State.RUNNING), grown_at, NOW)
    assert not major.takes(replace(PROPOSED, state=State.OVER), NOW, NOW)
