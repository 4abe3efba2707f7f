"""Corrections and the tags of their cases, on both databases."""

from datetime import timedelta

import pytest

from cases.profile import Profile
from cases.review import Cause, Field, audited
from desk.review.session import AUDIT_WINDOW, Session
from store.tx import Store
from tests.app.review_cases import doubted, sitting
from tests.ingest.conftest import NOW
from tests.profiles import shipped

FAULT = {Field.MOTIF: "incident", Field.TOOL: "notice", Field.SCOPE: "in"}


@pytest.fixture(scope="module")
def profile() -> Profile:
    return shipped()


@pytest.fixture
def session(store: Store, profile: Profile) -> Session:
    return sitting(store, profile)


def labels_of(session: Session, identity: int) -> tuple[str, str, str, str, bool]:
    with session.store.reading() as tx:
        row = tx.cases.find(identity)
    assert row is not None
    return row.category, row.motif, row.tool, row.scope, row.review


def test_the_least_sure_comes_first(session: Session) -> None:
    ids = [doubted(session.store, sure) for sure in (0.8, 0.3, 0.6)]
    doubted(session.store, 0.1, hidden=True)
    assert session.waiting() == [(Cause.DOUBT, ids[1]), (Cause.DOUBT, ids[2]), (Cause.DOUBT, ids[0])]


def test_accepted_ones_are_drawn_by_their_number_while_they_are_young(session: Session) -> None:
    numbers = [f"MPA-26-{sequence:05d}" for sequence in range(60_000, 60_200)]
    drawn = next(number for number in numbers if audited(number))
    spared = next(number for number in numbers if not audited(number))
    identity = doubted(session.store, review=False, number=drawn)
    doubted(session.store, review=False, number=spared)
    old = next(number for number in numbers if audited(number) and number != drawn)
    doubted(session.store, review=False, number=old, at=NOW - AUDIT_WINDOW - timedelta(days=1))
    assert session.waiting() == [(Cause.AUDIT, identity)]
    [item] = session.items()
    session.settle(item, item.labels)
    assert session.waiting() == []


def test_a_correction_and_the_tags_are_kept_together(session: Session) -> None:
    identity = doubted(session.store)
    [item] = session.items()
    correction = session.settle(item, FAULT, "blank page")
    assert labels_of(session, identity) == ("incident", "incident", "notice", "in", False)
    with session.store.reading() as tx:
        [row] = tx.corrections.standing()
        assert tx.corrections.changed([identity]) == {identity}
    assert (row.id, row.cause, row.actor, row.why, row.model) == (correction, "doubt", "Anne", "blank page", "light-1")
    assert row.shown == {"motif": "acces", "tool": "mon_espace", "scope": "in"}
    assert (row.chosen, row.changed) == (dict(FAULT), True)
    assert session.waiting() == []


def test_a_correction_that_is_taken_back_stays_but_counts_no_more(session: Session) -> None:
    identity = doubted(session.store)
    [item] = session.items()
    correction = session.settle(item, FAULT)
    assert correction is not None
    assert session.undo(correction)
    assert labels_of(session, identity) == ("requete", "acces", "mon_espace", "in", True)
    assert session.waiting() == [(Cause.DOUBT, identity)]
    with session.store.reading() as tx:
        assert tx.corrections.standing() == []
        assert tx.corrections.find(correction) is not None
        assert tx.corrections.changed([identity]) == set()


def test_a_case_that_changed_meanwhile_is_not_overwritten(session: Session) -> None:
    identity = doubted(session.store)
    [item] = session.items()
    with session.store.transaction("test") as tx:
        assert tx.cases.write(identity, item.row.version, {"tool": "gesper"}, NOW)
    assert session.settle(item, FAULT) is None
    assert labels_of(session, identity)[2] == "gesper"
    with session.store.reading() as tx:
        assert tx.corrections.standing() == []


def test_clocks_are_those_of_the_category_once_it_is_confirmed(session: Session) -> None:
    due = {}
    for labels in (FAULT, {**FAULT, Field.MOTIF: "acces"}):
        identity = doubted(session.store)
        item = session.read(Cause.DOUBT, identity)
        assert item is not None
        session.settle(item, labels)
        with session.store.reading() as tx:
            case = tx.cases.find(identity)
        assert case is not None
        due[case.category] = case.response_due_at
    assert due["incident"] < due["requete"]


def test_the_last_word_on_a_case_counts(session: Session) -> None:
    identity = doubted(session.store)
    [item] = session.items()
    session.settle(item, FAULT)
    again = session.read(Cause.AUDIT, identity)
    assert again is not None
    session.settle(again, {**FAULT, Field.TOOL: "gesper"})
    with session.store.reading() as tx:
        [row] = tx.corrections.standing()
    assert row.chosen["tool"] == "gesper"
