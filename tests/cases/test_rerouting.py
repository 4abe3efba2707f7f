"""A case whose tags a person puts right goes where the rules send such cases, unless somebody has decided already."""

from dataclasses import replace
from typing import Any

import pytest

from cases.acting import Effect
from cases.case import EntryKind, Status
from cases.joining import linked
from cases.review import Field
from cases.routing import Queue, Routing, Rule, Why
from cases.tagging import labels_of, tag
from tests.cases.dossiers import STAFF, acting, case

RULES = (
    Rule(name="elsewhere", when={"scope": ("metier",)}, queue=Queue.N2),
    Rule(name="without", when={"tool": ("aucun",)}, queue=Queue.LINE_2),
)
ROUTED = replace(STAFF, routing=Routing(rules=RULES, agents=STAFF.routing.agents))
FREE = {"agent": "", "queue": Queue.LINE_1, "routing": {"why": Why.RULE, "rule": "first"}}


def corrected(before: Any, **labels: str) -> Effect:
    chosen = labels_of(before) | {Field(name): label for name, label in labels.items()}
    return tag(before, acting(profile=ROUTED), chosen)


def test_it_goes_where_the_rules_send_such_cases_and_says_so() -> None:
    effect = corrected(case(**FREE), tool="aucun")
    assert effect.columns["queue"] is Queue.LINE_2
    assert [(one.kind, one.actor) for one in effect.lines] == [
        (EntryKind.TAGGED, "marie"),
        (EntryKind.ROUTED, "rule"),
    ]
    assert (effect.lines[-1].data["before"], effect.lines[-1].data["rule"]) == (Queue.LINE_1, "without")


@pytest.mark.parametrize(
    ("before", "labels"),
    [
        (FREE | {"agent": "paul"}, {"tool": "aucun"}),
        (FREE | {"routing": {"why": Why.BY_HAND}}, {"tool": "aucun"}),
        (FREE | {"status": Status.CLOSED}, {"tool": "aucun"}),
        (FREE | {"queue": Queue.LINE_2}, {"tool": "aucun"}),
        (FREE, {"scope": "metier"}),
        (FREE, {"scope": "imio_civadis"}),
    ],
    ids=["taken", "by hand", "closed", "there already", "second level", "no rule"],
)
def test_it_stays_where_somebody_decided_or_nothing_says_otherwise(
    before: dict[str, Any], labels: dict[str, str]
) -> None:
    effect = corrected(case(**before), **labels)
    assert "queue" not in effect.columns
    assert [one.kind for one in effect.lines] == [EntryKind.TAGGED]


def test_the_parts_of_a_split_are_linked() -> None:
    one = acting().line(EntryKind.SPLIT, case="TST-26-00009", messages=[2])
    other = acting().line(EntryKind.SPLIT, **{"from": "TST-26-00007"})
    assert linked(case(timeline=(one,))) == ("TST-26-00009",)
    assert linked(case(timeline=(other,))) == ("TST-26-00007",)
