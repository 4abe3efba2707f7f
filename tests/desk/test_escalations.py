"""The second level, splits and corrections through the desk, on both databases."""

from base64 import b64encode
from functools import partial
from typing import Any

import pytest

from cases import actions, amending, seconding
from cases.amending import Cut
from cases.case import Status
from cases.refusal import RefusedError
from cases.seconding import Wish
from cases.secondlevel import Outcome
from store.tx import Store
from tests.desk.working import DIGITAL, Work
from tests.mails import mail

WISH = Wish(wording="NOTICe shows a blank page since Monday.", since="Monday")
PICTURE = b"\x89PNG\r\n"
WITH_FILE = f"""--b
Content-Type: text/plain; charset=utf-8

La page de NOTICe est blanche.
--b
Content-Type: image/png; name="ecran.png"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="ecran.png"

{b64encode(PICTURE).decode()}
--b--
"""


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


def with_file(work: Work) -> str:
    return work.opened(mail(WITH_FILE, Content_Type='multipart/mixed; boundary="b"', Content_Transfer_Encoding=""))


def escalation_of(work: Work, number: str) -> Any:
    with work.store.reading() as tx:
        return tx.escalations.of_case(work.desk.read(number).id)[-1]


def test_an_escalation_is_a_row_two_mails_and_a_clock(work: Work) -> None:
    number = with_file(work)
    done = work.desk.escalate(number, "marie", WISH, [1])
    stay = escalation_of(work, number)
    assert (stay.n2, stay.actor, stay.rule, stay.wording, stay.ended_at) == ("digital", "marie", "", WISH.wording, None)
    [file] = stay.details["files"]
    assert (file["filename"], file["content_type"]) == ("ecran.png", "image/png")
    with work.store.reading() as tx:
        assert tx.outbound.bodies([file["sha256"]]) == {file["sha256"]: PICTURE}
        case = tx.cases.find_number(number)
    assert case is not None
    assert (case.status, case.n2_due_at is not None) == ("escalated", True)
    sent = {one.kind: one for one in work.queued(number)}
    assert (sent["escalation"].recipient, sent["escalation"].escalation_id) == (DIGITAL.address, stay.id)
    assert sent["escalation"].context["files"] == [file]
    assert sent["escalation"].context["due"] == case.n2_due_at.isoformat()
    assert (sent["escalated"].recipient, sent["escalated"].escalation_id) == ("marie@spw.example.be", None)
    assert [one.kind for one in done.mails] == ["escalation", "escalated"]


def test_a_file_that_is_not_there_stops_an_escalation(work: Work) -> None:
    number = with_file(work)
    with pytest.raises(RefusedError, match=r"no file 2; it has 1 ecran\.png"):
        work.desk.escalate(number, "marie", WISH, [1, 2])
    assert work.desk.read(number).status is Status.NEW


def test_refused_and_sent_again_it_is_another_stay_under_the_same_ticket(work: Work) -> None:
    number = work.opened(mail())
    work.desk.escalate(number, "marie", WISH)
    with work.store.transaction("test") as tx:
        tx.escalations.heard([(escalation_of(work, number).id, work.now, "DIG-4711")])
    first = escalation_of(work, number)
    work.do(number, seconding.returned, Outcome.REFUSED, "Which file?")
    assert escalation_of(work, number).outcome == "refused"
    work.later(hours=1)
    work.desk.escalate(number, "marie", WISH)
    again = escalation_of(work, number)
    assert (again.id != first.id, again.ticket, again.outcome) == (True, "DIG-4711", None)
    escalations = [one for one in work.queued(number) if one.kind == "escalation"]
    assert [one.context["ticket"] for one in escalations] == ["", "DIG-4711"]


def test_the_private_thread_has_headers_of_its_own(work: Work) -> None:
    number = work.opened(mail())
    work.desk.escalate(number, "marie", WISH)
    work.later(minutes=1)
    work.do(number, seconding.tell, "It is file 12.")
    work.later(minutes=1)
    work.do(number, actions.reply, "We asked Digital.")
    sent = {one.kind: one for one in work.queued(number)}
    assert sent["n2_message"].context["references"] == [sent["escalation"].message_id]
    assert work.road.signer.thread_of(sent["n2_message"].message_id) == work.desk.read(number).id
    assert work.road.signer.case_of(sent["n2_message"].message_id) is None
    assert sent["reply"].context["references"] == ["<m1@example.org>"]
    private = {sent["escalation"].message_id, sent["n2_message"].message_id}
    assert private.isdisjoint(sent["reply"].context["references"])


