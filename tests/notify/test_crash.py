"""Delivery killed with SIGKILL at each of its durable boundaries: nothing is lost, and one mail at most comes twice."""

import multiprocessing
import signal
from collections import Counter
from datetime import UTC, datetime

import pytest

from notify.account import account
from notify.deliver import Delivery
from notify.record import Outcome
from notify.smtp import Submission
from store.engine import open_engine
from store.failpoint import arm
from store.tx import Store
from tests.notify.outbox import composer, profile, queue
from tests.servers.smtp import SmtpSink

MAILS = 6
POINTS = [
    ("outbound.claim.before", 0),
    ("outbound.claim.after", 0),
    ("outbound.sending.before", 0),
    ("outbound.sending.after", 0),
    ("smtp.accepted", 1),
    ("smtp.accepted:4", 1),
    ("outbound.sent.before", 1),
    ("outbound.sent.before:3", 1),
    ("outbound.sent.before:6", 1),
    ("outbound.sent.after", 0),
    ("outbound.sent.after:3", 0),
]


def deliver(database_url: str, smtp_url: str, point: str = "") -> None:
    """Deliver all that is due, in a process that dies at that failpoint."""
    arm(point)
    sender = Submission(account(smtp_url, "monpermis.example.be"))
    store, senders = Store(open_engine(database_url)), {"assistance": sender}
    delivery = Delivery(store=store, profile=profile(), composer=composer(), senders=senders, clock=now)
    while delivery.deliver():
        pass
    sender.close()


def run(*arguments: str) -> int | None:
    child = multiprocessing.get_context("fork").Process(target=deliver, args=arguments)
    child.start()
    child.join(60)
    return child.exitcode


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(("point", "repeated"), POINTS)
def test_a_killed_delivery_goes_on_where_it_stood(
    database_url: str, smtp_sink: SmtpSink, point: str, repeated: int
) -> None:
    store = Store(open_engine(database_url))
    ids = queue(store, MAILS, at=now())
    assert run(database_url, smtp_sink.url, point) == -signal.SIGKILL
    with store.transaction("test") as tx:
        tx.outbound.release_all(now())
    assert run(database_url, smtp_sink.url) == 0
    with store.reading() as tx:
        rows = [tx.outbound.get(identity) for identity in ids]
    assert [row.outcome for row in rows] == [Outcome.SENT] * MAILS
    copies = Counter(mail.message["Message-ID"] for mail in smtp_sink.messages)
    assert set(copies) == {row.message_id for row in rows}
    assert sum(copies.values()) == MAILS + repeated
    assert len({mail.raw for mail in smtp_sink.messages}) == MAILS
    store.engine.dispose()
