"""The simulated day: the same for the same seed, and more of everything makes nobody wait longer."""

from dataclasses import replace

import pytest

from bench.simulate import DAY, STEP, Costs, Plant, busiest, rates, simulate, workers_for

COST = Costs(
    connect=0.0005,
    read=0.008,
    decide=0.0015,
    deliver=0.005,
    sent=1.8,
    server=0.003,
    server_deliver=0.003,
    raw=50_000,
    rows=30_000,
    log=100_000,
    commits=4,
    worker_mb=170,
    web_mb=75,
)


def test_a_day_has_as_many_mails_as_it_should_but_for_its_incident() -> None:
    found = rates(1_000_000).sum() * STEP
    assert 1_000_000 < found < 1_150_000
    assert busiest(1_000_000) == pytest.approx(10 * busiest(100_000))
    assert busiest(1_000_000) > 8 * 1_000_000 / DAY


def test_one_seed_is_one_day() -> None:
    assert simulate(300_000, COST, Plant(2)) == simulate(300_000, COST, Plant(2))


def test_a_quiet_service_answers_at_once() -> None:
    day = simulate(5_000, COST, Plant(1))
    assert day.is_done
    assert day.worst <= 2 * STEP


def test_more_workers_never_make_anybody_wait_longer() -> None:
    waits = [simulate(600_000, COST, Plant(workers)) for workers in (1, 2, 4, 8)]
    assert [one.p99 for one in waits] == sorted((one.p99 for one in waits), reverse=True)
    assert waits[0].p99 > 60
    assert waits[0].backlog > waits[-1].backlog


def test_what_one_at_a_time_decides_is_a_ceiling_that_no_worker_lifts() -> None:
    slow = replace(COST, decide=0.05)
    assert workers_for(1_000_000, slow, 60, cores=64) is None
    few, many = (simulate(1_000_000, slow, Plant(workers, 64)) for workers in (16, 64))
    assert few.p99 == many.p99


def test_a_small_database_holds_everybody_up() -> None:
    slow = replace(COST, server=0.1, server_deliver=0.1)
    assert simulate(300_000, slow, Plant(8, database_cores=1)).p99 > simulate(300_000, slow, Plant(8, 8)).p99


def test_the_fewest_workers_are_enough_and_one_fewer_is_not() -> None:
    found = workers_for(600_000, COST, 120, cores=4)
    assert found
    assert simulate(600_000, COST, Plant(found)).p99 <= 120 < simulate(600_000, COST, Plant(found - 1)).p99
