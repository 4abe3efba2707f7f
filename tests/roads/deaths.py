"""A service that is killed at every boundary of a mail's road, or at any moment, and what becomes of what it held."""

import itertools
import json
import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.mails import mail
from tests.roads.fleet import Fleet
from tests.roads.house import SETTLING, House, Ship, arrive
from tests.roads.judging import judge
from tests.roads.oracle import Balance
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink

UNDER_WAY = ("outbound.", "smtp.")
"""How the boundaries begin at which a mail is on its way out."""

MAILBOX_LEASE = 31
"""Seconds after which a dead poller's mailbox is another's."""

REACHED = 120.0
"""Seconds within which a process that is to die somewhere must come there."""

PATIENCE = 4 * SETTLING
"""Seconds after which nothing more is expected; the goal is shorter."""


@dataclass
class Crowd:
    """People who write one mail each, under known addresses."""

    folder: OtherClient
    people: list[str] = field(default_factory=list)

    def write(self, number: int) -> None:
        """So many more of them write."""
        begin = len(self.people)
        fresh = [f"u{n}@example.org" for n in range(begin, begin + number)]
        self.people += fresh
        arrive(self.folder, *(mail(f"{one}\n", sender=one, message_id=f"<m.{one}>") for one in fresh))


@dataclass(frozen=True)
class Outcome:
    """What an oracle says after the last death, and how long it took until nothing waited. `held` mails were under way
    at two deaths, so that nobody knew whether they had arrived: a person looked, and sent again what had not."""

    balance: Balance
    kills: int
    held: int
    settled_seconds: float

    @property
    def is_good(self) -> bool:
        return self.balance.is_whole and self.balance.repeats <= self.kills


def die_at_each(house: House, crowd: Crowd, sink: SmtpSink, places: Sequence[str], each: int) -> Outcome:
    """One process that dies at each place in turn; `each` mails arrive before every start."""
    for place in places:
        crowd.write(each)
        with house.running(place) as child:
            wait_until(lambda child=child: child.poll() is not None, f"{place} is reached", 60)
            assert child.returncode == -9, house.log()[-2000:]
    with house.running():
        return settle(house, crowd, sink, places)


def settle(house: House, crowd: Crowd, sink: SmtpSink, places: Sequence[str], calls: Sequence[str] = ()) -> Outcome:
    """Wait until nothing waits, do what a person does about mails of unknown fate, and ask the oracle."""
    began = time.monotonic()
    with suppress(TimeoutError):  # the oracle says what is missing
        house.wait_until_settled(len(crowd.people), PATIENCE)
    seconds = time.monotonic() - began
    held = try_again_what_is_held(house, sink, sum(one.startswith(UNDER_WAY) for one in places))
    with suppress(TimeoutError):
        house.wait_until_settled(len(crowd.people))
    return Outcome(judge(house, sink, crowd.people, calls), len(places), held, seconds)


def try_again_what_is_held(house: House, sink: SmtpSink, kills: int) -> int:
    """Do what a person does who reads `aiguillage failed`: ask whether it arrived, and send again what did not.

    A mail that was under way at two kills has no known fate and is held, though it may never have left: one for each
    two of the kills while mails leave. It may have left at both; sent again unasked, it would be there three times.
    """
    held = [json.loads(line)["id"] for line in house.run("failed", "--json").stdout.splitlines()]
    assert len(held) <= kills // 2
    arrived = {one.message["Message-ID"] for one in sink.messages}
    with house.store() as store, store.reading() as tx:
        there = {f"out:{row.id}" for row in tx.outbound.held() if row.message_id in arrived}
    if missing := [one for one in held if one not in there]:
        assert house.run("replay", *missing).returncode == 0
    return len(held)


@dataclass
class Post:
    """One kind of process of a fleet, which dies at each of its places in turn and is started again at once."""

    fleet: Fleet
    command: str
    places: deque[str]
    ship: Ship | None = None
    dies_at: str = ""
    since: float = 0.0

    def keep_manned(self) -> bool:
        """Start the next one where there is none; whether it was."""
        if self.ship and not self.ship.is_dead:
            late = self.dies_at and time.monotonic() - self.since > REACHED
            assert not late, f"{self.dies_at} is not reached: {self.ship.log()[-2000:]}"
            return False
        if self.ship:
            assert self.ship.child.returncode == -9, f"{self.dies_at}: {self.ship.log()[-2000:]}"
        self.dies_at, self.since = self.places.popleft() if self.places else "", time.monotonic()
        self.ship = self.fleet.start(self.command, self.dies_at)
        return True


def die_at_each_post(fleet: Fleet, crowd: Crowd, sink: SmtpSink, places: Sequence[str], each: int) -> Outcome:
    """`connect` and a `worker` that die at their places, both at a time, while `each` mails arrive for every start.

    The clock goes on with each start, so that nobody waits for the leases of the dead.
    """
    posts = [Post(fleet, command, deque(theirs)) for command, theirs in by_command(places).items()]
    starts = itertools.count()

    def all_have_died() -> bool:
        for post in posts:
            if post.keep_manned():
                fleet.move_clock(MAILBOX_LEASE * next(starts))
                crowd.write(each)
        return not any(post.dies_at for post in posts)

    wait_until(all_have_died, "every place is reached", REACHED * len(places))
    fleet.move_clock(MAILBOX_LEASE * next(starts))
    return settle(fleet, crowd, sink, places)


def by_command(places: Iterable[str]) -> dict[str, list[str]]:
    """The boundaries of a mail's road by the process that passes them. Only the embedded mode passes its start's."""
    ours = [place for place in places if not place.startswith("start.")]
    connects = [place for place in ours if place.startswith("imap.")]
    return {"connect": connects, "worker": [place for place in ours if place not in connects]}


@dataclass
class Roulette:
    """Processes of which any one is killed at any moment and started again at once. `starts` is one for each."""

    starts: Sequence[Callable[[], Ship]]
    chance: random.Random
    pauses: tuple[float, float] = (0.5, 5.0)

    def play(self, kills: int, before_each: Callable[[], object]) -> None:
        """Kill that often; what happens before each death happens while all of them run."""
        running = [start() for start in self.starts]
        for _ in range(kills):
            before_each()
            time.sleep(self.chance.uniform(*self.pauses))
            victim = self.chance.randrange(len(running))
            running[victim].kill()
            running[victim] = self.starts[victim]()


def die_at_any_moment(
    house: House, crowd: Crowd, sink: SmtpSink, commands: Sequence[str], extent: tuple[int, int, int]
) -> Outcome:
    """Processes of these commands are killed at any moment; `extent` is the mails, the kills and the seed.

    The clock is left alone: what the dead held comes back by itself.
    """
    mails, kills, seed = extent
    starts = [lambda command=command: house.start(command) for command in commands]
    Roulette(starts, random.Random(seed)).play(kills, lambda: crowd.write(mails // kills))
    return settle(house, crowd, sink, ["smtp."] * kills)
