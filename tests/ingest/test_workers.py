"""Several workers beside each other: each row is one worker's, and an answer waits for its question."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.intake import TURN
from store.inbound import BATCH
from store.work import LEASE, State
from tests.mails import mail

QUESTION = mail()
ANSWER = mail("Encore ceci.\n", message_id="<m2@example.org>", References="<m1@example.org>")
FOREIGN = mail("Re.\n", message_id="<m3@example.org>", References="<nobody@example.org>")


def test_an_answer_waits_while_another_worker_has_its_question(road: Any) -> None:
    [question] = road.receive(QUESTION)
    answered: list[int] = []

    def meanwhile(messages: Any) -> Any:
        """While one worker tags the question, another one comes to the answer."""
        answered.extend(road.receive(ANSWER))
        road.intake.process()
        return road.intake.classify(messages)

    replace(road.intake, classify=meanwhile).process()
    [waiting] = road.rows(answered)
    assert (waiting.state, waiting.lease, waiting.attempts) == (State.PENDING, None, 0)
    road.now += TURN
    road.intake.process()
    first, second = road.rows([question, *answered])
    assert (first.disposition, second.disposition, second.case_id) == ("case", "reply", first.case_id)


@pytest.mark.parametrize("raw", [FOREIGN, ANSWER])
def test_nobody_waits_where_nobody_is_before(road: Any, raw: bytes) -> None:
    assert [row.disposition for row in road.take_in(raw)] == ["case"]


def test_what_somebody_waits_for_waits_for_nobody(road: Any) -> None:
    """A command that takes mail in says at once what became of it."""
    road.receive(QUESTION)
    with road.store.transaction("test.claim") as tx:
        tx.inbound.claim_batch("another worker", road.now)
    answered = road.receive(ANSWER)
    road.intake.process(answered)
    assert road.rows(answered)[0].disposition == "case"


def test_a_question_that_kills_its_workers_is_not_waited_for_forever(road: Any) -> None:
    road.receive(QUESTION)
    answered = road.receive(ANSWER)
    waited = 0
    while road.rows(answered)[0].state == State.PENDING:
        with road.store.transaction("test.claim") as tx:
            tx.inbound.claim_batch("a worker that dies", road.now, [1])
        road.intake.process()
        road.now += timedelta(seconds=1)
        waited += 1
    assert waited <= 2 * LEASE.total_seconds() + 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_two_workers_take_turns_every_answer_is_in_its_case(road: Any, data: st.DataObject) -> None:
    """Threads of messages, each an answer to the one before it, received in order and worked in slices."""
    run = uuid4().hex
    order = data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=10))
    received = [(one, road.receive(written(run, order, place))[0]) for place, one in enumerate(order)]
    take_turns(road, [identity for _, identity in received], data)
    while road.read(lambda tx: tx.inbound.due_count(road.now + LEASE)):
        road.now += TURN
        road.intake.process()
    for thread in set(order):
        cases = {row.case_id for row in road.rows([identity for one, identity in received if one == thread])}
        assert len(cases) == 1, order


def written(run: str, order: list[int], place: int) -> bytes:
    """The mail at that place; it answers the latest one of its thread."""
    thread = order[place]
    before = [earlier for earlier in range(place) if order[earlier] == thread]
    return mail(
        f"{place}\n",
        sender=f"t{thread}.{run}@example.org",
        message_id=f"<{place}.{run}@example.org>",
        References=f"<{before[-1]}.{run}@example.org>" if before else "",
    )


def take_turns(road: Any, identities: list[int], data: st.DataObject) -> None:
    """Workers claim slices in order, and finish them in any."""
    slices: list[tuple[list[int], str]] = []
    while identities:
        size = data.draw(st.integers(1, len(identities)))
        slices.append((identities[:size], f"worker {len(slices)}"))
        identities = identities[size:]
    claimed = []
    for rows, lease in slices:
        with road.store.transaction("test.claim") as tx:
            claimed.append((lease, tx.inbound.claim_batch(lease, road.now, rows)))
    for lease, rows in data.draw(st.permutations(claimed)):
        road.intake._settle(lease, road.intake._read(lease, rows), patient=True)


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_share_the_rows_and_no_two_have_the_same(road: Any, workers: int) -> None:
    """Each tags its batch for as long as the others need to come for theirs."""
    total = 2 * workers * BATCH
    identities = road.receive(*(mail(f"{n}\n", sender=f"w{n}@example.org", message_id=f"<w{n}>") for n in range(total)))
    together = threading.Barrier(workers)

    def tag(messages: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            together.wait(5)
        return road.classify(messages)

    def work(_: int) -> int:
        intake, done = replace(road.intake, classify=tag), 0
        while taken := intake.process():
            done += taken
        together.abort()  # nothing is left: nobody need wait for a neighbour any more
        return done

    with ThreadPoolExecutor(workers) as pool:
        shares = list(pool.map(work, range(workers)))
    rows = road.rows(identities)
    assert shares == [2 * BATCH] * workers
    assert Counter(row.attempts for row in rows) == {1: total}
    assert len({row.case_id for row in rows}) == total
