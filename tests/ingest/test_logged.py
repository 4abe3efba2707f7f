"""Calls off the line over both databases: kept once, each with its case; taken back while fresh."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import holidays
from cases.case import EntryKind, Status
from cases.logged import LoggedCall, Outcome
from cases.profile import Profile
from cases.routing import Queue, Rule
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.logged import PER_TRANSACTION, TAKE_BACK, Logbook
from store.tx import Store

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CALL = LoggedCall(
    key="k1",
    at=NOW - timedelta(minutes=10),
    agent="Anne",
    name="Jeanne Exemple",
    number="+32470001234",
    lang="fr",
    motif="acces",
    tool="notice",
    reason="Mot de passe oublié\nNOTICe",
    outcome=Outcome.SOLVED,
    minutes=4,
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def logbook(store: Store, profile: Profile, clock: Clock) -> Logbook:
    calendars = Calendars(profile, {name: holidays.calendar(profile, name) for name in profile.hours})
    signer = Signer(b"a secret of the tests")
    return Logbook(store=store, profile=profile, signer=signer, calendars=calendars, clock=clock)


def logged(logbook: Logbook, key: str = "k1") -> Any:
    with logbook.store.reading() as tx:
        return tx.logged.find([key]).get(key)


def case_of(logbook: Logbook, key: str = "k1") -> Any:
    with logbook.store.reading() as tx:
        return tx.cases.find(tx.logged.find([key])[key].case_id)


def test_a_call_is_kept_with_its_case(logbook: Logbook) -> None:
    assert logbook.write([CALL]) == {"k1"}
    case = case_of(logbook)
    assert (case.number, case.status, case.channel, case.subject) == (
        "MPA-26-00001",
        Status.CLOSED,
        "phone",
        "Mot de passe oublié",
    )
    assert (case.category, case.motif, case.tool, case.review) == ("requete", "acces", "notice", False)
    assert (case.phone, case.requester_name) == ("+32470001234", "Jeanne Exemple")
    assert (case.opened_at, case.closed_at) == (CALL.at, CALL.at + timedelta(minutes=4))
    with logbook.store.reading() as tx:
        [entry, routed] = tx.cases.entries(case.id)
    assert (entry.kind, entry.text, entry.actor) == (EntryKind.LOGGED, CALL.reason, "Anne")
    assert entry.data == {"outcome": "solved", "minutes": 4}
    assert (routed.kind, routed.data["queue"], routed.data["rule"]) == ("routed", case.queue, case.routing["rule"])


@pytest.mark.parametrize(
    ("outcome", "ago", "clocks"),
    [
        (Outcome.SOLVED, timedelta(minutes=10), [False, False, False]),
        (Outcome.OPEN, timedelta(minutes=10), [False, True, True]),
        (Outcome.ESCALATED, timedelta(minutes=10), [False, True, True]),
        (Outcome.OPEN, timedelta(days=30), [False, False, False]),
    ],
)
def test_who_called_was_answered_and_an_old_sheet_reminds_nobody(
    logbook: Logbook, outcome: Outcome, ago: timedelta, clocks: list[bool]
) -> None:
    logbook.write([replace(CALL, outcome=outcome, at=NOW - ago)])
    case = case_of(logbook)
    assert [one is not None for one in (case.response_due_at, case.resolution_due_at, case.alarm_at)] == clocks
    assert (case.priority, case.queue, case.n2_due_at) == ("P4", "line2", None)


def test_no_rule_passes_a_logged_call_on(logbook: Logbook) -> None:
    rules = (Rule(name="all", queue=Queue.N2),)
    profile = replace(logbook.profile, routing=replace(logbook.profile.routing, rules=rules))
    replace(logbook, profile=profile, calendars=replace(logbook.calendars, profile=profile)).write([CALL])
    assert (case_of(logbook).queue, case_of(logbook).status) == ("supervisor", "closed")


@pytest.mark.parametrize(("outcome", "status"), [(Outcome.OPEN, Status.OPEN), (Outcome.ESCALATED, Status.ESCALATED)])
def test_what_is_not_solved_stays_open(logbook: Logbook, outcome: Outcome, status: Status) -> None:
    logbook.write([replace(CALL, outcome=outcome)])
    case = case_of(logbook)
    assert (case.status, case.closed_at) == (status, None)


def test_writing_again_changes_nothing(logbook: Logbook) -> None:
    logbook.write([CALL])
    assert logbook.write([replace(CALL, outcome=Outcome.OPEN), replace(CALL, key="k2")]) == {"k2"}
    assert case_of(logbook).status == Status.CLOSED
    assert case_of(logbook, "k2").number == "MPA-26-00002"
    with logbook.store.reading() as tx:
        assert [row.key for row in tx.logged.between(NOW - timedelta(days=1), NOW)] == ["k1", "k2"]
        assert len(tx.cases.latest()) == 2


def test_what_is_kept_is_told_from_what_is_new_or_changed(logbook: Logbook) -> None:
    bare = replace(CALL, key="k2", name="", number="", minutes=None)
    logbook.write([CALL, bare])
    new, changed = replace(CALL, key="k3"), replace(bare, outcome=Outcome.OPEN)
    found = logbook.compare([CALL, changed, new])
    assert (found.new, found.known, found.changed) == ((new,), (CALL,), (changed,))
    assert logbook.between(CALL.at, NOW) == [(CALL, "MPA-26-00001"), (bare, "MPA-26-00002")]
    assert logbook.between(NOW, NOW + timedelta(days=1)) == []
    assert logbook.find("k2") == (bare, "MPA-26-00002")
    assert logbook.find("k4") is None


def test_an_open_case_of_the_same_caller_and_tool_is_proposed(logbook: Logbook) -> None:
    logbook.write([replace(CALL, outcome=Outcome.OPEN), replace(CALL, key="k2", tool="twice", outcome=Outcome.OPEN)])
    logbook.write([replace(CALL, key="k3"), replace(CALL, key="k4", number=""), replace(CALL, key="k5", tool="aucun")])
    assert case_of(logbook, "k3").linked_case_id == case_of(logbook).id
    assert [case_of(logbook, key).linked_case_id for key in ("k1", "k2", "k4", "k5")] == [None] * 4
    with logbook.store.reading() as tx:
        kinds = [entry.kind for entry in tx.cases.entries(case_of(logbook, "k3").id)]
    assert kinds == [EntryKind.LOGGED, EntryKind.ROUTED, EntryKind.LINK_PROPOSED]


def test_many_calls_are_written_in_parts(logbook: Logbook) -> None:
    calls = [replace(CALL, key=f"k{n}") for n in range(PER_TRANSACTION + 1)]
    assert len(logbook.write(calls)) == PER_TRANSACTION + 1
    assert logbook.write(calls) == set()


def test_a_fresh_call_can_be_taken_back_and_logged_again(logbook: Logbook) -> None:
    logbook.write([CALL])
    first = case_of(logbook)
    assert logbook.take_back("k1")
    assert logged(logbook) is None
    with logbook.store.reading() as tx:
        assert tx.cases.latest() == []
        assert tx.cases.find(first.id).hidden
        assert tx.cases.entries(first.id)[-1].kind == EntryKind.WITHDRAWN
    assert not logbook.take_back("k1")
    assert logbook.write([CALL]) == {"k1"}


def test_an_old_call_or_one_whose_case_was_touched_is_not_taken_back(logbook: Logbook, clock: Clock) -> None:
    logbook.write([CALL, replace(CALL, key="k2")])
    touched = case_of(logbook, "k2")
    with logbook.store.transaction("test.touch") as tx:
        tx.cases.touch([{"case_id": touched.id, "read": touched.status, "status": "open", "touched_at": NOW}])
    assert not logbook.take_back("k2")
    clock.now += TAKE_BACK + timedelta(seconds=1)
    assert not logbook.take_back("k1")
    assert logged(logbook) is not None
