"""Delivery over both databases to a real server: what is recorded, what is tried again, what never leaves twice."""

from datetime import timedelta

import pytest

from notify.account import account
from notify.batch import BATCH
from notify.deliver import Delivery
from notify.record import LIFETIME, Outcome, wait_after
from notify.smtp import Submission
from store.tx import Store
from store.work import State
from tests.notify.outbox import HELLO, NOW, Clock, change, composer, copies, delivery_of, profile, queue, row
from tests.servers.smtp import SmtpSink


def test_what_is_due_is_sent_once_and_recorded(delivery: Delivery, store: Store, smtp_sink: SmtpSink) -> None:
    ids = queue(store, 3)
    (later,) = queue(store, 1, at=NOW + timedelta(hours=1))
    assert delivery.deliver() == 3
    assert delivery.deliver() == 0
    assert [mail.recipients for mail in smtp_sink.messages] == [(f"person{i}@example.org",) for i in range(3)]
    assert smtp_sink.connections == 1
    for identity, mail in zip(ids, smtp_sink.messages, strict=True):
        found = row(store, identity)
        assert (found.state, found.outcome, found.attempts) == (State.DONE, Outcome.SENT, 1)
        assert (found.sent_at, found.sending_at, found.lease, found.last_error) == (NOW, None, None, None)
        assert found.smtp_reply == "250 2.0.0 OK queued as sink"
        assert found.message_id == mail.message["Message-ID"]
        with store.reading() as tx:
            assert tx.outbound.bodies([found.sha256])[found.sha256] == mail.raw
    assert row(store, later).state == State.PENDING


def test_a_backlog_larger_than_a_batch_leaves_in_order(delivery: Delivery, store: Store, smtp_sink: SmtpSink) -> None:
    queue(store, BATCH + 3)
    assert [delivery.deliver(), delivery.deliver(), delivery.deliver()] == [BATCH, 3, 0]
    assert [mail.recipients[0] for mail in smtp_sink.messages] == [f"person{i}@example.org" for i in range(BATCH + 3)]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_final_refusal_is_final_and_visible(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock, command: str
) -> None:
    refused, sent = queue(store, 2)
    smtp_sink.reply_with(command, "550 5.1.1 no such person")
    delivery.deliver()
    clock.move(days=1)
    assert delivery.deliver() == 0
    found = row(store, refused)
    assert (found.state, found.outcome, found.sent_at) == (State.DONE, Outcome.REFUSED, None)
    assert found.smtp_reply == "550 5.1.1 no such person"
    assert row(store, sent).outcome == Outcome.SENT
    assert len(smtp_sink.messages) == 1


