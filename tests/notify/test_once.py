"""What never leaves twice: lost replies, lost leases, a database that goes away between an answer and its record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from notify.account import account
from notify.deliver import Delivery
from notify.record import Outcome
from notify.smtp import Submission
from store.tx import Store, Transaction
from store.work import LEASE, State
from tests.notify.outbox import HELLO, NOW, Clock, copies, delivery_of, queue, row
from tests.servers.smtp import SmtpSink


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
