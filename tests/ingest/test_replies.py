"""What a reply does to its case: status, clocks, priority; and a thank-you, which does nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from store.tables import case
from tests.ingest.conftest import Road
from tests.mails import mail


def reply(text: str = "Voici.\n", message_id: str = "<m2@example.org>", **fields: str) -> bytes:
    return mail(text, message_id=message_id, References="<m1@example.org>", **fields)


def kinds(road: Road, row: Any) -> list[str]:
    return [one.kind for one in road.entries(row)]


def wait(road: Road, row: Any) -> None:
    """Answer its requester and wait for them, as a person would; the clocks are left to the next message."""
    with road.store.transaction("test.wait") as tx:
        tx.connection.execute(update(case).where(case.c.id == row.case_id).values(status="waiting", alarm_at=None))
        line = {"case_id": row.case_id, "at": road.now, "actor": "nora", "text": "", "data": {}}
        tx.cases.add_entries([{**line, "kind": "answered"}, {**line, "kind": "waiting"}])


def test_a_reply_to_an_open_case_is_on_its_timeline(road: Road) -> None:
    [opened] = road.take_in(mail())
    [row] = road.take_in(reply())
    assert kinds(road, opened) == ["routed", "wrote"]
    assert road.entries(opened)[1].data == {"message": row.id}


def test_a_reply_that_was_waited_for_lets_the_clock_go_on_where_it_stood(road: Road) -> None:
    [opened] = road.take_in(mail())
    due = road.case(opened).resolution_due_at
    road.now += timedelta(hours=1)
    wait(road, opened)
    road.now += timedelta(days=2)  # both within the week
    road.take_in(reply())
    after = road.case(opened)
    assert (after.status, kinds(road, opened)[-1]) == ("open", "resumed")
    assert after.response_due_at is None
    assert after.resolution_due_at == due + timedelta(days=2)
    assert after.alarm_at is not None


def test_a_reply_after_closing_begins_the_answer_anew(road: Road) -> None:
    [opened] = road.take_in(mail())
    first = road.case(opened).response_due_at
    road.close(opened)
    road.now += timedelta(days=1)
    road.take_in(reply("Toujours pas.\n"))
    after = road.case(opened)
    assert (after.status, after.closed_at, kinds(road, opened)[-1]) == ("open", None, "reopened")
    assert after.response_due_at == first + timedelta(days=1)


@pytest.mark.parametrize("text", ["Merci beaucoup !\n", "Bonjour,\n\nDanke schön.\n\n-- \nJeanne\n"])
def test_thanks_open_no_closed_case_again(road: Road, text: str) -> None:
    [opened] = road.take_in(mail())
    road.close(opened)
    closed_at = road.now
    road.now += timedelta(days=1)
    [row] = road.take_in(reply(text.replace("schön", "")))
    after = road.case(opened)
    assert (row.disposition, row.case_id) == ("reply", opened.case_id)
    assert (after.status, after.closed_at, kinds(road, opened)[-1]) == ("closed", closed_at, "wrote")
    assert [after.response_due_at, after.resolution_due_at, after.alarm_at] == [None, None, None]


def test_thanks_with_a_question_a_file_or_for_a_waiting_case_count(road: Road) -> None:
    [opened] = road.take_in(mail())
    wait(road, opened)
    road.take_in(reply("Merci !\n"))
    assert (road.case(opened).status, kinds(road, opened)[-1]) == ("open", "resumed")
    road.close(opened)
    road.take_in(reply("Merci. Et maintenant ?\n", "<m3@example.org>"))
    assert road.case(opened).status == "open"
    road.close(opened)
    road.take_in(with_a_file("Merci.\n"))
    assert road.case(opened).status == "open"


def with_a_file(text: str) -> bytes:
    raw = reply(text, "<m4@example.org>", Content_Type='multipart/mixed; boundary="b"').decode()
    head, _, body = raw.partition("\r\n\r\n")
    file = "Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nx\r\n"
    return f"{head}\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--b\r\n{file}--b--\r\n".encode()


def test_thanks_then_more_in_one_batch_opens_it(road: Road) -> None:
    [opened] = road.take_in(mail())
    road.close(opened)
    road.take_in(reply("Merci !\n"), reply("Ah non, cela ne marche pas.\n", "<m3@example.org>"))
    assert road.case(opened).status == "open"
    assert kinds(road, opened) == ["routed", "closed", "wrote", "reopened"]


def test_a_more_urgent_reply_raises_the_priority_and_no_reply_lowers_it(road: Road) -> None:
    [opened] = road.take_in(mail())
    due = road.case(opened).response_due_at
    road.tags = replace(road.tags, urgency=1)
    road.take_in(reply("C'est urgent.\n"))
    raised = road.case(opened)
    assert (raised.priority, raised.urgency, raised.assessment["reasons"]) == ("P2", 1, ["text_urgency"])
    assert raised.response_due_at < due
    road.tags = replace(road.tags, urgency=3)
    road.take_in(reply("D'accord.\n", "<m3@example.org>"))
    assert road.case(opened).priority == "P2"


def test_what_a_person_corrected_stays(road: Road) -> None:
    [opened] = road.take_in(mail())
    with road.store.transaction("test.correct") as tx:
        corrected = {"reasons": [], "corrected_by": "nora"}
        tx.connection.execute(update(case).where(case.c.id == opened.case_id).values(assessment=corrected))
    road.tags = replace(road.tags, urgency=1)
    road.take_in(reply())
    assert (road.case(opened).priority, road.case(opened).assessment) == ("P4", corrected)


def test_replies_of_one_batch_see_the_case_that_it_opens(road: Road) -> None:
    road.tags = replace(road.tags, urgency=2)
    opened, *_ = road.take_in(mail(), reply(), reply("Encore.\n", "<m3@example.org>"))
    after = road.case(opened)
    assert kinds(road, opened) == ["routed", "wrote", "wrote"]
    assert (after.status, after.priority, after.alarm_at is not None) == ("new", "P3", True)


def test_a_reply_to_what_a_rule_escalated_leaves_it_there(road: Road) -> None:
    road.tags = replace(road.tags, category="incident", motif="incident", tool="notice")
    opened, *_ = road.take_in(mail(), reply())
    road.take_in(reply("Encore.\n", "<m3@example.org>"))
    after = road.case(opened)
    assert (after.status, after.n2_due_at is not None) == ("escalated", True)
    assert kinds(road, opened) == ["routed", "escalated", "wrote", "wrote"]
    assert len(road.outbound(opened, "escalation")) == 1


def test_an_automatic_reply_moves_no_clock(road: Road) -> None:
    [opened] = road.take_in(mail())
    wait(road, opened)
    road.take_in(reply(Auto_Submitted="auto-replied"))
    assert (road.case(opened).status, kinds(road, opened)[-1]) == ("waiting", "waiting")


def test_a_reply_to_what_is_history_is_answered_from_now_on(road: Road) -> None:
    [opened] = road.take_in(mail(), backfill=True)
    road.now += timedelta(days=100)
    road.take_in(reply())
    assert road.case(opened).response_due_at > road.now


PROVED = b"Authentication-Results: mx.monpermis.example.be; dmarc=pass header.from=spw.example.be\r\n"
"""Our own border says that it comes from our own people."""


@pytest.mark.parametrize("sender", ["Nora.Delvaux@spw.example.be", "equipe@spw.example.be"])
@pytest.mark.parametrize("status", ["new", "waiting", "closed"])
def test_what_our_own_people_answer_to_our_mail_is_a_note(road: Road, sender: str, status: str) -> None:
    [opened] = road.take_in(mail())
    if status == "waiting":
        wait(road, opened)
    if status == "closed":
        road.close(opened)
    [notice] = road.outbound(opened, "notice")
    before, told = road.case(opened), len(road.outbound(opened))
    road.tags = replace(road.tags, urgency=1, impact=1)
    road.now += timedelta(hours=1)
    answer = mail("Je la prends.\n", sender=sender, message_id="<n1@example.be>", In_Reply_To=notice.message_id)
    [row] = road.take_in(PROVED + answer)
    after, line = road.case(opened), road.entries(opened)[-1]
    assert (row.case_id, row.disposition, row.reason) == (opened.case_id, "reply", "written_by_staff")
    assert (line.kind, line.data) == ("note", {"message": row.id})
    assert (after.status, after.priority, after.requester) == (status, before.priority, before.requester)
    assert len(road.outbound(opened)) == told
    if status == "new":
        assert (after.response_due_at, after.alarm_at) == (before.response_due_at, before.alarm_at)
    again = mail("Encore.\n", sender=sender, message_id="<n2@example.be>", subject=before.number)
    [stranger] = road.take_in(PROVED + again)
    assert stranger.case_id != opened.case_id


def test_one_of_ours_who_was_copied_takes_no_part(road: Road) -> None:
    [opened] = road.take_in(mail(Cc="nora.delvaux@spw.example.be"))
    road.close(opened)
    [row] = road.take_in(PROVED + reply("Je la prends.\n", sender="nora.delvaux@spw.example.be"))
    assert (row.case_id != opened.case_id, road.case(opened).status) == (True, "closed")


def test_one_of_ours_who_asks_is_answered_like_anybody(road: Road) -> None:
    [opened] = road.take_in(PROVED + mail(sender="nora.delvaux@spw.example.be"))
    road.close(opened)
    [row] = road.take_in(PROVED + reply("Toujours pas.\n", sender="nora.delvaux@spw.example.be"))
    assert (row.case_id, road.case(opened).status, kinds(road, opened)[-1]) == (opened.case_id, "open", "reopened")
