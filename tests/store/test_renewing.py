"""Claims that outlast their lease: kept while somebody lives who works on them, lost soon after a crash."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest

from store.engine import open_engine
from store.failpoint import arm
from store.renewing import EVERY, renewed
from store.tx import Store
from store.work import LEASE
from tests.servers.process import wait_until
from tests.store.test_work import NOW, claim, receive, row

AT_ONCE = timedelta(milliseconds=5)
LATER = NOW + timedelta(hours=1)


def test_a_claim_is_renewed_for_as_long_as_the_block_runs(store: Store) -> None:
    mine, other = receive(store, b"x", b"y")
    claim(store, "one", limit=1)
    with renewed(store, lambda tx: tx.inbound.renew("one", [mine, other], LATER), every=AT_ONCE):
        wait_until(lambda: row(store, mine).due_at == LATER + LEASE, "the lease is renewed")
    assert row(store, other).due_at == NOW
    assert claim(store, "next", at=LATER) == [other]


def test_who_hangs_loses_it(store: Store) -> None:
    [mine] = receive(store, b"x")
    claim(store, "hangs")
    asked = []
    with renewed(store, lambda tx: asked.append(tx), longest=AT_ONCE, every=4 * AT_ONCE):
        wait_until(lambda: claim(store, "next", at=NOW + LEASE) == [mine], "another has it")
    assert asked == []


def test_a_renewal_that_fails_is_followed_by_another(store: Store) -> None:
    [mine] = receive(store, b"x")
    claim(store, "one")
    fails = iter([ConnectionError("the database went away")])

    def renew(tx: object) -> None:
        if error := next(fails, None):
            raise error
        tx.inbound.renew("one", [mine], LATER)  # type: ignore[attr-defined]

    with renewed(store, renew, every=AT_ONCE):
        wait_until(lambda: row(store, mine).due_at == LATER + LEASE, "the lease is renewed")


def test_a_lease_outlives_three_renewals_that_fail() -> None:
    assert 3 * EVERY < LEASE


@pytest.mark.parametrize(("point", "ends"), [("work.renew.before", NOW + LEASE), ("work.renew.after", LATER + LEASE)])
def test_killed_as_it_renews_its_rows_come_back_when_the_last_lease_ends(
    database_url: str, point: str, ends: object
) -> None:
    store = Store(open_engine(database_url))
    [mine] = receive(store, b"x")
    claim(store, "dead")
    store.engine.dispose()
    child = multiprocessing.get_context("fork").Process(target=renew_until_killed, args=(database_url, mine, point))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert row(store, mine).due_at == ends
    assert claim(store, "next", at=LATER + LEASE) == [mine]
    store.engine.dispose()


def renew_until_killed(database_url: str, identity: int, point: str) -> None:
    arm(point)
    store = Store(open_engine(database_url))
    with renewed(store, lambda tx: tx.inbound.renew("dead", [identity], LATER), every=AT_ONCE):
        signal.pause()
    os._exit(1)
