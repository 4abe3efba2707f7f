"""The sweep killed with SIGKILL at each durable boundary: every alarm is said once, every case offered once."""

import multiprocessing
import signal
from collections import Counter
from datetime import datetime

import pytest

from cases.case import EntryKind
from notify import recompute, reminders
from notify.recompute import Recompute
from store.engine import open_engine
from store.failpoint import arm
from store.tx import Store
from tests.notify.sweeping import ANNA, PAUL, Floor, at

CASES, BATCH = 7, 3
POINTS = [
    *("case.alarms.before", "case.alarms.after", "case.alarms.before:3", "case.alarms.after:3"),
    *("case.offers.before", "case.offers.after"),
    *("clocks.recompute.before", "clocks.recompute.after", "clocks.recompute.before:2", "clocks.recompute.after:3"),
]


def work(database_url: str, moment: datetime, point: str = "") -> None:
    """What a start does and what the sweep does then, in a process that dies at that failpoint."""
    arm(point)
    reminders.BATCH = recompute.BATCH = BATCH
    floor = Floor(Store(open_engine(database_url)), now=moment)
    Recompute(store=floor.store, profile=floor.profile, holidays="1", clock=lambda: moment).process()
    floor.sweep()
    floor.offer()


def run(*arguments: object) -> int | None:
    child = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    child.start()
    child.join(60)
    return child.exitcode


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_sweep_goes_on_where_it_stood(database_url: str, point: str) -> None:
    floor = Floor(Store(open_engine(database_url)))
    cases = [floor.open("03-23 09:00") for _ in range(CASES)]
    for agent in (ANNA, PAUL):
        floor.presence(agent.id)
    floor.store.engine.dispose()
    noon = at("03-23 13:00")
    assert run(database_url, noon, point) == -signal.SIGKILL
    assert run(database_url, noon) == 0
    assert [floor.said(one) for one in cases] == [[("03-23 13:00", "overdue", "response")]] * CASES
    kinds = Counter(line.kind for one in cases for line in floor.lines(one))
    assert kinds == {EntryKind.OVERDUE: CASES, EntryKind.ROUTED: CASES, EntryKind.OFFERED: CASES}
    assert {floor.case(one).queue for one in cases} == {"line2"}
    assert Counter(mail.kind for mail in floor.mails("alarm")) == {"alarm": CASES}
    floor.store.engine.dispose()
