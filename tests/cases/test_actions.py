"""Answering, noting, waiting, closing, re-opening: what each writes, which mails it makes, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases import actions
from cases.acting import Action
from cases.assigning import assign, hand_to, prioritise, take
from cases.case import EntryKind, Status
from cases.dossier import Line, Sent
from cases.event import Address
from cases.policy import OutboundKind, Verdict
from cases.refusal import RefusedError
from cases.routing import Queue
from cases.secondlevel import Outcome
from tests.cases.dossiers import ALICE, CASE, CITIZEN, NOW, OWN, PAUL, RELAY, STAFF, STAY, acting, case

CLOSED = Line(kind=EntryKind.CLOSED, at=NOW - timedelta(minutes=5), actor="paul")


def kinds(effect: actions.Effect) -> list[EntryKind]:
    return [line.kind for line in effect.lines]


def test_a_reply_is_an_answer_in_the_conversation_of_the_requester() -> None:
    effect = actions.reply(CASE, acting(), " Try again.\r\n\x00Marie ")
    [line], [mail] = effect.lines, effect.mails
    assert (line.kind, line.actor, line.text) == (EntryKind.ANSWERED, "marie", "Try again.\nMarie")
    assert (mail.kind, mail.recipient, mail.automatic) == (OutboundKind.REPLY, CITIZEN, False)
    assert mail.key == f"reply:{CASE.id}:{{entry}}"
    assert {"text": "Try again.\nMarie", "by": "Marie", "waiting": False}.items() <= mail.context.items()
    assert (mail.context["in_reply_to"], mail.context["references"]) == (
        "<2@example.com>",
        ["<1@example.com>", "<2@example.com>"],
    )
    assert effect.columns == {"status": Status.OPEN}


def test_who_answers_a_new_case_that_nobody_has_has_it() -> None:
    effect = actions.reply(case(status=Status.NEW, agent=""), acting(), "Try again.")
    assert effect.columns == {"status": Status.OPEN, "agent": "marie"}
    assert kinds(effect) == [EntryKind.ANSWERED, EntryKind.ASSIGNED]


def test_a_reply_may_wait_for_what_is_said_to_it() -> None:
    effect = actions.reply(case(status=Status.NEW, agent=""), acting(), "Which file?", wait=True)
    assert effect.columns["status"] is Status.WAITING
    assert kinds(effect) == [EntryKind.ANSWERED, EntryKind.WAITING, EntryKind.ASSIGNED]
    assert effect.mails[0].context["waiting"] is True


def test_a_reply_may_close_the_case() -> None:
    effect = actions.reply(CASE, acting(), "It works again.", end=True)
    assert effect.columns == {"status": Status.CLOSED, "closed_at": NOW}
    assert kinds(effect) == [EntryKind.ANSWERED, EntryKind.CLOSED]
    assert [mail.kind for mail in effect.mails] == [OutboundKind.REPLY, OutboundKind.CLOSING]


def test_who_wrote_for_the_requester_has_a_copy_where_that_is_wanted() -> None:
    effect = actions.reply(case(submitter=RELAY, copied=True), acting(), "Try again.")
    assert [(mail.key, mail.recipient) for mail in effect.mails] == [
        (f"reply:{CASE.id}:{{entry}}", CITIZEN),
        (f"reply:{CASE.id}:{{entry}}:copy", RELAY),
    ]
    assert len(actions.reply(case(submitter=RELAY), acting(), "Try again.").mails) == 1
    assert len(actions.reply(case(copied=True), acting(), "Try again.").mails) == 1


def test_a_person_s_reply_leaves_whatever_the_budget_says() -> None:
    spent = Sent({CITIZEN: 1000}, by_mailbox=1000)
    assert len(actions.reply(case(sent=spent), acting(), "Try again.").mails) == 1


@pytest.mark.parametrize("address", ["", "nobody", OWN, f"help+x@{OWN.partition('@')[2]}"])
def test_a_reply_needs_an_address_that_is_not_ours(address: str) -> None:
    with pytest.raises(RefusedError, match="name the requester"):
        actions.reply(case(requester=Address("", address)), acting(), "Try again.")
    assert len(actions.reply(case(submitter=address, copied=True), acting(), "Try again.").mails) == 1


@pytest.mark.parametrize("text", ["", " \n", "\x00", "x" * 20_001])
def test_a_text_is_neither_empty_nor_endless(text: str) -> None:
    with pytest.raises(RefusedError):
        actions.reply(CASE, acting(), text)
    with pytest.raises(RefusedError):
        actions.note(CASE, acting(), text)


def test_a_note_changes_nothing_else() -> None:
    effect = actions.note(CASE, acting(), "Called her.")
    assert (effect.columns, effect.mails, kinds(effect)) == ({}, (), [EntryKind.NOTE])


def test_waiting_has_an_end_and_a_way_back() -> None:
    effect = actions.wait(CASE, acting(), 7)
    assert (effect.columns, effect.lines[0].data) == ({"status": Status.WAITING}, {"days": 7})
    assert actions.wait(CASE, acting()).lines[0].data == {}
    back = actions.resume(case(status=Status.WAITING), acting())
    assert (back.columns, kinds(back)) == ({"status": Status.OPEN}, [EntryKind.RESUMED])


@pytest.mark.parametrize("days", [-1, 366])
def test_nobody_is_waited_for_for_ever(days: int) -> None:
    with pytest.raises(RefusedError, match="days"):
        actions.wait(CASE, acting(), days)


def test_a_closing_is_told_and_counted() -> None:
    effect = actions.close(case(timeline=(CLOSED,)), acting())
    [mail] = effect.mails
    assert (mail.kind, mail.key, mail.recipient) == (OutboundKind.CLOSING, f"closing:{CASE.id}:2", CITIZEN)
    assert (mail.automatic, mail.context["closing"], mail.context["text"]) == (True, 2, "")
    assert effect.lines[0].data == {"requester": "sent"}


def test_the_relay_is_told_of_the_closing_even_where_the_requester_is_not() -> None:
    effect = actions.close(case(relay="1718", submitter=RELAY), acting(), silent=True)
    [mail] = effect.mails
    assert (mail.kind, mail.key, mail.recipient) == (OutboundKind.RELAY_CLOSING, f"relay:{CASE.id}:1", RELAY)
    assert mail.context["closed_at"] == NOW.isoformat()
    assert effect.lines[0].data == {"requester": "silent", "relay": "sent"}


def test_a_relay_that_is_the_requester_still_is_told_once() -> None:
    unnamed = case(relay="1718", submitter=RELAY, requester=Address("", RELAY))
    assert [mail.kind for mail in actions.close(unnamed, acting(), "Solved.").mails] == [OutboundKind.CLOSING]
    silent = actions.close(unnamed, acting(), silent=True)
    assert [mail.kind for mail in silent.mails] == [OutboundKind.RELAY_CLOSING]


@pytest.mark.parametrize(
    ("address", "sent", "reason"),
    [
        ("", Sent(), Verdict.NO_ADDRESS),
        (OWN, Sent(), Verdict.OWN_ADDRESS),
        ("noreply@example.com", Sent(), Verdict.ROBOT_ADDRESS),
        ("silent@example.com", Sent(), Verdict.BY_RULE),
        (CITIZEN, Sent({CITIZEN: 2}), Verdict.BUDGET),
        (CITIZEN, Sent(by_mailbox=100), Verdict.BREAKER),
    ],
)
def test_a_closing_that_is_withheld_says_why(address: str, sent: Sent, reason: Verdict) -> None:
    effect = actions.close(case(requester=Address("", address), sent=sent), acting())
    assert (effect.mails, effect.lines[0].data) == ((), {"requester": reason})


def test_a_closing_in_a_person_s_words_leaves_whatever_the_budget_says() -> None:
    effect = actions.close(case(sent=Sent({CITIZEN: 1000})), acting(), "Solved on Monday.")
    assert (effect.mails[0].automatic, effect.mails[0].context["text"]) == (False, "Solved on Monday.")


def test_a_relay_is_told_of_many_cases() -> None:
    effect = actions.close(case(relay="1718", submitter=RELAY, sent=Sent({RELAY: 9})), acting())
    assert effect.lines[0].data["relay"] == "sent"
    full = actions.close(case(relay="1718", submitter=RELAY, sent=Sent({RELAY: 10})), acting())
    assert full.lines[0].data["relay"] == Verdict.BUDGET


def test_what_the_second_level_has_is_closed_only_once_it_is_taken_back() -> None:
    with pytest.raises(RefusedError, match="second level"):
        actions.close(case(status=Status.ESCALATED), acting())
    effect = actions.close(case(status=Status.ESCALATED), acting(), withdraw=True)
    assert (effect.ended, kinds(effect)) == (Outcome.WITHDRAWN, [EntryKind.RETURNED, EntryKind.CLOSED])
    told, closing = effect.mails
    assert (told.kind, told.escalation_id, told.context["what"]) == (OutboundKind.N2_MESSAGE, STAY.id, "withdrawn")
    assert "what" not in closing.context


def test_a_closed_case_is_opened_again() -> None:
    effect = actions.reopen(case(status=Status.CLOSED), acting())
    assert effect.columns == {"status": Status.OPEN, "closed_at": None, "hidden": False}
    assert effect.lines[0].data == {}


def test_a_hidden_case_is_only_brought_back() -> None:
    hidden = case(status=Status.NEW, hidden=True)
    with pytest.raises(RefusedError, match="hidden"):
        actions.note(hidden, acting(), "Hello")
    assert actions.reopen(hidden, acting()).lines[0].data == {"hidden": False}


def test_an_auditor_changes_nothing() -> None:
    with pytest.raises(RefusedError, match="auditor"):
        actions.note(CASE, acting(ALICE), "Hello")


def test_a_case_is_given_away_and_who_gets_it_is_told() -> None:
    effect = assign(CASE, acting(), "paul")
    [mail] = effect.mails
    assert effect.columns == {"agent": "paul"}
    assert effect.lines[0].data == {"agent": "paul", "before": "marie"}
    assert (mail.kind, mail.recipient, mail.lang) == (OutboundKind.EVENT, "paul@example.be", "fr")
    assert (mail.context["what"], mail.context["by"]) == ("assigned", "Marie")


def test_nobody_is_told_of_what_they_did_themselves_or_did_not_ask_for() -> None:
    unheld = case(agent="", status=Status.NEW)
    assert take(unheld, acting()).mails == ()
    assert take(unheld, acting()).columns == {"agent": "marie", "status": Status.OPEN}
    offered = case(status=Status.NEW, agent="marie")
    assert take(offered, acting()).columns["status"] is Status.OPEN
    with pytest.raises(RefusedError, match="is yours already"):
        take(case(status=Status.OPEN, agent="marie"), acting())
    incurious = replace(STAFF, routing=replace(STAFF.routing, agents=(replace(PAUL, told_of=()),)))
    assert assign(CASE, acting(profile=incurious), "paul").mails == ()
    spent = case(sent=Sent({"paul@example.be": 10}))
    assert assign(spent, acting(), "paul").mails == ()


@pytest.mark.parametrize(("to", "why"), [("nobody", "marie, paul"), ("alice", "auditor"), ("marie", "already")])
def test_a_case_is_given_only_to_who_is_there_and_works_and_has_it_not(to: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        assign(CASE, acting(), to)


def test_a_case_is_handed_back_to_its_queue_or_on_to_another() -> None:
    asked = case(routing={"why": "rule", "rule": "GesPer", "skills": ["gesper"], "agent": "marie"})
    back = hand_to(asked, acting(), Queue.LINE_1)
    assert (back.columns["agent"], back.columns["routing"]["skills"]) == (None, ["gesper"])
    on = hand_to(asked, acting(), Queue.LINE_3)
    assert (on.columns["queue"], on.columns["routing"]["skills"]) == (Queue.LINE_3, [])
    assert on.lines[0].data == {"queue": "line3", "before": "line1", "why": "by_hand", "agent": "marie"}


def test_a_queue_is_not_n2_and_not_where_the_case_waits() -> None:
    with pytest.raises(RefusedError, match="escalate"):
        hand_to(CASE, acting(), Queue.N2)
    with pytest.raises(RefusedError, match="waits in line1"):
        hand_to(case(agent=""), acting(), Queue.LINE_1)


def test_a_corrected_priority_is_kept_with_who_corrected_it() -> None:
    effect = prioritise(CASE, acting(), 1, 2)
    assert effect.columns == {
        "impact": 1,
        "urgency": 2,
        "priority": "P1",
        "assessment": {"reasons": [], "corrected_by": "marie"},
    }
    assert effect.lines[0].data == {"impact": 1, "urgency": 2, "priority": "P1", "before": "P4"}


@pytest.mark.parametrize(("impact", "urgency"), [(0, 1), (1, 4)])
def test_a_priority_has_three_levels(impact: int, urgency: int) -> None:
    with pytest.raises(RefusedError, match="1, 2 or 3"):
        prioritise(CASE, acting(), impact, urgency)


def test_every_action_has_its_statuses() -> None:
    from cases.acting import FROM

    assert set(FROM) == set(Action)
