"""The scaled mode: `connect`, `worker` and `web` as processes of their own, on PostgreSQL and Redis.

Processes are killed, Redis is emptied and stopped while mails arrive; what counts is read from source and sink.
"""

import signal
import urllib.request
from contextlib import suppress

import pytest

from tests.roads.deaths import Crowd
from tests.roads.fleet import Fleet
from tests.roads.house import Ship
from tests.roads.judging import judge
from tests.servers.imap import OtherClient
from tests.servers.process import free_port, wait_until
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpSink

pytestmark = [
    pytest.mark.slow,
    pytest.mark.servers("dovecot", "postgres", "redis"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]

LEASES_END = 300
"""Seconds after which nothing is left that a dead process had claimed."""


@pytest.mark.timeout(180)
def test_mails_are_answered_once_whatever_dies(
    fleet: Fleet, folder: OtherClient, smtp_sink: SmtpSink, redis_server: Redis
) -> None:
    fleet.environment["AIGUILLAGE_HTTP_BIND"] = f"127.0.0.1:{free_port()}"
    connects, workers, web = (
        [fleet.start("connect")],
        [fleet.start("worker"), fleet.start("worker")],
        fleet.start("web"),
    )
    crowd = Crowd(folder)
    crowd.write(60)
    fleet.wait_until_settled(60)
    assert_answered_once(fleet, smtp_sink, crowd.people, kills=0)
    wait_until(lambda: ready(fleet), "the pages answer")
    connects.append(fleet.start("connect"))
    wait_until(lambda: sum("sweeping" in one.log() for one in workers) == 1, "one of the workers sweeps")
    assert "mail_received" not in connects[1].log()
    before = len(smtp_sink.messages)
    crowd.write(40)
    wait_until(lambda: len(smtp_sink.messages) > before + 10, "the second wave is under way")
    sweeper, other = sorted(workers, key=lambda one: "sweeping" not in one.log())
    sweeper.kill()
    redis_server.client().flushall()
    redis_server.stop()
    connects[0].kill()
    fleet.move_clock(LEASES_END)
    crowd.write(20)
    fleet.wait_until_settled(120)
    assert "mail_received" in connects[1].log()
    assert "sweeping" in other.log()
    redis_server.start()
    wait_until(lambda: "redis_back" in other.log(), "the worker hears wakes again")
    crowd.write(1)
    fleet.wait_until_settled(121)
    assert_answered_once(fleet, smtp_sink, crowd.people, kills=2)
    assert other.log().count("redis_lost") <= 2  # once for what is sent, once for what is heard
    assert_ends(connects[1], other, web)


def assert_answered_once(fleet: Fleet, sink: SmtpSink, people: list[str], kills: int) -> None:
    found = judge(fleet, sink, people)
    assert found.is_whole, found
    assert found.repeats <= kills


def assert_ends(*ships: Ship) -> None:
    for ship in ships:
        ship.child.send_signal(signal.SIGTERM)
    assert [ship.child.wait(45) for ship in ships] == [0] * len(ships)


def ready(fleet: Fleet) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://{fleet.environment['AIGUILLAGE_HTTP_BIND']}/health/ready"):
        return True
    return False
