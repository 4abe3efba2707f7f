"""A clock that a test moves, and a delivery to a real server that reads it."""

from collections.abc import Iterator

import pytest

from notify.account import account
from notify.deliver import Delivery
from notify.smtp import Patience, Submission
from store.tx import Store
from tests.notify.outbox import Clock, delivery_of
from tests.notify.sending import Seconds
from tests.servers.smtp import SmtpSink


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def submission(smtp_sink: SmtpSink, clock: Clock) -> Iterator[Submission]:
    sender = Submission(account(smtp_sink.url, "monpermis.example.be"), Patience(5, 5, 5), lambda: clock().timestamp())
    yield sender
    sender.close()


@pytest.fixture
def delivery(store: Store, submission: Submission, clock: Clock) -> Delivery:
    return delivery_of(store, submission, clock)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()
