"""Guessing is slow, and shuts nobody else out."""

import time
from collections.abc import Callable

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from desk.counters import ANSWER_SECONDS, Counters
from desk.rates import Rate
from desk.signin.attempts import Attempt, Attempts
from desk.signin.network import network_of
from store.tx import Store
from tests.desk.conftest import ORIGIN
from tests.desk.signed import BASE
from tests.desk.signin.conftest import Browser
from tests.desk.signin.signing import BOSS, EMAIL, WORDS, enter
from tests.servers.faulty import FaultProxy
from tests.servers.redis import Redis


def guess(client: TestClient, times: int = 5, email: str = EMAIL) -> list[int]:
    return [enter(client, "a guess", email) for _ in range(times)]


def test_after_five_guesses_one_waits_and_is_told_for_how_long(client: TestClient) -> None:
    assert guess(client) == [422] * 5
    answer = client.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "Try again in 1 minute." in answer.text
    assert enter(client, email=BOSS) == 303


def test_an_account_that_does_not_exist_behaves_the_same(client: TestClient) -> None:
    assert guess(client, 6, "nobody@example.org") == [422] * 5 + [429]


def test_its_owner_gets_in_from_the_same_office_all_the_same(another: Browser) -> None:
    own, stranger = another(), another()
    assert enter(own) == 303
    own.post("/desk/sign-out")
    assert guess(stranger, 7) == [422] * 5 + [429] * 2
    assert enter(own) == 303
    assert guess(own, 6) == [422] * 5 + [429]


def test_a_browser_that_knows_another_account_is_a_stranger(another: Browser) -> None:
    attacker = another()
    assert enter(attacker, email=BOSS) == 303
    assert guess(attacker, 6) == [422] * 5 + [429]
    attacker.cookies.set("known", attacker.cookies["known"][:-2] + "aa")
    assert enter(attacker) == 429


def test_other_networks_are_counted_apart(pages: FastAPI) -> None:
    def office(address: str) -> TestClient:
        return TestClient(pages, base_url=BASE, headers=ORIGIN, client=(address, 1), follow_redirects=False)

    with office("192.0.2.7") as attacker, office("192.0.2.99") as neighbour, office("198.51.100.1") as owner:
        guess(attacker)
        assert (enter(neighbour), enter(owner)) == (429, 303)


def test_what_was_guessed_before_the_right_one_is_forgotten(client: TestClient) -> None:
    for _ in range(3):
        guess(client, 4)
        assert enter(client) == 303


def test_a_network_that_tries_many_accounts_is_slowed_down() -> None:
    attempts = Attempts(network="3 per 1 minute")
    for number in range(3):
        assert attempts.begin(Attempt(f"account {number}", "192.0.2.0/24")) == 0
        attempts.failed(Attempt(f"account {number}", "192.0.2.0/24"))
    assert attempts.begin(Attempt("another", "192.0.2.0/24")) > 0
    assert attempts.begin(Attempt("another", "192.0.2.0/24", browser="known")) == 0
    assert attempts.begin(Attempt("another", "198.51.100.0/24")) == 0


@pytest.mark.servers("redis")
def test_several_processes_count_together_and_each_alone_while_redis_is_away(redis_server: Redis) -> None:
    here, there = Attempts(redis_server.url), Attempts(redis_server.url)
    attempt = Attempt("account", "192.0.2.0/24")
    assert [one.begin(attempt) for one in (here, there, here, there, here)] == [0] * 5
    assert there.begin(attempt) > 0
    there.succeeded(attempt)
    assert here.begin(attempt) == 0
    redis_server.stop()
    assert [there.begin(attempt) for _ in range(5)] == [0] * 5
    assert there.begin(attempt) > 0


@pytest.mark.servers("redis")
def test_a_redis_that_thinks_for_long_is_waited_for_once(redis_server: Redis) -> None:
    proxy = FaultProxy(redis_server.port)
    with proxy.running():
        attempts = Attempts(f"redis://127.0.0.1:{proxy.port}/0")
        attempt = Attempt("account", "192.0.2.0/24")
        assert attempts.begin(attempt) == 0
        proxy.faults.latency = 5.0
        waited = [taken(lambda: attempts.begin(attempt)) for _ in range(4)]
        attempts.succeeded(attempt)
        attempts.failed(attempt)
    assert waited[0] < 3 * ANSWER_SECONDS
    assert max(waited[1:]) < ANSWER_SECONDS


@pytest.mark.servers("redis")
def test_a_full_redis_counts_nothing_and_the_process_does(redis_server: Redis) -> None:
    redis_server.client().config_set("maxmemory", 1)
    attempts, attempt = Attempts(redis_server.url), Attempt("account", "192.0.2.0/24")
    assert [attempts.begin(attempt) for _ in range(5)] == [0] * 5
    assert attempts.begin(attempt) > 0


def taken(act: Callable[[], object]) -> float:
    """The seconds that it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_is_what_one_subscriber_has(address: str, network: str) -> None:
    assert network_of(Request({"type": "http", "client": (address, 1), "headers": []})) == network


def test_failures_are_audited_without_what_was_typed(client: TestClient, store: Store) -> None:
    guess(client, 1)
    guess(client, 1, "nobody@example.org")
    with store.reading() as tx:
        rows = tx.audit.newest(2)
    assert [(row.actor, row.about, row.data) for row in rows] == [("", "", {}), ("", "nora", {})]


@pytest.mark.servers("redis")
def test_what_strangers_do_is_counted_by_all_processes_together(redis_server: Redis) -> None:
    here, there = (Rate("form.send", "3 per 1 hour", Counters(redis_server.url)) for _ in range(2))
    other = Rate("form.step", "3 per 1 hour", Counters(redis_server.url))
    assert [one.allows("192.0.2.0/24") for one in (here, there, here, there, here)] == [True] * 3 + [False] * 2
    assert there.allows("198.51.100.0/24")
    assert other.allows("192.0.2.0/24")
