"""The thread with the second level: its mail comes back to the case, and the requester never hears of it."""

from dataclasses import replace
from typing import Any

import pytest

from cases.policy import OutboundKind
from tests.ingest.conftest import Road
from tests.mails import bounce_of, mail

DIGITAL = "Centre de services <support@digital.example.be>"
INCIDENT = {"category": "incident", "motif": "incident", "tool": "notice"}


@pytest.fixture
def opened(road: Road) -> Any:
    """A case that a rule has escalated."""
    road.tags = replace(road.tags, **INCIDENT)
    [row] = road.take_in(mail(subject="NOTICe ne répond plus"))
    return row


def asked(road: Road, opened: Any) -> Any:
    """Our mail to the second level."""
    [one] = road.outbound(opened, OutboundKind.ESCALATION)
    return one


def answer(road: Road, opened: Any, text: str = "C'est réparé.\n", **fields: str) -> bytes:
    known = {
        "sender": DIGITAL,
        "subject": "[DIG-12] Re: NOTICe ne répond plus",
        "message_id": "<a1@digital.example.be>",
        "In_Reply_To": asked(road, opened).message_id,
    }
    return mail(text, **(known | fields))


def stay(road: Road, opened: Any) -> Any:
    [one] = road.read(lambda tx: tx.escalations.of_case(opened.case_id))
    return one


def participants(road: Road, opened: Any) -> set[str]:
    return road.read(
        lambda tx: set(
            tx.connection.exec_driver_sql(
                f"SELECT key FROM case_key WHERE kind = 'participant' AND case_id = {opened.case_id}"
            ).scalars()
        )
    )


def test_their_answer_is_private_and_changes_nothing_for_the_requester(road: Road, opened: Any) -> None:
    before, people = road.case(opened), participants(road, opened)
    [row] = road.take_in(answer(road, opened, Cc="paul@example.com"))
    after, [entry] = road.case(opened), [one for one in road.entries(opened) if one.kind == "n2_wrote"]
    assert (row.disposition, row.case_id, row.reason) == ("reply", opened.case_id, "private_by_thread")
    assert (row.escalation_id, row.acknowledgement) == (stay(road, opened).id, "not_a_new_case")
    assert (before.status, after.status, after.version > before.version) == ("escalated", "escalated", True)
    assert participants(road, opened) == people
    assert entry.data == {"message": row.id, "n2": "digital", "ticket": "DIG-12", "automatic": False}
    assert (stay(road, opened).answered_at, stay(road, opened).ticket) == (road.now, "DIG-12")
    assert [one.kind for one in road.outbound(opened) if one.recipient == "jeanne@example.org"] == ["acknowledgement"]


def test_the_team_is_told_where_nobody_has_the_case(road: Road, opened: Any) -> None:
    [row] = road.take_in(answer(road, opened))
    [told] = road.outbound(opened, "event")
    assert (told.recipient, told.key) == ("equipe@spw.example.be", f"event:{opened.case_id}:message:{row.id}")
    assert (told.context["what"], told.context["number"]) == ("n2_wrote", road.case(opened).number)
    assert (told.automatic, told.escalation_id) == (True, None)


@pytest.mark.parametrize(("told_of", "recipients"), [(("n2_wrote",), ["nora.delvaux@spw.example.be"]), ((), [])])
def test_who_has_the_case_is_told_where_they_asked(
    road: Road, opened: Any, told_of: tuple[str, ...], recipients: list[str]
) -> None:
    agents = [replace(one, told_of=told_of) for one in road.profile.routing.agents]
    road.with_profile(routing=replace(road.profile.routing, agents=tuple(agents)))
    give(road, opened, "nora")
    road.take_in(answer(road, opened))
    assert [one.recipient for one in road.outbound(opened, "event")] == recipients


def give(road: Road, opened: Any, agent: str) -> None:
    with road.store.transaction("test.give") as tx:
        tx.connection.exec_driver_sql(f"UPDATE \"case\" SET agent = '{agent}' WHERE id = {opened.case_id}")


