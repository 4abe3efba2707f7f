"""Delivery over both databases to a real server: what is recorded, what is tried again, what never leaves twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from notify.account import account
from notify.batch import BATCH
from notify.deliver import Delivery
from notify.lease import renewed
from notify.record import LIFETIME, Outcome, wait_after
from notify.smtp import Patience, Submission
from notify.submission import Sender
from store.tables import outbound
from store.tx import Store, Transaction
from store.work import LEASE, State
from tests.notify.outbox import NOW, Clock, composer, profile, queue
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink

HELLO = "monpermis.example.be"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def submission(smtp_sink: SmtpSink, clock: Clock) -> Iterator[Submission]:
    sender = Submission(account(smtp_sink.url, HELLO), Patience(5, 5, 5), lambda: clock().timestamp())
    yield sender
    sender.close()


@pytest.fixture
def delivery(store: Store, submission: Submission, clock: Clock) -> Delivery:
    return delivery_of(store, submission, clock)


def delivery_of(store: Store, sender: Sender, clock: Callable[[], datetime]) -> Delivery:
    senders = {"assistance": sender, "beistand": sender}
    return Delivery(store=store, profile=profile(), composer=composer(), senders=senders, clock=clock)


def row(store: Store, identity: int) -> Any:
    with store.reading() as tx:
        return tx.outbound.get(identity)


def change(store: Store, identity: int, **columns: Any) -> None:
    with store.transaction("test") as tx:
        tx.connection.execute(update(outbound).where(outbound.c.id == identity).values(**columns))


def copies(sink: SmtpSink) -> Counter[str]:
    return Counter(mail.message["Message-ID"] for mail in sink.messages)


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


@pytest.mark.parametrize(("fate", "total"), [("kept", 2), ("lost", 1)])
def test_a_lost_reply_repeats_the_same_mail_once(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock, fate: str, total: int
) -> None:
    first, second = queue(store, 2)
    smtp_sink.reply_with("DROP", fate)
    delivery.deliver()
    assert row(store, first).sending_at == NOW
    assert row(store, second).outcome == Outcome.SENT
    clock.move(minutes=5)
    delivery.deliver()
    assert row(store, first).outcome == Outcome.SENT
    assert copies(smtp_sink)[row(store, first).message_id] == total
    assert copies(smtp_sink)[row(store, second).message_id] == 1
    assert len({mail.raw for mail in smtp_sink.messages}) == 2


def test_a_mail_whose_reply_is_lost_twice_waits_for_a_person(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    (identity,) = queue(store)
    smtp_sink.reply_with("DROP", "kept", times=2)
    for _ in range(4):
        delivery.deliver()
        clock.move(hours=1)
    assert sum(copies(smtp_sink).values()) == 2
    assert (row(store, identity).state, row(store, identity).outcome) == (State.HELD, Outcome.UNKNOWN)
    with store.transaction("test") as tx:
        tx.outbound.replay([identity], clock())
    delivery.deliver()
    assert row(store, identity).outcome == Outcome.SENT
    assert sum(copies(smtp_sink).values()) == 3


def test_a_known_refusal_between_two_lost_replies_is_not_a_third_copy(
    delivery: Delivery, store: Store, smtp_sink: SmtpSink, clock: Clock
) -> None:
    (identity,) = queue(store)
    smtp_sink.reply_with("DROP", "kept")
    delivery.deliver()
    clock.move(hours=1)
    smtp_sink.reply_with("RCPT", 450)
    delivery.deliver()
    assert (row(store, identity).sending_at, row(store, identity).outcome) == (None, Outcome.UNKNOWN)
    clock.move(hours=1)
    smtp_sink.reply_with("DROP", "kept")
    delivery.deliver()
    clock.move(hours=2)
    delivery.deliver()
    assert row(store, identity).state == State.HELD
    assert sum(copies(smtp_sink).values()) == 2


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


class Hooked:
    """A sender that does something between the server's answer and our record of it."""

    def __init__(self, submission: Submission, hook: Callable[[], object]) -> None:
        self.lock = submission.lock
        self._submission = submission
        self._hook = hook

    def send(self, envelope: Any, message: bytes) -> Any:
        reply = self._submission.send(envelope, message)
        self._hook()
        return reply


def test_a_worker_that_was_suspended_beyond_its_lease_repeats_no_mail_but_the_one_in_hand(
    store: Store, submission: Submission, clock: Clock, smtp_sink: SmtpSink
) -> None:
    in_hand, *others = queue(store, 3)
    other = Submission(account(smtp_sink.url, HELLO))

    def another_worker() -> None:
        clock.now += LEASE + timedelta(minutes=1)
        delivery_of(store, other, clock).deliver()

    assert delivery_of(store, Hooked(submission, another_worker), clock).deliver() == 3
    found = copies(smtp_sink)
    assert [found[row(store, identity).message_id] for identity in (in_hand, *others)] == [2, 1, 1]
    assert len({mail.raw for mail in smtp_sink.messages}) == 3
    other.close()


def test_a_lease_is_renewed_for_as_long_as_the_block_runs(store: Store, clock: Clock) -> None:
    mine, other = queue(store, 2)
    with store.transaction("test") as tx:
        tx.outbound.claim("lease", 1, NOW)
    clock.move(hours=1)
    with renewed(store, "lease", [mine, other], clock, every=timedelta(milliseconds=5)):
        wait_until(lambda: row(store, mine).due_at == clock() + LEASE, "the lease is renewed")
    assert row(store, other).due_at == NOW


class Failing(Store):
    """A store that loses its database at the next commit of that name."""

    lose = ""

    @contextmanager
    def transaction(self, name: str) -> Iterator[Transaction]:
        with super().transaction(name) as transaction:
            yield transaction
            if name == self.lose:
                self.lose = ""
                raise ConnectionError("the database went away")


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_that_the_database_could_not_take_is_recorded_later_not_asked_for_again(
    store: Store, submission: Submission, clock: Clock, smtp_sink: SmtpSink, count: int
) -> None:
    ids = queue(store, count)
    failing = Failing(store.engine)
    delivery = delivery_of(failing, submission, clock)
    failing.lose = "outbound.sent"
    with pytest.raises(ConnectionError):
        delivery.deliver()
    failing.lose = "outbound.settle"
    with pytest.raises(ConnectionError):
        delivery.deliver()
    clock.now += LEASE + timedelta(minutes=1)
    delivery.deliver()
    assert [row(store, identity).outcome for identity in ids] == [Outcome.SENT] * count
    assert set(copies(smtp_sink).values()) == {1}
