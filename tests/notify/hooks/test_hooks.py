"""Webhooks from the case to the receiver, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from cases import actions
from cases.secondlevel import Role
from desk.api.programs import Programs
from notify.hooks.address import Guide
from notify.hooks.deliver import TRIES, Hooks
from notify.hooks.events import EventType
from notify.hooks.sending import Sender
from store.tx import Store
from store.work import State
from tests.desk.working import Work
from tests.mails import mail
from tests.notify.hooks.receiver import Receiver, is_signed, receiving

EVERYTHING = tuple(EventType)


@dataclass
class Told:
    """A program that is told of the work on cases."""

    work: Work
    receiver: Receiver
    hooks: Hooks
    secret: str = field(default="")

    def change(self, name: str, *given: Any) -> Any:
        with self.work.store.transaction("tests") as tx:
            return getattr(Programs(tx, self.work.profile, self.work.now), name)(*given)

    def tell(self, events: tuple[EventType, ...] = EVERYTHING) -> None:
        self.secret = self.change("tell", "crm", self.receiver.address, events, self.work.road.signer)

    def go(self) -> list[tuple[str, str]]:
        """All that is due; what came since."""
        before = len(self.receiver.came)
        while self.hooks.process():
            pass
        return self.receiver.said[before:]

    def rows(self) -> list[Any]:
        with self.work.store.reading() as tx:
            return tx.hooks.deliveries.newest(100)


@pytest.fixture
def told(store: Store) -> Iterator[Told]:
    work = Work(store)
    sender = Sender(Guide(frozenset({"127.0.0.1"})))
    hooks = Hooks(store=store, signer=work.road.signer, sender=sender, clock=lambda: work.now)
    with receiving() as receiver:
        found = Told(work, receiver, hooks)
        found.change("add", "crm", Role.AUDITOR, None)
        yield found
        sender.close()


def test_what_happens_to_cases_is_told_once_and_signed(told: Told) -> None:
    old = told.work.opened(mail())
    told.tell()
    assert told.go() == []
    new = told.work.opened(mail(message_id="<m2@example.org>", sender="paul@example.org"))
    assert told.go() == [("case.opened", new)]
    assert told.go() == []
    told.work.do(old, actions.note, "Vu")
    told.work.do(new, actions.close)
    assert sorted(told.go()) == [("case.changed", old), ("case.closed", new)]
    told.work.later(minutes=1)
    told.work.do(new, actions.reopen)
    assert told.go() == [("case.reopened", new)]
    assert all(is_signed(told.secret, headers, body) for headers, body in told.receiver.came)
    assert b"example" not in b"".join(body for _, body in told.receiver.came)
    assert len({headers["webhook-id"] for headers, _ in told.receiver.came}) == 4


def test_only_the_events_that_are_wanted_are_told(told: Told) -> None:
    told.tell((EventType.CLOSED,))
    number = told.work.opened(mail())
    told.work.do(number, actions.note, "Vu")
    assert told.go() == []
    told.work.do(number, actions.close)
    assert told.go() == [("case.closed", number)]


def test_who_does_not_answer_is_asked_again_under_the_same_id_and_held_in_the_end(told: Told) -> None:
    told.tell()
    told.go()
    told.receiver.status = 503
    told.work.opened(mail())
    for _ in range(TRIES + 3):
        told.go()
        told.work.later(hours=1, minutes=1)
    [row] = told.rows()
    assert (row.state, row.attempts, row.status, row.last_error) == (State.HELD, TRIES, 503, "the answer was 503")
    assert len({headers["webhook-id"] for headers, _ in told.receiver.came}) == 1
    told.receiver.status = 204
    with told.work.store.transaction("tests") as tx:
        tx.hooks.deliveries.replay([row.id], told.work.now)
    assert len(told.go()) == 1


def test_a_redirect_is_not_followed(told: Told) -> None:
    told.tell()
    told.go()
    told.receiver.status = 307
    told.work.opened(mail())
    told.go()
    assert told.rows()[0].last_error == "the answer was 307"


def test_two_secrets_sign_for_a_day(told: Told) -> None:
    told.tell()
    told.go()
    new = told.change("new_secret", "crm", told.work.road.signer)
    told.work.opened(mail())
    told.go()
    headers, body = told.receiver.came[-1]
    assert is_signed(told.secret, headers, body)
    assert is_signed(new, headers, body)
    told.work.later(days=2)
    told.work.opened(mail(message_id="<m2@example.org>", sender="paul@example.org"))
    told.go()
    headers, body = told.receiver.came[-1]
    assert is_signed(new, headers, body)
    assert not is_signed(told.secret, headers, body)


def test_a_revoked_program_is_told_nothing_and_nothing_is_looked_at(told: Told) -> None:
    told.tell()
    told.go()
    told.work.opened(mail())
    told.change("revoke", "crm")
    assert told.go() == []
    assert told.rows() == []
    with told.work.store.transaction("tests") as tx:
        assert tx.hooks.seen() is None


def test_a_case_that_is_kept_late_is_told_of(told: Told) -> None:
    """Times do not come in the order in which they are kept."""
    told.tell()
    told.go()
    first = told.work.opened(mail())
    told.go()
    told.work.road.now -= timedelta(minutes=1)
    told.work.do(first, actions.note, "Vu")
    told.work.road.now += timedelta(minutes=1)
    assert told.go() == [("case.changed", first)]


def test_what_becomes_of_an_older_case_is_told_by_its_name(told: Told) -> None:
    """Nothing was told of these before: how they were is read from their timelines."""
    left, shut = told.work.opened(mail()), told.work.opened(mail(message_id="<m2@example.org>", sender="p@example.org"))
    told.work.do(shut, actions.close)
    told.work.later(minutes=5)
    told.tell((EventType.CLOSED, EventType.REOPENED))
    told.go()
    told.work.later(minutes=5)
    told.work.do(left, actions.close)
    told.work.do(shut, actions.reopen)
    assert sorted(told.go()) == [("case.closed", left), ("case.reopened", shut)]


def test_a_hidden_case_that_is_found_again_is_told_of_as_new(told: Told) -> None:
    told.tell()
    told.go()
    number = told.work.opened(mail())
    with told.work.store.transaction("tests") as tx:
        row = tx.cases.find_number(number)
        tx.cases.write(row.id, row.version, {"hidden": True}, told.work.now)
    assert told.go() == []
    told.work.later(minutes=1)
    with told.work.store.transaction("tests") as tx:
        tx.cases.write(row.id, row.version + 1, {"hidden": False}, told.work.now)
    assert told.go() == [("case.opened", number)]


def test_no_connection_is_kept_for_another_name(told: Told) -> None:
    told.tell()
    told.go()
    for place in range(2):
        told.work.opened(mail(message_id=f"<k{place}@example.org>", sender=f"k{place}@example.org"))
        told.go()
    assert len(set(told.receiver.connections)) == 2


def test_what_was_told_is_forgotten_after_a_week(told: Told) -> None:
    told.tell()
    told.go()
    told.work.opened(mail())
    told.go()
    assert len(told.rows()) == 1
    told.work.later(days=8)
    told.go()
    assert told.rows() == []