def test_who_has_the_case_is_told_of_a_reply_where_they_asked(road: Road, opened: Any) -> None:
    give(road, opened, "nora")
    road.take_in(mail("Encore ceci.\n", message_id="<m2@example.org>", References="<m1@example.org>"))
    [told] = road.outbound(opened, "event")
    assert (told.recipient, told.context["what"]) == ("nora.delvaux@spw.example.be", "wrote")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "private_by_thread"),
        ({"sender": "Jan <jan@digital.example.be>"}, "private_by_thread"),
        ({"sender": "Jan <jan@example.com>"}, "private_by_thread"),
        ({"In_Reply_To": "", "subject": "[DIG-12] NOTICe"}, "private_by_ticket"),
        ({"In_Reply_To": "", "subject": "MPA-26-00001"}, "private_by_number"),
        ({"In_Reply_To": "<a0@digital.example.be>", "subject": "NOTICe"}, "private_by_reference"),
        ({"In_Reply_To": "<m1@example.org>", "subject": "NOTICe"}, "private_by_reference"),
    ],
)
def test_by_what_their_mail_finds_the_thread(road: Road, opened: Any, fields: dict[str, str], reason: str) -> None:
    road.take_in(answer(road, opened, "Reçu.\n", message_id="<a0@digital.example.be>"))
    [row] = road.take_in(answer(road, opened, **fields))
    assert (row.disposition, row.case_id, row.reason) == ("reply", opened.case_id, reason)
    assert row.escalation_id is not None


def test_who_takes_part_in_the_public_side_stays_there_with_any_token(road: Road, opened: Any) -> None:
    [row] = road.take_in(answer(road, opened, "Merci ?\n", sender="Jeanne <jeanne@example.org>"))
    assert (row.disposition, row.case_id, row.escalation_id) == ("reply", opened.case_id, None)


def test_a_stranger_with_a_number_is_no_second_level(road: Road, opened: Any) -> None:
    stranger = mail("?\n", sender="paul@example.com", subject="MPA-26-00001 DIG-12", message_id="<p@example.com>")
    [row] = road.take_in(stranger)
    assert (row.disposition, row.escalation_id) == ("case", None)


def test_a_second_level_in_copy_takes_no_part_in_the_public_side(road: Road) -> None:
    road.tags = replace(road.tags, **INCIDENT)
    [opened] = road.take_in(mail(Cc="support@digital.example.be"))
    assert len(participants(road, opened)) == 1
    assert road.take_in(answer(road, opened))[0].escalation_id is not None


def test_their_automatic_receipt_gives_the_ticket_and_is_news_to_nobody(road: Road, opened: Any) -> None:
    [row] = road.take_in(answer(road, opened, "Bien reçu.\n", Auto_Submitted="auto-replied"))
    assert (row.disposition, row.acknowledgement) == ("automatic", "automatic_message")
    assert (stay(road, opened).ticket, stay(road, opened).answered_at) == ("DIG-12", None)
    assert road.outbound(opened, "event") == []
    assert road.entries(opened)[-1].data["automatic"] is True


@pytest.mark.parametrize(("first", "then"), [("DIG-12", "dig-12"), ("dig-12", "DIG-12"), ("DIG-12", "Dig-12")])
def test_a_ticket_is_the_same_in_capitals_or_not(road: Road, opened: Any, first: str, then: str) -> None:
    road.take_in(answer(road, opened, subject=f"[{first}] NOTICe"))
    again = answer(road, opened, subject=f"Re: [{then}] NOTICe", message_id="<a2@digital.example.be>", In_Reply_To="")
    [row] = road.take_in(again)
    assert (row.case_id, row.reason) == (opened.case_id, "private_by_ticket")
    assert stay(road, opened).ticket == first


def test_what_their_ticket_system_sends_in_a_person_s_name_is_an_answer(road: Road, opened: Any) -> None:
    [row] = road.take_in(answer(road, opened, Auto_Submitted="auto-generated", Precedence="bulk"))
    assert (row.disposition, row.escalation_id) == ("reply", stay(road, opened).id)
    assert stay(road, opened).answered_at == road.now
    assert len(road.outbound(opened, "event")) == 1


def test_late_mail_to_an_escalation_that_has_ended_is_private_too(road: Road, opened: Any) -> None:
    with road.store.transaction("test.end") as tx:
        tx.escalations.end(stay(road, opened).id, "solved", road.now)
    road.close(opened)
    [row] = road.take_in(answer(road, opened))
    assert (row.disposition, row.escalation_id) == ("reply", stay(road, opened).id)
    assert road.case(opened).status == "closed"
    assert road.case(opened).closed_at == road.now


