"""A foreign server that fails at one command, then works: every mail arrives, twice only where nobody could know."""

import re
from collections import Counter

import pytest

from notify.account import account
from notify.record import Outcome
from notify.smtp import Patience, Submission
from store.tx import Store
from tests.notify.outbox import Clock, delivery_of, queue, row
from tests.notify.sink import PostfixSink, postfix_sink
from tests.servers.process import free_port

MAILS = 5
COMMANDS = ["EHLO", "MAIL", "RCPT", "DATA", "."]


def message_ids(sink: PostfixSink) -> list[str]:
    found = [re.search(rb"^Message-ID: (.*)$", mail, re.MULTILINE) for mail in sink.mails]
    return [match[1].decode().strip() for match in found if match]


@pytest.mark.servers("smtp-sink")
@pytest.mark.parametrize("command", ["CONNECT", *COMMANDS])
@pytest.mark.parametrize("option", ["-q", "-Q", "-r", "-f"])
def test_nothing_is_lost_and_only_a_lost_reply_repeats(sqlite_store: Store, option: str, command: str) -> None:
    clock, port = Clock(), free_port()
    sender = Submission(
        account(f"smtp://127.0.0.1:{port}", "example.be"), Patience(5, 5, 5), lambda: clock().timestamp()
    )
    delivery = delivery_of(sqlite_store, sender, clock)
    ids = queue(sqlite_store, MAILS)
    with postfix_sink(option, command, port=port) as failing:
        delivery.deliver()
        unanswered = message_ids(failing) if (option, command) == ("-q", ".") else []
    for _ in range(20):
        clock.move(minutes=5)
        with postfix_sink(port=port) as working:
            delivery.deliver()
            arrived = message_ids(working)
        if arrived:
            break
    rows = [row(sqlite_store, identity) for identity in ids]
    refused = option == "-f" and command not in ("CONNECT", "EHLO")
    accepted_at_once = option in ("-r", "-f") and command == "EHLO"
    if refused:
        assert [(one.outcome, one.smtp_reply[:3]) for one in rows] == [(Outcome.REFUSED, "500")] * MAILS
        assert arrived == []
        return
    assert [one.outcome for one in rows] == [Outcome.SENT] * MAILS
    assert accepted_at_once or Counter(arrived) == Counter(one.message_id for one in rows)
    assert len(unanswered) <= MAILS
    sender.close()
