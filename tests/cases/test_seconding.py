"""The second level from a person's side: what is asked for, what leaves, and what never reaches the requester."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import EntryKind, Status
from cases.dossier import Line, Thread
from cases.escalation import mails
from cases.policy import OutboundKind
from cases.refusal import RefusedError
from cases.routing import Queue
from cases.seconding import Wish, case_for, escalate, returned, tell
from cases.secondlevel import Escalations, Outcome, Role
from ingest.outgoing import LONGEST_TEXT
from tests.cases.dossiers import CASE, DIGITAL, MARIE, NOW, OWN, STAFF, STAY, acting, case

WORDING = "NOTICe shows a blank page since this morning."
ESCALATED = case(status=Status.ESCALATED)


def wish(**changes: Any) -> Wish:
    return Wish(**({"wording": WORDING} | changes))


def test_the_second_level_of_the_tool_is_asked_in_words_of_one_s_own() -> None:
    files = ({"filename": "screen.png", "content_type": "image/png", "sha256": "b" * 64},)
    effect = escalate(CASE, acting(), wish(since="Monday", affected="3", tried="another browser", files=files))
    request = effect.escalated
    assert request is not None
    assert (request.n2.id, request.wording, request.by) == ("digital", WORDING, "Marie")
    assert (request.confirm_to, request.confirm_lang) == ("marie@example.be", "fr")
    assert request.details() == {"since": "Monday", "affected": "3", "tried": "another browser", "files": list(files)}
    assert effect.columns == {"status": Status.ESCALATED}
    [line] = effect.lines
    assert (line.kind, line.text) == (EntryKind.ESCALATED, WORDING)
    assert {"n2": "digital", "rule": "", "ticket": ""}.items() <= line.data.items()


def test_the_name_of_a_file_is_masked_as_well() -> None:
    files = ({"filename": "0470 00 12 34.pdf", "content_type": "application/pdf", "sha256": "b" * 64},)
    request = escalate(CASE, acting(), wish(files=files)).escalated
    assert request is not None
    [sent] = mails(request, case_for(CASE), 7, NOW)[0].context["files"]
    assert sent["filename"] == "[phone].pdf"


def test_what_leaves_is_masked_and_holds_the_requester_s_own_words() -> None:
    letters = (replace(CASE.messages[0], text="I am an.peeters@example.com"), CASE.messages[1])
    private = replace(CASE.messages[0], id=9, text="For you alone", private=True)
    effect = escalate(CASE, acting(), wish())
    assert effect.escalated
    to_n2, confirmation = mails(effect.escalated, case_for(case(messages=(*letters, private))), 11, NOW)
    assert (to_n2.recipient, to_n2.escalation_id, to_n2.automatic) == (DIGITAL, 11, False)
    assert to_n2.context["text"] == "I am [email]\n\nAnd my file is lost."
    assert (to_n2.context["requester"], to_n2.context["original"]) == ("", "")
    assert (confirmation.kind, confirmation.recipient) == (OutboundKind.ESCALATED, "marie@example.be")


def test_where_nobody_wrote_what_was_said_is_passed_on() -> None:
    noted = Line(kind=EntryKind.LOGGED, at=NOW, text="NOTICe is down.")
    assert case_for(case(messages=(), timeline=(noted,))).text == "NOTICe is down."
    assert case_for(case(messages=(), timeline=(noted,), transcripts=("It is down.",))).text == "It is down."


def test_another_second_level_may_be_named() -> None:
    effect = escalate(CASE, acting(), wish(to="rfa"))
    assert effect.escalated
    assert effect.escalated.n2.id == "rfa"


def test_the_team_is_told_where_who_escalates_has_no_address_or_one_of_ours() -> None:
    for address in ("", OWN):
        effect = escalate(CASE, acting(replace(MARIE, address=address)), wish())
        assert effect.escalated
        assert effect.escalated.confirm_to == "team@example.be"


@pytest.mark.parametrize(
    ("given", "who", "why"),
    [
        (wish(wording="blank page"), {}, "20 or more"),
        (wish(wording=f"  {CASE.subject.upper()}  "), {"subject": "My permit that never came"}, "20 or more"),
        (wish(to="nobody"), {}, "digital, rfa"),
        (wish(since="x" * 501), {}, "500"),
    ],
)
def test_a_wish_is_refused(given: Wish, who: dict[str, Any], why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        escalate(case(**who), acting(), given)


def test_the_subject_is_no_rewording() -> None:
    subject = "NOTICe shows a blank page"
    for copied in (
        " notice  SHOWS a blank page",
        "NOTICe shows a blank page!!! Please help",
        "Notice: page, blank page.",
    ):
        with pytest.raises(RefusedError, match="no more than the subject"):
            escalate(case(subject=subject), acting(), wish(wording=copied))
    assert escalate(case(subject=subject), acting(), wish(wording="Since Monday nobody can open it")).escalated


@pytest.mark.parametrize(
    "wording", ["Question !!!!!!!!!!!!!!!", "a" * 20, "aaa bbb ccc ddd eee fff", "ok ok ok ok ok ok ok"]
)
def test_what_says_nothing_is_no_wording(wording: str) -> None:
    with pytest.raises(RefusedError, match="no more than the subject"):
        escalate(case(subject="Question"), acting(), wish(wording=wording))


def test_the_requester_s_words_are_as_long_as_at_intake() -> None:
    letters = (replace(CASE.messages[0], text="x" * 15_000), replace(CASE.messages[1], text="y" * 15_000))
    assert len(case_for(case(messages=letters)).text) == LONGEST_TEXT == 20_000


def test_only_some_roles_escalate() -> None:
    experts = replace(STAFF, escalations=Escalations(roles=(Role.EXPERT,)))
    with pytest.raises(RefusedError, match="expert"):
        escalate(CASE, acting(profile=experts), wish())


def test_nobody_is_asked_where_the_profile_has_no_second_level() -> None:
    alone = replace(STAFF, second_level=())
    with pytest.raises(RefusedError, match="second_level"):
        escalate(CASE, acting(profile=alone), wish())


def test_what_is_there_already_is_not_escalated_again() -> None:
    with pytest.raises(RefusedError, match="with the second level"):
        escalate(ESCALATED, acting(), wish())


def test_sent_again_it_keeps_its_ticket() -> None:
    refused = replace(STAY, outcome=Outcome.REFUSED)
    effect = escalate(case(stays=(refused,)), acting(), wish())
    assert effect.escalated
    assert effect.escalated.ticket == "DIG-4711"
    elsewhere = escalate(case(stays=(refused,)), acting(), wish(to="rfa"))
    assert elsewhere.escalated
    assert elsewhere.escalated.ticket == ""


def test_a_message_of_the_private_thread_goes_to_the_second_level_alone() -> None:
    thread = Thread("<n2@digital.example.be>", ("<e1@example.org>", "<n2@digital.example.be>"))
    effect = tell(case(status=Status.ESCALATED, private_thread=thread), acting(), "See an.peeters@example.com")
    [line], [mail] = effect.lines, effect.mails
    assert (line.kind, line.text) == (EntryKind.N2_WRITTEN, "See an.peeters@example.com")
    assert (mail.kind, mail.recipient, mail.escalation_id) == (OutboundKind.N2_MESSAGE, DIGITAL, STAY.id)
    assert (mail.automatic, mail.key) == (False, "n2:11:{entry}")
    assert (mail.context["text"], mail.context["ticket"]) == ("See [email]", "DIG-4711")
    assert mail.context["references"] == list(thread.references)


def test_who_may_see_personal_data_is_told_everything() -> None:
    at_rfa = case(status=Status.ESCALATED, stays=(replace(STAY, n2="rfa"),))
    [mail] = tell(at_rfa, acting(), "See an.peeters@example.com").mails
    assert (mail.context["text"], mail.lang) == ("See an.peeters@example.com", "nl")


def test_a_case_that_is_escalated_elsewhere_has_no_thread() -> None:
    with pytest.raises(RefusedError, match="no second level"):
        tell(case(status=Status.ESCALATED, stays=()), acting(), "Hello there")


@pytest.mark.parametrize("outcome", [Outcome.SOLVED, Outcome.REFUSED])
def test_a_return_is_noted_and_the_case_is_ours_again(outcome: Outcome) -> None:
    effect = returned(ESCALATED, acting(), outcome, "They need the file.")
    assert (effect.columns, effect.ended, effect.mails) == ({"status": Status.OPEN}, outcome, ())
    assert effect.lines[0].data == {"n2": "digital", "ticket": "DIG-4711", "outcome": outcome}


def test_who_is_no_longer_asked_is_told_so_in_its_thread_and_nothing_of_what_was_noted() -> None:
    thread = Thread("<e1@example.org>", ("<e1@example.org>",))
    at_rfa = case(status=Status.ESCALATED, stays=(replace(STAY, n2="rfa"),), private_thread=thread)
    [told] = returned(at_rfa, acting(), Outcome.WITHDRAWN, "They never answer.").mails
    assert (told.kind, told.recipient, told.lang) == (OutboundKind.N2_MESSAGE, "rfa@example.be", "nl")
    assert (told.key, told.escalation_id, told.automatic) == ("n2:11:withdrawn", STAY.id, False)
    assert {"what": "withdrawn", "text": "", "ticket": "DIG-4711"}.items() <= told.context.items()
    assert told.context["references"] == list(thread.references)


def test_a_second_level_that_the_profile_no_longer_has_is_taken_back_in_silence() -> None:
    gone = replace(STAFF, second_level=())
    assert returned(ESCALATED, acting(profile=gone), Outcome.WITHDRAWN).mails == ()


def test_what_a_rule_sent_there_comes_back_to_people() -> None:
    effect = returned(case(status=Status.ESCALATED, queue=Queue.N2, agent=""), acting(), Outcome.SOLVED)
    assert (effect.columns["queue"], effect.columns["agent"]) == (Queue.SUPERVISOR, "marie")
    kept = returned(case(status=Status.ESCALATED, queue=Queue.N2, agent="paul"), acting(), Outcome.SOLVED)
    assert (kept.columns["queue"], kept.columns["agent"]) == (Queue.SUPERVISOR, "paul")