def test_a_refusal_for_now_is_tried_again_from_the_same_envelope_after_five_minutes(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    greylisted, other = queue(store, 2)
    smtp_sink.reply_with("RCPT", "450 4.2.0 greylisted")
    delivery.deliver()
    waiting = row(store, greylisted)
    assert (waiting.state, waiting.attempts, waiting.sending_at) == (State.PENDING, 1, None)
    assert waiting.due_at == NOW + timedelta(minutes=5)
    assert waiting.last_error == waiting.smtp_reply == "450 4.2.0 greylisted"
    assert row(store, other).outcome == Outcome.SENT
    clock.move(minutes=4, seconds=59)
    assert delivery.deliver() == 0
    clock.move(seconds=1)
    assert delivery.deliver() == 1
    assert row(store, greylisted).outcome == Outcome.SENT
    assert copies(smtp_sink).most_common(1)[0][1] == 1


def test_waiting_doubles_to_an_hour_and_ends_after_five_days(
    sqlite_store: Store, submission: Submission, smtp_sink: SmtpSink, clock: Clock
) -> None:
    store, delivery = sqlite_store, delivery_of(sqlite_store, submission, clock)
    (identity,) = queue(store)
    smtp_sink.reply_with("DATA", "451 4.3.0 try later", times=1000)
    waits = []
    while (found := row(store, identity)).state == State.PENDING:
        clock.now = max(clock.now, found.due_at)
        before = clock.now
        delivery.deliver()
        waits.append((row(store, identity).due_at - before) / timedelta(minutes=1))
    assert waits[:7] == [5, 10, 20, 40, 66, 66, 66]
    assert clock.now - NOW >= LIFETIME
    assert clock.now - NOW < LIFETIME + timedelta(hours=2)
    assert (found.state, found.outcome) == (State.HELD, Outcome.FAILED)
    assert "451 4.3.0 try later" in found.last_error
    assert smtp_sink.messages == []


def test_the_waits_are_those_of_postfix() -> None:
    minutes = [wait_after(attempts) / timedelta(minutes=1) for attempts in (0, 1, 2, 3, 4, 5, 6, 1000)]
    assert minutes == [5, 5, 10, 20, 40, 66, 66, 66]


def test_a_server_that_is_away_costs_no_mail_an_attempt(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    ids = queue(store, 4)
    smtp_sink.stop()
    delivery.deliver()
    for identity in ids:
        found = row(store, identity)
        assert (found.state, found.attempts, found.sending_at) == (State.PENDING, 0, None)
        assert found.due_at == NOW + timedelta(seconds=5)
        assert "onnect" in found.last_error
    smtp_sink.start()
    clock.move(seconds=5)
    assert delivery.deliver() == 4
    assert [row(store, identity).outcome for identity in ids] == [Outcome.SENT] * 4
    assert set(copies(smtp_sink).values()) == {1}


def test_a_server_that_leaves_in_the_middle_keeps_its_other_mails_for_later(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    first, second = queue(store, 2)
    third, fourth = queue(store, 2)
    smtp_sink.reply_with("DATA", "250 2.0.0 OK first")
    smtp_sink.reply_with("DATA", "421 4.3.2 closing")
    delivery.deliver()
    assert row(store, first).outcome == Outcome.SENT
    assert row(store, second).due_at == NOW + timedelta(minutes=5)
    assert [row(store, identity).due_at for identity in (third, fourth)] == [NOW + timedelta(seconds=5)] * 2
    clock.move(minutes=5)
    delivery.deliver()
    assert [row(store, identity).outcome for identity in (second, third, fourth)] == [Outcome.SENT] * 3


def test_a_mail_that_always_ends_the_session_does_not_stand_in_the_way(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    poison, *others = queue(store, 3)
    smtp_sink.reply_with("RCPT", 421)
    delivery.deliver()
    clock.move(seconds=5)
    delivery.deliver()
    assert row(store, poison).state == State.PENDING
    assert [row(store, identity).outcome for identity in others] == [Outcome.SENT] * 2


def test_mails_wait_for_a_server_to_be_configured(store: Store, submission: Submission, clock: Clock) -> None:
    (identity,) = queue(store)
    delivery = Delivery(store=store, profile=profile(), composer=composer(), senders={}, clock=clock)
    assert delivery.deliver() == 1
    assert delivery.deliver() == 0
    found = row(store, identity)
    assert (found.state, found.attempts) == (State.PENDING, 0)
    assert "AIGUILLAGE_SMTP_URL" in found.last_error
    clock.move(minutes=1)
    delivery_of(store, submission, clock).deliver()
    assert row(store, identity).outcome == Outcome.SENT


@pytest.mark.parametrize(
    "recipient",
    ["assistance@monpermis.example.be", "Info@MonPermis.example.be", "beistand+anything@monpermis.example.be"],
)
def test_nothing_automatic_is_sent_to_an_address_of_ours(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, recipient: str
) -> None:
    (identity,) = queue(store, recipient=lambda _: recipient)
    delivery.deliver()
    assert (row(store, identity).state, row(store, identity).outcome) == (State.DONE, Outcome.WITHHELD)
    assert smtp_sink.messages == []


def test_a_mail_that_cannot_be_written_is_held_aside_and_its_neighbours_leave(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink
) -> None:
    first, two_addresses, no_text, strange, last = queue(store, 5)
    change(store, two_addresses, recipient="a@b.fr, evil@x.fr")
    change(store, no_text, lang="it")
    change(store, strange, context={"number": 3})
    delivery.deliver()
    for identity in (two_addresses, no_text, strange):
        assert (row(store, identity).state, row(store, identity).outcome) == (State.HELD, Outcome.FAILED)
        assert row(store, identity).last_error
    assert [row(store, identity).outcome for identity in (first, last)] == [Outcome.SENT] * 2
    assert len(smtp_sink.messages) == 2


def test_a_busy_server_does_not_hold_up_another(
    store: Store, submission: Submission, clock: Clock, smtp_sink: SmtpSink
) -> None:
    german, french = queue(store, 2)
    change(store, german, mailbox="beistand")
    other = Submission(account(smtp_sink.url, HELLO))
    senders = {"assistance": submission, "beistand": other}
    delivery = Delivery(store=store, profile=profile(), composer=composer(), senders=senders, clock=clock)
    with submission.lock:
        assert delivery.deliver() == 1
    assert row(store, german).outcome == Outcome.SENT
    assert row(store, french).attempts == 0
    assert delivery.deliver() == 1
    assert row(store, french).outcome == Outcome.SENT
    other.close()
