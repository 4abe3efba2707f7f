"""Processes killed at every boundary, and at any moment, in full; AIGUILLAGE_TORTURE_SEED names another course."""

import os
from collections import deque
from collections.abc import Sequence
from itertools import chain, repeat
from traceback import extract_tb

import pytest

from tests.roads.deaths import SETTLING, Crowd, Outcome, die_at_any_moment, die_at_each, die_at_each_post
from tests.roads.fleet import Fleet
from tests.roads.house import House
from tests.roads.judging import judge
from tests.roads.test_calls_killed import deaths, die_at_each_boundary, founded
from tests.roads.test_killed import on_the_road
from tests.roads.test_killed_scaled import places
from tests.roads.town import Town
from tests.servers.imap import OtherClient
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink
from tests.torture.figures import Figure, Keep

pytestmark = [
    pytest.mark.torture,
    pytest.mark.timeout(3600),
    pytest.mark.servers("dovecot", "postgres", "redis"),
]
dovecot = pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True)

MAILS = 500
RANDOM_MAILS, RANDOM_KILLS = 2000, 60
ROUNDS = 3
"""How often each boundary of a call: some seventy people call in each."""
SEED = int(os.environ.get("AIGUILLAGE_TORTURE_SEED", "1"))
AT_EACH = "SIGKILL at each boundary"
AT_ANY = f"SIGKILL at any moment, {RANDOM_KILLS} times, every 0.5–5 s"


@dovecot
def test_at_each_boundary_of_a_mail_embedded(
    busy_house: House, folder: OtherClient, smtp_sink: SmtpSink, keep_figure: Keep
) -> None:
    each = each_of(on_the_road())
    outcome = die_at_each(busy_house, Crowd(folder), smtp_sink, on_the_road(), each)
    judged(keep_figure, outcome, AT_EACH, "embedded")


@dovecot
def test_at_each_boundary_of_a_mail_scaled(
    fleet: Fleet, folder: OtherClient, smtp_sink: SmtpSink, keep_figure: Keep
) -> None:
    outcome = die_at_each_post(fleet, Crowd(folder), smtp_sink, places(), each_of(places()))
    judged(keep_figure, outcome, AT_EACH, "scaled")


@dovecot
def test_at_any_moment_embedded(busy_house: House, folder: OtherClient, smtp_sink: SmtpSink, keep_figure: Keep) -> None:
    extent = (RANDOM_MAILS, RANDOM_KILLS, SEED)
    with busy_house.at_sea():
        outcome = die_at_any_moment(busy_house, Crowd(folder), smtp_sink, ["run"], extent)
    judged(keep_figure, outcome, AT_ANY, "embedded")


@dovecot
def test_at_any_moment_scaled(fleet: Fleet, folder: OtherClient, smtp_sink: SmtpSink, keep_figure: Keep) -> None:
    fleet.environment["AIGUILLAGE_HTTP_BIND"] = f"127.0.0.1:{free_port()}"
    commands = ["connect", "worker", "worker", "web"]
    extent = (RANDOM_MAILS, RANDOM_KILLS, SEED)
    outcome = die_at_any_moment(fleet, Crowd(folder), smtp_sink, commands, extent)
    judged(keep_figure, outcome, AT_ANY, "scaled")


def test_at_each_boundary_of_a_call_embedded(town: Town, smtp_sink: SmtpSink, keep_figure: Keep) -> None:
    calls_judged(keep_figure, town, smtp_sink, "embedded")


@dovecot
def test_at_each_boundary_of_a_call_scaled(phone_fleet: Fleet, smtp_sink: SmtpSink, keep_figure: Keep) -> None:
    with founded(phone_fleet, phone_fleet.clock) as town:
        calls_judged(keep_figure, town, smtp_sink, "scaled")


def calls_judged(keep: Keep, town: Town, sink: SmtpSink, mode: str) -> None:
    """Keep what became of the calls, then hold it to the goal."""
    town.deaths = deque(chain.from_iterable(repeat(list(deaths()), ROUNDS)))
    failure = ""
    try:
        die_at_each_boundary(town, sink)
    except (AssertionError, TimeoutError) as error:
        failure = f"fails at {extract_tb(error.__traceback__)[-1].name}"
    calls = [one.sid for one in town.callers]
    found = judge(town.house, sink, [], calls)
    goal = "0 lost, 0 second cases, no leg rings twice, every recording kept once, every promise kept or open"
    remark = failure or f"{town.kills} kills; who was cut off by an outage is a missed call with its case"
    keep(
        Figure(
            area="kill",
            fault="SIGKILL at each boundary of a call",
            mode=mode,
            inputs=0,
            calls=len(calls),
            lost=len(found.lost),
            second_cases=len(found.second_cases),
            second_receipts=len(found.second_receipts),
            repeats=found.repeats,
            goal=goal,
            met=not failure and found.is_whole,
            remark=remark,
        )
    )
    assert failure == ""
    assert found.is_whole, found


def each_of(boundaries: Sequence[str]) -> int:
    return -(-MAILS // len(boundaries))


def judged(keep: Keep, outcome: Outcome, fault: str, mode: str) -> None:
    """Keep what was found, then hold it to the goal."""
    met = outcome.is_good and outcome.settled_seconds < SETTLING
    found = outcome.balance
    keep(
        Figure(
            area="kill",
            fault=fault,
            mode=mode,
            inputs=found.inputs,
            lost=len(found.lost) + len(found.unanswered),
            second_cases=len(found.second_cases),
            second_receipts=len(found.second_receipts),
            repeats=found.repeats,
            settled_seconds=round(outcome.settled_seconds, 1),
            goal=f"0 lost, 0 double, settled within {SETTLING:.0f} s, one repeat for each kill at most",
            met=met,
            remark=f"{outcome.kills} kills; {outcome.held} mails were under way at two of them: their fate is unknown, "
            "so they are held, and a person who asked sent again what had not arrived",
        )
    )
    assert met, outcome