def test_the_same_private_mail_twice_is_private_twice(road: Road, opened: Any) -> None:
    raw = answer(road, opened)
    [one] = road.take_in(raw)
    [two] = road.take_in(raw)
    assert (two.disposition, two.case_id, two.escalation_id) == ("duplicate", opened.case_id, one.escalation_id)


def test_a_mail_to_them_that_comes_back_is_told_whoever_asked_or_not(road: Road, opened: Any) -> None:
    [row] = road.take_in(bounce_of(asked(road, opened).message_id))
    [told] = road.outbound(opened, "event")
    [entry] = [one for one in road.entries(opened) if one.kind == "undelivered"]
    assert (row.disposition, row.case_id, row.escalation_id) == ("bounce", opened.case_id, stay(road, opened).id)
    assert (told.recipient, told.context["what"]) == ("equipe@spw.example.be", "n2_undelivered")
    assert (entry.data["status"], entry.data["private"]) == ("5.1.1", True)
    assert road.read(lambda tx: tx.outbound.get(asked(road, opened).id)).outcome == "bounced"


def test_our_own_private_mail_that_comes_back_is_no_answer(road: Road, opened: Any) -> None:
    sent = asked(road, opened)
    ours = mail(sender="assistance@monpermis.example.be", message_id=sent.message_id, References=sent.message_id)
    [row] = road.take_in(ours)
    assert (row.disposition, row.acknowledgement, row.escalation_id) == ("automatic", "own_message", sent.escalation_id)
    assert stay(road, opened).answered_at is None
    assert [one.kind for one in road.entries(opened)].count("n2_wrote") == 0


def test_spam_is_in_no_thread(road: Road, opened: Any) -> None:
    verdict = b"X-Spam-Flag: YES\r\nAuthentication-Results: mx.monpermis.example.be; spf=pass\r\n"
    [row] = road.take_in(verdict + answer(road, opened))
    assert (row.disposition, row.escalation_id) == ("spam", None)


def test_two_answers_in_one_batch_are_told_in_their_order(road: Road, opened: Any) -> None:
    first = answer(road, opened, "Un.\n", subject="Re: NOTICe")
    second = answer(road, opened, "Deux.\n", message_id="<a2@digital.example.be>")
    rows = road.take_in(first, second)
    assert [row.escalation_id for row in rows] == [stay(road, opened).id] * 2
    assert stay(road, opened).ticket == "DIG-12"
    assert len(road.outbound(opened, "event")) == 2


def test_word_to_staff_has_a_budget(road: Road, opened: Any) -> None:
    road.with_profile(automatic_mail=replace(road.profile.automatic_mail, staff_budget=3))
    raws = [answer(road, opened, f"{n}\n", message_id=f"<a{n}@digital.example.be>") for n in range(4)]
    road.take_in(*raws)
    assert len(road.outbound(opened, "event")) == 3 - len(road.outbound(opened, "escalated", "notice"))


def test_who_wrote_on_the_public_side_before_they_were_asked_answers_in_private(road: Road) -> None:
    [first] = road.take_in(mail())
    [receipt] = road.outbound(first, OutboundKind.ACKNOWLEDGEMENT)
    early = {"sender": DIGITAL, "message_id": "<d0@digital.example.be>", "In_Reply_To": receipt.message_id}
    [opinion] = road.take_in(mail("Notre avis.\n", **early))
    with road.store.transaction("test.escalate") as tx:
        row = {"case_id": first.case_id, "n2": "digital", "actor": "nora", "rule": "", "wording": "", "details": {}}
        [escalation] = tx.escalations.add([row | {"opened_at": road.now}])
    token = road.signer.thread_message_id(first.case_id, f"escalation:{escalation}", "monpermis.example.be")
    [told] = road.take_in(mail("C'est réparé.\n", sender=DIGITAL, message_id="<d1@d>", In_Reply_To=token))
    assert (opinion.escalation_id, told.escalation_id) == (None, escalation)
    assert [one.kind for one in road.entries(first)][-2:] == ["wrote", "n2_wrote"]


def test_what_goes_to_the_second_level_withholds_no_receipt(road: Road, opened: Any) -> None:
    others = [one for one in road.outbound(opened) if one.automatic and one.escalation_id is None]
    rules = replace(road.profile.automatic_mail, mailbox_per_hour=len(others) + 1)
    road.with_profile(automatic_mail=rules)
    assert asked(road, opened).automatic
    [row] = road.take_in(mail(sender="an@example.com", message_id="<n1@example.com>"))
    assert row.acknowledgement == "new_case"
