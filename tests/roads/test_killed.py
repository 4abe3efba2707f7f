"""Killed at every durable boundary, in turn, and started again: nothing is lost, nothing is doubled.

One installation lives through all of it. Before each start new mails arrive, so that every boundary is passed; each
start is also the recovery from the kill before it. What counts at the end is read from the source and the sink.
"""

import pytest

from tests.roads.boundaries import boundaries
from tests.roads.deaths import Crowd, die_at_each
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.smtp import SmtpSink

OFF_THE_ROAD = (
    "ingest.",  # the ingest command
    "form.",  # the form: tests/roads/test_form.py
    "account.",  # the user command, and whom the demonstration signs in
    "replay",  # the replay command
    "program.",  # the program command
    "hooks.",  # programs that are told: tests/notify/hooks
    "ticket.",  # cases that are kept in Jira: test_jira.py
    "backup.",  # the backup command: tests/app/backup
    "restore.",  # the restore command: tests/app/commands/test_backup.py
    "citizen.",  # the page at the end of a case
    "contact.",  # the contact command
    "privacy.",  # the privacy command: tests/app/commands/test_privacy.py
    "purge.",  # nothing is old on this road
    "shadow.",  # a model beside the one in use
    "review.",  # tags looked at by a person
    "logged.",  # calls off the line
    "case.alarms",  # the sweep: tests/notify/test_sweep_killed.py
    "case.offers",  # somebody who is there
    "clocks.recompute",  # a start with another profile
    "presence",  # the presence command
    "days.keep",  # counted again: tests/desk/dashboard/test_keeping.py
    "probe",  # mailbox check --probe
    "backfill.",  # the backfill command
    "lmtp.",  # the second door
    "voice.",  # the phone: test_calls_killed.py
    "leg.",
    "recording.",
    "directory.",  # the directory command
    "articles.",  # the articles command
    "probing.",  # the probe command: test_probing.py
    "incident.",  # the incident command
    "rehearsal.",  # a rehearsal
    "intake.fail",  # a message that breaks its reader
    "imap.copied",  # a server without MOVE
    "imap.rescanned",  # a UIDVALIDITY that changed
    "imap.failed",  # a server that is away: test_killed_scaled.py
    "imap.release",  # a process that ends well: test_killed_scaled.py
    "sweep.",  # many workers: test_killed_scaled.py
    "outbound.settle",  # an answer that could not be recorded
    "work.renew",  # a batch that outlasts its lease: tests/store/test_renewing.py
    "outbound.postpone",  # no mail server configured
)
"""How the boundaries begin that an ordinary mail does not pass on these servers, and who does."""

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
    crowd = Crowd(folder)
    outcome = die_at_each(house, crowd, smtp_sink, on_the_road(), EACH)
    assert outcome.is_good, outcome
    assert folder.uids() == []
    assert len(folder.uids(f"{folder.folder}-done")) == len(crowd.people)