def test_a_withdrawn_escalation_ends_with_the_case(work: Work) -> None:
    number = work.opened(mail())
    work.desk.escalate(number, "marie", WISH)
    with pytest.raises(RefusedError):
        work.do(number, actions.close)
    work.do(number, actions.close, withdraw=True)
    stay = escalation_of(work, number)
    assert (work.desk.read(number).status, stay.outcome) == (Status.CLOSED, "withdrawn")
    [told] = [one for one in work.queued(number) if one.kind == "n2_message"]
    assert (told.escalation_id, work.road.signer.case_of(told.message_id)) == (stay.id, None)


def two_requests(work: Work) -> tuple[str, list[int]]:
    number = work.opened(mail())
    receipt = next(one for one in work.queued(number) if one.kind == "acknowledgement")
    other = mail("Et mon dossier ?\n", message_id="<m2@example.org>", subject="Dossier", In_Reply_To=receipt.message_id)
    work.road.take_in(other)
    return number, [one.id for one in work.desk.read(number).messages]


def test_two_requests_in_one_case_are_two_cases(work: Work) -> None:
    number, messages = two_requests(work)
    done = work.desk.split(number, "marie", Cut(chosen=messages[1:]))
    new = work.desk.read(done.lines[0].data["case"])
    old = work.desk.read(number)
    assert ([one.id for one in old.messages], [one.id for one in new.messages]) == (messages[:1], messages[1:])
    assert (new.subject, new.status, new.requester) == ("Dossier", Status.NEW, old.requester)
    assert new.opened_at == new.messages[0].at
    with work.store.reading() as tx:
        assert tx.cases.find(new.id).linked_case_id == old.id  # type: ignore[union-attr]


def test_who_answers_a_message_that_was_moved_answers_the_new_case(work: Work) -> None:
    number, messages = two_requests(work)
    new = work.desk.split(number, "marie", Cut(chosen=messages[1:])).lines[0].data["case"]
    [row] = work.road.take_in(mail("Encore.\n", message_id="<m3@example.org>", In_Reply_To="<m2@example.org>"))
    assert row.case_id == work.desk.read(new).id
    [row] = work.road.take_in(mail("Toujours.\n", message_id="<m4@example.org>", In_Reply_To="<m1@example.org>"))
    assert row.case_id == work.desk.read(number).id


def test_a_refused_split_uses_up_no_number(work: Work) -> None:
    number, messages = two_requests(work)
    with pytest.raises(RefusedError):
        work.desk.split(number, "marie", Cut(chosen=messages))
    assert work.desk.split(number, "marie", Cut(chosen=messages[1:])).lines[0].data["case"] == "MPA-26-00002"


def test_a_new_requester_is_part_of_the_case_and_owns_it(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, amending.requester, "jan@example.org", "Jan")
    with work.store.reading() as tx:
        case = tx.cases.find_number(number)
    assert case is not None
    assert (case.requester, case.person_key) == ("jan@example.org", work.road.signer.person_key("jan@example.org"))
    about = mail("Me voici.\n", sender="jan@example.org", message_id="<m5@example.org>", subject=f"[{number}] suite")
    [row] = work.road.take_in(about)
    assert row.case_id == case.id
    work.desk.act(number, "marie", partial(amending.copy, on=True))
    done = work.do(number, actions.reply, "Bonjour à vous deux.")
    assert [one.recipient for one in done.mails] == ["jan@example.org", "jeanne@example.org"]


def test_what_one_of_ours_answered_to_a_notice_is_no_word_of_the_requester_s(work: Work) -> None:
    number = work.opened(mail())
    [notice] = [one for one in work.queued(number) if one.kind == "notice"]
    team = mail("Je la prends.\n", sender=notice.recipient, message_id="<t@example.be>", In_Reply_To=notice.message_id)
    proved = b"Authentication-Results: mx.monpermis.example.be; dmarc=pass header.from=spw.example.be\r\n"
    [row] = work.road.take_in(proved + team)
    assert row.reason == "written_by_staff"
    found = work.desk.read(number)
    assert [one.message_id for one in found.letters] == ["<m1@example.org>"]
    assert found.thread.in_reply_to == "<m1@example.org>"
