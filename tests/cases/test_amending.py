"""What is put right on a case: its requester, its copies, its fields, and two requests in one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.acting import Effect
from cases.amending import Cut, copy, fields, requester, split
from cases.case import EntryKind
from cases.event import Address
from cases.refusal import RefusedError
from cases.routing import Queue, Rule
from cases.timers import Calendars
from tests.cases.dossiers import CALENDARS, CASE, CITIZEN, LETTER, NOW, OWN, RELAY, SECOND_LETTER, STAFF, acting, case

NEW = 202600000008


def cut(*chosen: int, subject: str = "", profile: Calendars = CALENDARS, **changes: object) -> Effect:
    asked = Cut(new=NEW, chosen=chosen, subject=subject)
    return split(case(**changes), acting(profile=profile.profile), asked, profile)


def test_a_person_says_who_asks() -> None:
    guessed = case(requester=Address("", RELAY), flags=("degraded", "requester_proposed"))
    effect = requester(guessed, acting(), " Jan.Peeters@Example.org ", "Jan Peeters")
    assert effect.columns == {
        "requester": "jan.peeters@example.org",
        "requester_name": "Jan Peeters",
        "flags": ["degraded"],
    }
    assert effect.lines[0].data == {"address": "jan.peeters@example.org", "name": "Jan Peeters", "before": RELAY}


@pytest.mark.parametrize("address", ["", "jan", "a@b c", "a@x.org, b@x.org", "<a@x.org>", OWN])
def test_a_requester_has_one_address_that_is_not_ours(address: str) -> None:
    with pytest.raises(RefusedError):
        requester(CASE, acting(), address)


def test_copies_are_switched_on_and_off() -> None:
    passed_on = case(submitter=RELAY)
    assert copy(passed_on, acting(), on=True).columns == {"copied": True}
    assert copy(replace(passed_on, copied=True), acting(), on=False).columns == {"copied": False}
    with pytest.raises(RefusedError, match="off already"):
        copy(passed_on, acting(), on=False)


@pytest.mark.parametrize("submitter", ["", CITIZEN])
def test_nobody_has_a_copy_of_what_they_are_sent_anyway(submitter: str) -> None:
    with pytest.raises(RefusedError, match="nobody but its requester"):
        copy(case(submitter=submitter), acting(), on=True)


def test_fields_are_filled_in_changed_and_emptied() -> None:
    effect = fields(case(fields={"place": "Namur", "count": "3"}), acting(), {"place": " Huy ", "count": ""})
    assert effect.columns == {"fields": {"place": "Huy"}}
    assert effect.lines[0].data == {
        "fields": {"place": {"before": "Namur", "after": "Huy"}, "count": {"before": "3", "after": ""}}
    }


@pytest.mark.parametrize(
    ("name", "value"), [("count", "12"), ("count", "-0.5"), ("until", "2026-11-22"), ("region", "north")]
)
def test_a_field_takes_what_its_kind_is(name: str, value: str) -> None:
    assert fields(CASE, acting(), {name: value}).columns == {"fields": {name: value}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("count", value) for value in ("many", "1.", ".5", "1.2.3", "--1", "٣")),
        *(("until", value) for value in ("22/11/2026", "2026-02-30", "20261122")),
        ("region", "west"),
        ("place", "x" * 501),
        ("unknown", "x"),
    ],
)
def test_a_field_takes_nothing_else(name: str, value: str) -> None:
    with pytest.raises(RefusedError):
        fields(CASE, acting(), {name: value})


def test_some_messages_become_a_case_of_their_own() -> None:
    effect = cut(2)
    branch = effect.branch
    assert branch is not None
    assert (branch.id, branch.number, branch.moved) == (NEW, "TST-26-00008", (SECOND_LETTER,))
    assert effect.lines[0].data == {"case": "TST-26-00008", "messages": [2]}
    assert [line.kind for line in branch.lines] == [EntryKind.SPLIT, EntryKind.ROUTED]
    assert branch.lines[0].data == {"from": CASE.number}
    kept = {"requester": CITIZEN, "linked_case_id": CASE.id, "opened_at": SECOND_LETTER.at, "status": "new"}
    assert kept.items() <= branch.columns.items()
    assert branch.columns["subject"] == SECOND_LETTER.subject
    assert branch.columns["response_due_at"] == SECOND_LETTER.at + timedelta(hours=17)


def test_a_case_that_is_cut_out_is_routed_by_its_own_tags() -> None:
    rule = Rule(name="GesPer", when={"tool": ("gesper",)}, queue=Queue.N2)
    profile = replace(STAFF, routing=replace(STAFF.routing, rules=(rule,)))
    other = replace(SECOND_LETTER, tags=replace(SECOND_LETTER.tags, tool="gesper"))
    branch = cut(2, profile=Calendars(profile, {}), messages=(LETTER, other)).branch
    assert branch is not None
    assert (branch.columns["tool"], branch.columns["queue"]) == ("gesper", Queue.SUPERVISOR)
    assert branch.lines[1].data["why"] == "no_second_level"


def test_deadlines_and_fields_are_read_in_what_goes() -> None:
    place = replace(STAFF.fields[0], pattern=r"commune of (\w{1,30})")
    other = replace(SECOND_LETTER, text="For the commune of Huy, by March 25th, 2026.")
    profile = replace(STAFF, fields=(place,))
    branch = cut(2, profile=Calendars(profile, {}), messages=(LETTER, other)).branch
    assert branch is not None
    assert (branch.columns["fields"], branch.columns["urgency"]) == ({"place": "Huy"}, 1)


def test_it_may_have_a_subject_of_its_own() -> None:
    branch = cut(2, subject=" A lost  file ").branch
    assert branch is not None
    assert branch.columns["subject"] == "A lost file"


@pytest.mark.parametrize("chosen", [(), (1, 2), (1, 3)])
def test_some_go_and_at_least_one_stays(chosen: tuple[int, ...]) -> None:
    with pytest.raises(RefusedError):
        cut(*chosen)


def test_neither_machines_nor_the_second_level_are_moved() -> None:
    others = (replace(LETTER, id=3, person=False), replace(LETTER, id=4, private=True, at=NOW))
    for other in others:
        with pytest.raises(RefusedError, match="it has 1, 2"):
            cut(other.id, messages=(LETTER, SECOND_LETTER, other))
