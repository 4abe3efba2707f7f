"""Priorities: the matrix, what raises a proposal, and that a person's correction stays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cases.event import SenderKind, Tags
from cases.priority import (
    LEVELS,
    MATRIX,
    Assessment,
    Priorities,
    Priority,
    Reason,
    Signs,
    again,
    correct,
    faults,
    propose,
)

TODAY = date(2026, 3, 3)
RULES = Priorities()
P1, P2, P3, P4 = Priority


def signs(impact: int = 3, urgency: int = 3, sender: SenderKind | None = None, days: int | None = None) -> Signs:
    tags = Tags(lang="fr", category="requete", motif="acces", tool="notice", scope="in", impact=impact, urgency=urgency)
    deadline = None if days is None else TODAY + timedelta(days=days)
    return Signs(tags=tags, today=TODAY, sender=sender, deadline=deadline)


@pytest.mark.parametrize(
    ("seen", "priority", "reasons"),
    [
        (signs(), P4, ()),
        (signs(impact=1), P2, (Reason.TEXT_IMPACT,)),
        (signs(urgency=1), P2, (Reason.TEXT_URGENCY,)),
        (signs(impact=1, urgency=1), P1, (Reason.TEXT_IMPACT, Reason.TEXT_URGENCY)),
        (signs(impact=2, urgency=2), P2, (Reason.TEXT_IMPACT, Reason.TEXT_URGENCY)),
        (signs(sender=SenderKind.STAFF), P3, (Reason.SENDER,)),
        (signs(sender=SenderKind.RELAY), P4, ()),
        (signs(impact=1, sender=SenderKind.STAFF), P2, (Reason.TEXT_IMPACT,)),
        (signs(impact=2, sender=SenderKind.STAFF), P3, (Reason.TEXT_IMPACT, Reason.SENDER)),
        (signs(days=-1), P4, ()),
        (signs(days=0), P2, (Reason.DEADLINE,)),
        (signs(days=2), P2, (Reason.DEADLINE,)),
        (signs(days=3), P3, (Reason.DEADLINE,)),
        (signs(urgency=1, days=30), P2, (Reason.TEXT_URGENCY,)),
        (signs(urgency=2, days=1, sender=SenderKind.STAFF), P1, (Reason.SENDER, Reason.DEADLINE)),
    ],
)
def test_what_is_proposed_and_why(seen: Signs, priority: Priority, reasons: tuple[Reason, ...]) -> None:
    proposed = propose(seen, RULES)
    assert (proposed.priority, proposed.reasons, proposed.corrected_by) == (priority, reasons, "")


LEVEL = st.sampled_from(LEVELS)
SIGNS = st.builds(signs, LEVEL, LEVEL, st.none() | st.sampled_from(SenderKind), st.none() | st.integers(-5, 40))
PROPOSALS = SIGNS.map(lambda seen: propose(seen, RULES))


@given(LEVEL, LEVEL, LEVEL, LEVEL)
def test_more_impact_or_urgency_never_waits_longer(a: int, b: int, c: int, d: int) -> None:
    assert MATRIX[min(a, b) - 1][min(c, d) - 1] <= MATRIX[max(a, b) - 1][max(c, d) - 1]


@given(PROPOSALS, PROPOSALS, PROPOSALS)
def test_another_message_only_raises_and_in_any_order(a: Assessment, b: Assessment, c: Assessment) -> None:
    raised = again(a, b, RULES)
    assert raised.priority <= a.priority
    assert again(a, a, RULES) == a
    forwards, backwards = again(raised, c, RULES), again(again(c, b, RULES), a, RULES)
    assert (forwards.impact, forwards.urgency) == (backwards.impact, backwards.urgency)


@given(PROPOSALS, LEVEL, LEVEL, st.lists(PROPOSALS))
def test_a_correction_stays_whatever_comes(
    first: Assessment, impact: int, urgency: int, later: list[Assessment]
) -> None:
    corrected = correct(first, impact, urgency, RULES, by="marie")
    current = corrected
    for proposal in later:
        current = again(current, proposal, RULES)
    assert current == corrected
    assert (current.impact, current.urgency, current.corrected_by) == (impact, urgency, "marie")
    assert current.priority == MATRIX[impact - 1][urgency - 1]


@pytest.mark.parametrize(("impact", "urgency"), [(0, 1), (1, 4), (-1, -1)])
def test_a_correction_outside_the_matrix_is_refused(impact: int, urgency: int) -> None:
    with pytest.raises(ValueError, match="1, 2 or 3"):
        correct(propose(signs(), RULES), impact, urgency, RULES, by="marie")


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        (Priorities(matrix=MATRIX[:2]), "priorities.matrix"),
        (Priorities(matrix=((P1,), (P2,), (P3,))), "priorities.matrix"),
        (Priorities(matrix=((P1, P2, P3), (P2, P3, P4), (P1, P4, P4))), "priorities.matrix"),
        (Priorities(sender_impact={SenderKind.STAFF: 0}), "priorities.sender_impact.staff"),
        (Priorities(urgent_days=-1), "priorities.urgent_days"),
    ],
)
def test_rules_that_cannot_hold_are_named(rules: Priorities, key: str) -> None:
    assert [key for key, _, _ in faults(rules)] == [key]


def test_the_defaults_have_no_fault() -> None:
    assert list(faults(RULES)) == []


def test_a_profile_is_read_strictly() -> None:
    read = TypeAdapter(Priorities).validate_json
    written = '{"matrix": [["P1", "P2", "P3"], ["P2", "P3", "P4"], ["P3", "P4", "P4"]], "sender_impact": {"relay": 2}}'
    assert read(written).matrix[0] == (P1, P2, P3)
    assert read(written).sender_impact == {SenderKind.RELAY: 2}
    for wrong in ('{"matrix": [["P0"]]}', '{"urgent_days": "2"}', '{"matrx": []}'):
        with pytest.raises(ValidationError):
            read(wrong)
