"""Linking and merging, and that both are taken back without a trace but on the timeline."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.acting import Effect, timed
from cases.actions import note, reopen, reply
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.joining import link, linked, merge, unlink, unmerge
from cases.refusal import RefusedError
from tests.cases.dossiers import CALENDARS, NOW, STAY, acting, after, case

OTHER = case(id=202600000009, number="TST-26-00009")
UNCLOSED = [Status.NEW, Status.OPEN, Status.WAITING]


def then(before: Dossier, effect: Effect) -> Dossier:
    """The case as a database would give it back, with the columns of these actions."""
    named = {"merged_into": "merged_into", "linked_case_id": "proposed"}
    changed = {named[name]: value for name, value in effect.columns.items() if name in named}
    return replace(after(before, effect), **changed)


def there(effect: Effect) -> Dossier:
    """The other case after it."""
    assert effect.there is not None
    columns = dict(effect.there.columns)
    return then(effect.there.case, Effect(columns=columns, lines=effect.there.lines))


@given(status=st.sampled_from(UNCLOSED), agent=st.sampled_from(["", "marie", "paul"]), later=st.integers(0, 500))
def test_a_merge_that_is_taken_back_leaves_the_case_as_it_was(status: Status, agent: str, later: int) -> None:
    before = case(status=status, agent=agent)
    closed = then(before, merge(before, acting(), OTHER))
    assert (closed.status, closed.merged_into) == (Status.CLOSED, OTHER.id)
    back = then(closed, unmerge(closed, acting(now=NOW + timedelta(hours=later)), OTHER))
    assert replace(back, version=before.version, timeline=before.timeline) == before
    end = NOW + timedelta(days=30)
    assert timed(back, Effect(), CALENDARS, end).columns() == timed(before, Effect(), CALENDARS, end).columns()


def test_a_merged_case_has_no_clock() -> None:
    before = case()
    closed = then(before, merge(before, acting(), OTHER))
    assert set(timed(closed, Effect(), CALENDARS, NOW).columns().values()) == {None}


@given(st.lists(st.sampled_from(["link", "unlink"]), max_size=8), st.booleans())
def test_a_link_is_said_by_both_or_by_none(steps: list[str], proposed: bool) -> None:
    one, other = case(proposed=OTHER.id if proposed else None), OTHER
    for place, step in enumerate(steps):
        left, right = (one, other) if place % 2 == 0 else (other, one)
        try:
            effect = (link if step == "link" else unlink)(left, acting(), right)
        except RefusedError:
            continue
        left = then(left, effect)
        right = there(effect) if effect.there else right
        one, other = (left, right) if place % 2 == 0 else (right, left)
        assert (other.number in linked(one)) == (one.number in linked(other)) == (step == "link")


def test_a_proposal_is_confirmed_or_rejected() -> None:
    before = case(proposed=OTHER.id)
    assert link(before, acting(), OTHER).columns == {"linked_case_id": None}
    rejected = unlink(before, acting(), OTHER)
    assert (rejected.columns, rejected.there) == ({"linked_case_id": None}, None)
    [line] = rejected.lines
    assert (line.kind, line.data) == (EntryKind.UNLINKED, {"case": OTHER.number})
    assert link(OTHER, acting(), before).there.columns == {"linked_case_id": None}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "into", "why"),
    [
        ({}, {"id": case().id}, "that case itself"),
        ({"status": Status.CLOSED}, {}, "closed"),
        ({"merged": (7,)}, {}, "others were merged"),
        ({"status": Status.ESCALATED, "stays": (STAY,)}, {}, "second level"),
        ({"hidden": True}, {}, "hidden"),
        ({}, {"status": Status.CLOSED}, "re-open it first"),
        ({}, {"merged_into": 7, "status": Status.CLOSED}, "closed"),
        ({}, {"hidden": True}, "closed"),
    ],
)
def test_what_cannot_be_merged(before: dict[str, Any], into: dict[str, Any], why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        merge(case(**before), acting(), replace(OTHER, **into))


def test_a_merged_case_is_worked_on_where_it_was_merged_into() -> None:
    closed = case(status=Status.CLOSED, merged_into=OTHER.id)
    for action in (lambda: reopen(closed, acting()), lambda: reply(closed, acting(), "Bonjour")):
        with pytest.raises(RefusedError, match=r"TST-26-00007 was merged into TST-26-00009; do it there"):
            action()
    assert note(closed, acting(), "Called.").lines


def test_what_was_not_merged_is_not_unmerged() -> None:
    for status in (Status.OPEN, Status.CLOSED):
        with pytest.raises(RefusedError, match="was not merged"):
            unmerge(case(status=status), acting(), OTHER)


def test_a_merge_is_taken_back_from_the_case_that_it_went_into_alone() -> None:
    closed = case(status=Status.CLOSED, merged_into=OTHER.id)
    with pytest.raises(RefusedError, match="was not merged"):
        unmerge(closed, acting(), replace(OTHER, id=OTHER.id + 1))


def test_nothing_leaves_for_it() -> None:
    before = case()
    effects = [merge(before, acting(), OTHER), link(before, acting(), OTHER)]
    assert not [mail for effect in effects for mail in effect.mails]
