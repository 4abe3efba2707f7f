"""Who hears of a mail that came back, and that nobody is told of their own."""

from dataclasses import replace
from typing import Any

import pytest

from cases import actions
from cases.routing import Told
from store.tx import Store
from tests.desk.working import MARIE, Work
from tests.mails import bounce_of, mail


@pytest.fixture
def work(sqlite_store: Store) -> Work:
    return Work(sqlite_store)


def mails(work: Work, number: str, kind: str) -> list[Any]:
    return [one for one in work.queued(number) if one.kind == kind]


def test_who_answered_is_told_that_the_answer_came_back(work: Work) -> None:
    number = work.opened(mail())
    work.do(number, actions.reply, "Which file?", wait=True)
    [reply] = mails(work, number, "reply")
    work.road.take_in(bounce_of(reply.message_id))
    [told] = mails(work, number, "event")
    assert (told.recipient, told.context["what"], told.escalation_id) == (MARIE.address, "undelivered", None)


def test_a_receipt_that_came_back_is_told_to_nobody(work: Work) -> None:
    number = work.opened(mail())
    [receipt] = mails(work, number, "acknowledgement")
    work.road.take_in(bounce_of(receipt.message_id))
    assert mails(work, number, "event") == []


def test_a_mailbox_of_ours_that_answers_by_itself_is_told_of_nothing_that_it_wrote(work: Work) -> None:
    everything = replace(MARIE, told_of=tuple(Told))
    profile = replace(work.profile, routing=replace(work.profile.routing, agents=(everything,)), staff_domains=())
    work.road.profile, work.desk = profile, replace(work.desk, profile=profile)
    number = work.opened(mail())
    work.do(number, actions.reply, "Which file?", wait=True)
    work.road.take_in(mail("The blue one.", message_id="<m2@example.org>", References="<m1@example.org>"))
    [told] = mails(work, number, "event")
    away = mail("Away.", sender=MARIE.address, message_id="<a@spw>", In_Reply_To=told.message_id)
    [row] = work.road.take_in(away)
    assert (row.disposition, mails(work, number, "event")) == ("reply", [told])
