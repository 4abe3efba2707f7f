"""Killed at every durable boundary, in turn, and started again: nothing is lost, nothing is doubled.

One installation lives through all of it. Before each start new mails arrive, so that every boundary is passed; each
start is also the recovery from the kill before it. What counts at the end is read from the source and the sink.
"""

import json
from collections import Counter

import pytest

from tests.mails import mail
from tests.roads.boundaries import boundaries
from tests.roads.house import House, arrive
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink

OFF_THE_ROAD = (
    "ingest.",  # the ingest command
    "form.",  # the form: tests/roads/test_form.py
    "account.",  # the user command, and whom the demonstration signs in
    "replay",  # the replay command
    "citizen.",  # the page at the end of a case
    "contact.",  # the contact command
    "shadow.",  # a model beside the one in use
    "review.",  # tags looked at by a person
    "logged.",  # calls off the line
    "case.alarms",  # the sweep: tests/notify/test_sweep_killed.py
    "case.offers",  # somebody who is there
    "clocks.recompute",  # a start with another profile
    "presence",  # the presence command
    "probe",  # mailbox check --probe
    "backfill.",  # the backfill command
    "lmtp.",  # the second door
    "voice.",  # the phone: test_calls_killed.py
    "leg.",
    "recording.",
    "directory.",  # the directory command
    "incident.",  # the incident command
    "rehearsal.",  # a rehearsal
    "intake.fail",  # a message that breaks its reader
    "imap.copied",  # a server without MOVE
    "imap.rescanned",  # a UIDVALIDITY that changed
    "outbound.settle",  # an answer that could not be recorded
    "work.renew",  # a batch that outlasts its lease: tests/store/test_renewing.py
    "outbound.postpone",  # no mail server configured
)
"""How the boundaries begin that an ordinary mail does not pass on these servers, and who does."""

UNDER_WAY = ("outbound.", "smtp.")
"""How the boundaries begin at which a mail is on its way out."""

EACH = 3
"""Mails that arrive before each start."""


def on_the_road() -> list[str]:
    """Every boundary that an ordinary mail passes."""
    return [place for place in boundaries("app", "ingest", "notify") if not place.startswith(OFF_THE_ROAD)]


def test_every_boundary_is_found() -> None:
    found = on_the_road()
    assert {"imap.fetched", "imap.marked", "smtp.accepted", "imap.receive.before", "outbound.sent.after"} <= set(found)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.servers("dovecot")
@pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True)
def test_killed_at_every_boundary_nothing_is_lost_and_nothing_doubled(
    house: House, folder: OtherClient, smtp_sink: SmtpSink
) -> None:
    failpoints = on_the_road()
    sent = []
    for number, failpoint in enumerate(failpoints):
        mails = [f"u{number}x{n}@example.org" for n in range(EACH)]
        sent += mails
        arrive(folder, *(mail(f"{one}\n", sender=one, message_id=f"<{one}>") for one in mails))
        with house.running(failpoint) as child:
            wait_until(lambda child=child: child.poll() is not None, f"{failpoint} is reached", 60)
            assert child.returncode == -9, house.log()[-2000:]
    with house.running():
        house.wait_until_settled()
        try_again_what_is_held(house, smtp_sink, kills=sum(one.startswith(UNDER_WAY) for one in failpoints))
        house.wait_until_settled()
    with house.store() as store, store.reading() as tx:
        cases = Counter(case.requester for case in tx.cases.latest(limit=10_000))
    assert cases == Counter(sent)
    assert_receipts_sent_once(smtp_sink, sent, kills=len(failpoints))
    assert folder.uids() == []
    assert len(folder.uids(f"{folder.folder}-done")) == len(sent)


def try_again_what_is_held(house: House, sink: SmtpSink, kills: int) -> None:
    """Do what a person does who reads `aiguillage failed`: ask whether it arrived, and send again what did not.

    A mail that was under way at two kills has no known fate and is held, though it may never have left: one for each
    two of the kills while mails leave. It may have left at both; sent again unasked, it would be there three times.
    """
    held = [json.loads(line)["id"] for line in house.run("failed", "--json").stdout.splitlines()]
    assert len(held) <= kills // 2
    arrived = {one.message["Message-ID"] for one in sink.messages}
    with house.store() as store, store.reading() as tx:
        there = {f"out:{row.id}" for row in tx.outbound.held() if row.message_id in arrived}
    if missing := [one for one in held if one not in there]:
        assert house.run("replay", *missing).returncode == 0


def assert_receipts_sent_once(sink: SmtpSink, receivers: list[str], kills: int) -> None:
    """One receipt each. A kill between 250 and our commit repeats that one mail, under the same Message-ID.

    A kill elsewhere may fall into that window too, since another thread sends meanwhile.
    """
    copies = Counter(one.message["Message-ID"] for one in sink.messages)
    receipts = {one.message["Message-ID"]: one.recipients[0] for one in sink.messages}
    acknowledged = Counter(to for to in receipts.values() if to != "equipe@spw.example.be")
    assert acknowledged == Counter(receivers)
    repeated = [count for count in copies.values() if count > 1]
    assert len(repeated) <= kills
    assert max(repeated, default=1) <= 2
