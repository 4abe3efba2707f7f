"""Two robots answering each other: ours, the whole of it but for the mailbox and the model, and the worst of others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app import holidays
from cases.event import Channel, Message, Tags
from cases.profile import Profile, SubAddressing
from cases.timers import Calendars
from ingest.email.event import normalise
from ingest.intake import Intake
from notify.account import account
from notify.compose import Composer
from notify.deliver import Delivery
from notify.smtp import Submission
from store.inbound import Delivery as Arrival
from store.tx import Store
from tests.notify.outbox import PUBLIC_URL, SIGNER, Clock, profile
from tests.notify.robot import Robot, serving

OURS = "assistance@monpermis.example.be"


def classify(messages: Sequence[Message]) -> Sequence[Tags]:
    return [Tags(lang="fr", category="requete", motif="acces", tool="aucun", scope="in") for _ in messages]


class House:
    """Our side: what comes in is a row, what goes out goes to the robot."""

    def __init__(self, store: Store, profile: Profile) -> None:
        self.store = store
        self.profile = profile
        self.clock = Clock()
        self.incoming: list[bytes] = []
        self.count = 0
        normalisers = {
            Channel.EMAIL: lambda one: normalise(one.raw, one.source, one.received_at, profile, SIGNER),
        }
        self.intake = Intake(
            store=store,
            profile=profile,
            signer=SIGNER,
            calendars=Calendars(profile, {name: holidays.calendar(profile, name) for name in profile.hours}),
            normalise=normalisers,
            classify=classify,
            clock=self.clock,
            articles=lambda: profile.articles,
        )

    def take(self, raw: bytes, _: str) -> None:
        self.incoming.append(raw)

    def rounds(self, delivery: Delivery, most: int) -> int:
        """Take in what came, answer it, and so on, until all is quiet or `most` rounds are over."""
        for count in range(most):
            if not self.incoming:
                return count
            arrived, self.incoming = self.incoming, []
            with self.store.transaction("test") as tx:
                tx.inbound.add_once([self._arrival(raw) for raw in arrived], self.clock())
            while self.intake.process():
                pass
            while delivery.deliver():
                pass
            self.clock.move(seconds=2)
        return most

    def _arrival(self, raw: bytes) -> Arrival:
        self.count += 1
        return Arrival(source="assistance", external_id=f"1:{self.count}", raw=raw, received_at=self.clock())


@contextmanager
def duel(house: House, robot: Robot) -> Iterator[Delivery]:
    with serving(robot) as url:
        sender = Submission(account(url, "example.be"))
        yield Delivery(
            store=house.store,
            profile=house.profile,
            composer=Composer(house.profile, SIGNER, PUBLIC_URL),
            senders={"assistance": sender},
            clock=house.clock,
        )
        sender.close()


def without_team(**changes: object) -> Profile:
    """The profile with nobody to notify, so that every mail is one to the robot."""
    return profile(team="", **changes)


def test_a_robot_that_answers_every_mail_is_answered_as_often_as_the_budget_says(
    sqlite_store: Store,
) -> None:
    house = House(sqlite_store, without_team())
    robot = Robot(house.take)
    with duel(house, robot) as delivery:
        house.incoming.append(robot.mail_to(OURS))
        assert house.rounds(delivery, 50) < 50
    assert 1 <= len(robot.received) <= house.profile.automatic_mail.budget
    assert all(b"Auto-Submitted: auto-replied" in raw for raw in robot.received)


def test_the_next_day_it_starts_again_within_the_same_budget(sqlite_store: Store) -> None:
    house = House(sqlite_store, without_team())
    robot = Robot(house.take)
    with duel(house, robot) as delivery:
        for _ in range(3):
            house.incoming.append(robot.mail_to(OURS))
            house.rounds(delivery, 50)
            house.clock.move(hours=25)
    assert len(robot.received) <= 3 * house.profile.automatic_mail.budget


def test_a_robot_that_uses_the_reply_address_joins_its_case_and_hears_no_more(sqlite_store: Store) -> None:
    house = House(sqlite_store, without_team(sub_addressing=SubAddressing.YES))
    robot = Robot(house.take, to="Reply-To")
    with duel(house, robot) as delivery:
        house.incoming.append(robot.mail_to(OURS))
        assert house.rounds(delivery, 50) == 2
    assert len(robot.received) == 1


def test_a_robot_that_changes_its_address_trips_the_breaker_of_the_mailbox(sqlite_store: Store) -> None:
    found = without_team()
    house = House(sqlite_store, replace(found, automatic_mail=replace(found.automatic_mail, mailbox_per_hour=20)))
    robot = Robot(house.take)

    def as_another(raw: bytes, recipient: str) -> None:
        house.take(raw, recipient)
        robot.address = f"absent{len(robot.received)}@example.org"

    robot.send = as_another
    with duel(house, robot) as delivery:
        house.incoming.append(robot.mail_to(OURS))
        assert house.rounds(delivery, 100) < 100
    assert len(robot.received) == 20


@pytest.mark.parametrize("address", [OURS, "info@monpermis.example.be", "beistand@monpermis.example.be"])
def test_two_of_our_own_mailboxes_never_answer_each_other(sqlite_store: Store, address: str) -> None:
    house = House(sqlite_store, without_team())
    robot = Robot(house.take, address=address)
    with duel(house, robot) as delivery:
        house.incoming.append(robot.mail_to(OURS))
        house.rounds(delivery, 5)
    assert robot.received == []
