"""Work rows under claims, leases and several workers, the same on both databases."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from store.engine import open_engine
from store.inbound import BATCH_BYTES, Delivery
from store.tx import Store
from store.work import LEASE, LONGEST_WAIT, LeaseLostError, State, wait_after
from tests.servers.postgres import Postgres
from tests.servers.process import wait_until

NOW = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


def receive(store: Store, *raws: bytes, at: datetime = NOW) -> list[int]:
    deliveries = [
        Delivery(source="box", external_id=f"{hash(raw)}:{n}", raw=raw, received_at=at) for n, raw in enumerate(raws)
    ]
    with store.transaction("test") as tx:
        return tx.inbound.add_once(deliveries, at)


def claim(store: Store, lease: str, limit: int = 10, at: datetime = NOW) -> list[int]:
    with store.transaction("test") as tx:
        return [row.id for row in tx.inbound.claim(lease, limit, at)]


def row(store: Store, identity: int) -> Any:
    with store.reading() as tx:
        return tx.inbound.get([identity])[0]


def test_a_claim_takes_no_more_than_its_limit_and_no_row_twice(store: Store) -> None:
    ids = receive(store, *(b"%d" % n for n in range(7)))
    assert claim(store, "one", 3) == ids[:3]
    assert claim(store, "two", 10) == ids[3:]
    assert claim(store, "three") == []


def test_many_workers_at_once_share_the_rows_without_overlap(store: Store) -> None:
    ids = receive(store, *(b"%d" % n for n in range(60)))
    claimed: list[int] = []
    start = threading.Barrier(6)

    def work(name: str) -> None:
        start.wait()
        while found := claim(store, name, 3):
            claimed.extend(found)

    threads = [threading.Thread(target=work, args=[f"w{n}"]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == ids


def test_a_dead_worker_s_rows_come_back_when_its_lease_ends(store: Store) -> None:
    [identity] = receive(store, b"x")
    claim(store, "dead")
    assert claim(store, "next", at=NOW + LEASE - timedelta(seconds=1)) == []
    assert claim(store, "next", at=NOW + LEASE) == [identity]
    assert row(store, identity).attempts == 2


def test_a_late_worker_overwrites_nothing(store: Store) -> None:
    [identity] = receive(store, b"x")
    claim(store, "late")
    claim(store, "next", at=NOW + LEASE)
    with store.transaction("test") as tx:
        tx.inbound.give_up("late", identity, "no")
        tx.inbound.retry_later("late", identity, "no", NOW)
    assert (row(store, identity).state, row(store, identity).disposition) == (State.PENDING, None)
    with store.transaction("test") as tx:
        tx.inbound.finish("next", [{"id": identity, "disposition": "case"}])
    assert (row(store, identity).state, row(store, identity).disposition) == (State.DONE, "case")


def test_what_a_late_worker_wrote_beside_its_row_falls_with_it(store: Store) -> None:
    mine, lost = receive(store, b"x", b"y")
    claim(store, "late")
    with store.transaction("test") as tx:
        tx.inbound.retry_later("late", lost, "freed", NOW)
    claim(store, "next")
    with pytest.raises(LeaseLostError), store.transaction("test") as tx:
        tx.cases.reserve(2026, 1)
        tx.inbound.finish("late", [{"id": one, "disposition": "case"} for one in (mine, lost)])
    assert row(store, mine).disposition is None
    with store.transaction("test") as tx:
        assert tx.cases.reserve(2026, 1) == [202600000001]


def test_a_row_for_later_is_not_due_before(store: Store) -> None:
    [identity] = receive(store, b"x")
    claim(store, "one")
    with store.transaction("test") as tx:
        tx.inbound.retry_later("one", identity, "TransientError", NOW + timedelta(minutes=1))
    assert claim(store, "two") == []
    assert claim(store, "two", at=NOW + timedelta(minutes=1)) == [identity]


def test_a_held_row_is_seen_and_replayed_as_new(store: Store) -> None:
    [identity] = receive(store, b"x")
    claim(store, "one")
    with store.transaction("test") as tx:
        tx.inbound.give_up("one", identity, "PermanentError: no", disposition="held", reason="no")
    with store.reading() as tx:
        assert [held.id for held in tx.inbound.held()] == [identity]
    with store.transaction("test") as tx:
        assert tx.inbound.replay([identity, 4711], NOW) == 1
    replayed = row(store, identity)
    assert (replayed.state, replayed.attempts, replayed.disposition) == (State.PENDING, 0, None)


def test_the_embedded_process_frees_what_its_last_life_held(store: Store) -> None:
    [identity] = receive(store, b"x")
    claim(store, "killed")
    with store.transaction("test") as tx:
        assert tx.inbound.release_all(NOW) == 1
    assert claim(store, "new") == [identity]


def test_a_batch_is_bounded_in_bytes_but_never_empty(store: Store) -> None:
    big = BATCH_BYTES // 2 + 1
    first, *_ = receive(store, b"a" * big, b"b" * big, b"c" * (BATCH_BYTES + 1))
    with store.transaction("test") as tx:
        assert [one.row.id for one in tx.inbound.claim_batch("one", NOW)] == [first]
    with store.transaction("test") as tx:
        assert len(tx.inbound.claim_batch("two", NOW)) == 1
    with store.transaction("test") as tx:
        assert len(tx.inbound.claim_batch("three", NOW)[0].raw) == BATCH_BYTES + 1


def test_raw_bytes_are_stored_once(store: Store) -> None:
    one, two = receive(store, b"same", b"same")
    with store.reading() as tx:
        assert (tx.bodies.received(one), tx.bodies.received(two)) == (b"same", b"same")
        assert tx.inbound.known_hashes("box", [row(store, one).sha256, "0" * 64]) == {row(store, one).sha256}


@given(st.integers(min_value=0, max_value=10_000))
def test_waits_grow_and_are_bounded(attempts: int) -> None:
    assert timedelta(0) < wait_after(attempts) <= wait_after(attempts + 1) <= LONGEST_WAIT


@pytest.mark.parametrize(("count", "then"), [(1, 202600000001), (3, 202600000001)])
def test_case_numbers_are_consecutive_and_never_given_twice(store: Store, count: int, then: int) -> None:
    with store.transaction("test") as tx:
        assert tx.cases.reserve(2026, count) == list(range(then, then + count))
    with pytest.raises(RuntimeError), store.transaction("test") as tx:
        tx.cases.reserve(2026, 5)
        raise RuntimeError("rolled back: these numbers were never given")
    with store.transaction("test") as tx:
        assert tx.cases.reserve(2026, 1) == [then + count]
        assert tx.cases.reserve(2027, 1) == [202700000001]


@pytest.mark.servers("postgres")
def test_callers_do_not_wait_for_the_numbers_of_a_long_batch(postgres: Postgres) -> None:
    with postgres.database() as url:
        store, hurried = Store(open_engine(url)), Store(open_engine(url, hurried=True), hurried=True)
        with pytest.raises(RuntimeError), store.transaction("test") as tx:
            assert tx.cases.reserve_apart(2026, 2) == [202600000001, 202600000002]
            assert hurried.run("test", lambda other: other.cases.reserve(2026, 1)) == [202600000003]
            raise RuntimeError("rolled back: two numbers are a gap")
        with store.transaction("test") as tx:
            assert tx.cases.reserve_apart(2026, 1) == [202600000004]


@pytest.mark.servers("postgres")
def test_who_renews_and_who_finishes_never_wait_for_each_other(postgres: Postgres) -> None:
    """A server walks rows as they lie on the disk, which is not the order in which they are worked."""
    with postgres.database() as url:
        store = Store(open_engine(url))
        first, second = receive(store, b"1", b"2")
        claim(store, "mine")
        while as_they_lie(store) != [second, first]:
            with store.transaction("test") as tx:
                tx.inbound.renew("mine", [first], NOW)
        done = threading.Event()

        def renew() -> None:
            with store.transaction("test") as tx:
                for one in ("indexscan", "bitmapscan", "indexonlyscan"):
                    tx.connection.execute(text(f"SET LOCAL enable_{one} = off"))
                tx.inbound.renew("mine", [first, second], NOW)
            done.set()

        with store.transaction("test") as tx:
            tx.inbound.renew("mine", [first], NOW)
            thread = threading.Thread(target=renew)
            thread.start()
            wait_until(lambda: is_waiting(store), "the other one waits")
            tx.connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
            tx.inbound.renew("mine", [second], NOW)
        thread.join()
        store.engine.dispose()
    assert done.is_set()


def as_they_lie(store: Store) -> list[int]:
    with store.engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM inbound ORDER BY ctid")).scalars())


def is_waiting(store: Store) -> bool:
    """Whether some connection waits for a row of another one."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with store.engine.connect() as connection:
        return bool(connection.execute(text(waiting)).scalar_one())
