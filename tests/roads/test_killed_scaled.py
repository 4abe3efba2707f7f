"""`connect`, `worker` and `web` killed at their boundaries, in turn, on PostgreSQL and Redis; and at any moment."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from store import tables
from tests.roads.deaths import MAILBOX_LEASE, Crowd, by_command, die_at_any_moment, die_at_each_post
from tests.roads.fleet import Fleet
from tests.roads.test_form import Citizen, is_up
from tests.roads.test_form import places as of_a_form
from tests.roads.test_form import receipts as of_forms
from tests.roads.test_killed import on_the_road
from tests.servers.imap import OtherClient
from tests.servers.postgres import Postgres
from tests.servers.process import free_port, wait_until
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpSink

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

DUTY = {
    "connect": ("imap.release", select(tables.mailbox_state.c.lease)),
    "worker": ("sweep.release", select(tables.lease.c.owner)),
}
"""What a process gives back at its end, and who has it now."""


def places() -> list[str]:
    """What mails pass, and the sweep's lease."""
    return [*on_the_road(), "sweep.lease.before", "sweep.lease.after"]


def test_connect_and_worker_die_at_every_boundary(fleet: Fleet, folder: OtherClient, smtp_sink: SmtpSink) -> None:
    found = by_command(places())
    assert {"imap.fetched", "imap.marked", "imap.lease.after"} <= set(found["connect"])
    assert {"intake.process.after", "smtp.accepted", "sweep.lease.before"} <= set(found["worker"])
    outcome = die_at_each_post(fleet, Crowd(folder), smtp_sink, places(), each=2)
    assert outcome.is_good, outcome


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("command", DUTY)
def test_who_dies_at_its_end_is_followed_by_another(fleet: Fleet, command: str, side: str) -> None:
    duty, _ = DUTY[command]
    first = fleet.start(command, f"{duty}.{side}")
    wait_until(lambda: owner(fleet, command), "somebody has that duty", 60)
    late = owner(fleet, command)
    first.child.send_signal(signal.SIGTERM)
    assert first.child.wait(45) == -signal.SIGKILL
    fleet.move_clock(MAILBOX_LEASE)
    fleet.start(command)
    wait_until(lambda: owner(fleet, command) not in (None, late), "the next one has it", 60)


def owner(fleet: Fleet, command: str) -> str | None:
    with fleet.store() as store, store.reading() as tx:
        found: str | None = tx.connection.execute(DUTY[command][1]).scalar()
        return found


def test_a_poller_dies_as_its_server_is_away(fleet: Fleet) -> None:
    mailbox = "AIGUILLAGE_MAILBOX_ASSISTANCE_IMAP_URL"
    fleet.environment[mailbox] = f"imap://nobody@127.0.0.1:{free_port()}"
    assert fleet.start("connect", "imap.failed.before").child.wait(60) == -signal.SIGKILL
    fleet.move_clock(MAILBOX_LEASE)
    assert fleet.start("connect", "imap.failed.after").child.wait(60) == -signal.SIGKILL
    with fleet.store() as store, store.reading() as tx:
        assert tx.mailboxes.find("assistance").failing_since


@pytest.fixture
def form_fleet(
    tmp_path: Path,
    folder: OtherClient,
    smtp_sink: SmtpSink,
    form_profile: Path,
    postgres: Postgres,
    redis_server: Redis,
) -> Iterator[Fleet]:
    found = Fleet(tmp_path, folder.account, smtp_sink.url, form_profile)
    bind = f"127.0.0.1:{free_port()}"
    found.environment |= {"AIGUILLAGE_HTTP_BIND": bind, "AIGUILLAGE_PUBLIC_URL": f"http://{bind}"}
    with postgres.database() as url, found.at_sea():
        found.use(url, redis_server.url)
        yield found


def test_web_dies_at_every_boundary_of_a_form(form_fleet: Fleet, smtp_sink: SmtpSink) -> None:
    """Who saw it die tries again once it is back; what it had claimed is a worker's later."""
    people: list[Citizen] = []
    up = is_up(form_fleet)
    for number, place in enumerate(of_a_form()):
        people.append(Citizen(form_fleet, f"u{number}@example.org"))
        web = form_fleet.start("web", place)
        wait_until(lambda web=web: up() or web.is_dead, "it answers, or is dead", 60)
        all(one.gets_through() for one in people)
        assert web.child.wait(60) == -signal.SIGKILL, place
    form_fleet.start("web")
    form_fleet.start("worker")
    wait_until(up, "the pages answer", 60)
    assert all(one.gets_through() for one in people)
    form_fleet.move_clock(MAILBOX_LEASE)
    form_fleet.wait_until_settled()
    with form_fleet.store() as store, store.reading() as tx:
        cases = Counter(case.requester for case in tx.cases.latest(limit=1000))
    assert cases == of_forms(smtp_sink) == Counter(one.email for one in people)


def test_killed_at_any_moment_all_is_settled_within_a_minute(
    fleet: Fleet, folder: OtherClient, smtp_sink: SmtpSink
) -> None:
    fleet.environment["AIGUILLAGE_HTTP_BIND"] = f"127.0.0.1:{free_port()}"
    commands = ["connect", "worker", "worker", "web"]
    outcome = die_at_any_moment(fleet, Crowd(folder), smtp_sink, commands, (30, 4, 1))
    assert outcome.is_good, outcome
    assert outcome.settled_seconds < 60
