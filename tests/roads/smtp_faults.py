"""What goes wrong between the service and its mail server, each fault a scenario with its size.

Mails that wait for their hour are not waited for: the service's clock is moved to it. Seconds are those of that clock.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from notify.record import Outcome
from store.tx import Store
from tests.roads.scene import Scene
from tests.servers.forked import Child
from tests.servers.process import wait_until
from tests.servers.strict import CUT, KEPT, StrictServer
from tests.torture.figures import Figure

GOAL = "0 lost; 5xx never tried again"
COMMANDS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".", "RSET")
FOR_NOW = dict.fromkeys(COMMANDS, "451 4.3.0 not now")
FOR_GOOD = dict.fromkeys(COMMANDS, "554 5.7.0 never")
CLOSING = dict.fromkeys(("CONNECT", "MAIL", "RCPT", "DATA", "."), "421 4.3.2 closing")
ENDED = dict.fromkeys(("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT", ".", "RSET"), CUT)

MOVED = "seconds of the service's clock, moved to when mails are due"

SETTLING = 900.0
"""Seconds of the machine within which everything is settled."""
GREYLISTED_FOR = 300.0
LATER = 7200.0
"""Seconds after which whatever is tried again was."""


class Clock:
    """The service's clock, kept in a file, and ahead of the machine's (tests/roads/ahead.py)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ahead = 0.0
        self.move(0.0)

    def __call__(self) -> float:
        return time.time() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds
        moved = self.file.with_suffix(".new")
        moved.write_text(str(self.ahead))
        moved.replace(self.file)


@dataclass(kw_only=True)
class SmtpScene(Scene):
    """A scene whose mails go to a strict server, with a clock that can be moved. `child` is the service's process."""

    sink: StrictServer
    clock: Clock
    child: Child

    def wait_until_settled(self) -> float:
        """Wait until no mail waits to leave, and have their hours come; the seconds of the service's clock."""
        began = self.clock()
        with self.house.store() as store:
            wait_until(lambda: self._is_settled(store), "everything is settled", SETTLING)
        return self.clock() - began

    def figure(self, fault: str, people: Sequence[str], seconds: float, repeats: int = 0, goal: str = GOAL) -> Figure:
        """What became of these people's mails and of the notices to the team, of which so many may come twice."""
        with self.house.store() as store, store.reading() as tx:
            rows = tx.outbound.latest(1_000_000)
        copies = Counter(one.message["Message-ID"] for one in self.sink.messages)
        refused = [row for row in rows if row.outcome == Outcome.REFUSED]
        astray = [row for row in rows if not copies[row.message_id] and row.outcome != Outcome.REFUSED]
        again = [row for row in refused if copies[row.message_id] or row.smtp_reply[0] != "5"]
        counts = self.tally(people)
        counts["lost"] = max(counts["lost"], len(astray))
        double = counts["second_cases"] or counts["second_receipts"] or counts["repeats"] > repeats
        told = [f"{len(refused)} refused for good"] * bool(refused) + [MOVED] * (self.clock.ahead > 0)
        remark = "; ".join([*told, *sorted(set(self.sink.violations))])
        return Figure(
            area="smtp",
            fault=fault,
            mode="embedded",
            settled_seconds=round(seconds, 1),
            goal=goal,
            met=not (counts["lost"] or double or again or self.sink.violations),
            remark=remark,
            **counts,
        )

    def _is_settled(self, store: Store) -> bool:
        with store.reading() as tx:
            fates = {row.disposition for row in tx.inbound.balance(*self.house.ever)}
            kept = sum(row[2] for row in tx.inbound.balance(*self.house.ever))
            waiting = tx.outbound.pending(limit=10_000)
        if kept < len(self.sent) or "pending" in fates:
            return False
        if waiting and not any(row.lease for row in waiting):
            self.clock.move(max(waiting[0].due_at.timestamp() - self.clock(), 0.0))
        return not waiting


Scenario = Callable[[SmtpScene, int], Figure]
Replies = dict[str, str]


def answered(scene: SmtpScene, size: int, replies: Replies, fault: str, repeats: int = 0) -> Figure:
    """Each of these commands answered so to `size` mails, or twice where the server is left alone after it."""
    for command, reply in replies.items():
        scene.sink.reply_with(command, reply, times=min(2, size) if _leaves(command, reply) else size)
    if "RSET" in replies:
        scene.sink.reply_with("RCPT", "450 4.2.1 to be taken back", times=size)
    people = scene.write(size * len(replies))
    seconds = scene.wait_until_settled()
    _come_back_later(scene)
    return scene.figure(fault, people, seconds, repeats)


def lost_replies(scene: SmtpScene, size: int) -> Figure:
    """The connection ends after the final dot; the mail is there, and nobody has said so."""
    fault = "cut after the dot, the mail is there"
    return answered(scene, size, {".": KEPT}, fault, repeats=size)


def partly_refused(scene: SmtpScene, size: int) -> Figure:
    """Every second receiver is refused for good."""
    people = scene.strangers(2 * size)
    scene.sink.refused = dict.fromkeys(people[::2], "550 5.1.1 no such person")
    scene.write(people)
    seconds = scene.wait_until_settled()
    _come_back_later(scene)
    offers = {scene.sink.offers[one] for one in people}
    figure = scene.figure("every second receiver refused", people, seconds)
    assert offers == {1}
    return figure


def greylisted(scene: SmtpScene, size: int) -> Figure:
    """Each envelope is put off until it comes again after five minutes."""
    scene.sink.greylist_for = GREYLISTED_FOR
    people = scene.write(size)
    seconds = scene.wait_until_settled()
    figure = scene.figure("greylisting: five minutes, the same envelope", people, seconds)
    assert {scene.sink.offers[one] for one in people} == {2}
    return figure


def slowly_answered(scene: SmtpScene, seconds: int) -> Figure:
    """A server that takes so long to answer the final dot: RFC 5321 4.5.3.2.6 wants ten minutes of patience."""
    scene.sink.thinks_for = seconds
    people = scene.write(1)
    waited = scene.wait_until_answered(people)
    scene.sink.thinks_for = 0.0
    scene.wait_until_settled()
    return scene.figure(f"250 after {seconds} s", people, waited, goal="0 lost, 0 double")


def dismissed(scene: SmtpScene, reply: str) -> Figure:
    """QUIT refused, or cut short, where the service ends."""
    people = scene.write(1)
    seconds = scene.wait_until_settled()
    scene.sink.reply_with("QUIT", reply)
    scene.child.send_signal(signal.SIGINT)
    assert scene.child.wait(30) == 0
    return scene.figure(f"{reply[:3] or 'cut'} at QUIT", people, seconds)


def _leaves(command: str, reply: str) -> bool:
    """Whether a server that says so goes away before it has seen a message: it is tried again later and later."""
    return (
        command in ("CONNECT", "EHLO") or reply[:3] == "421" or (reply == CUT and command in ("MAIL", "RCPT", "DATA"))
    )


def _come_back_later(scene: SmtpScene) -> None:
    """Let every wait end, and every look be taken: whatever was to be tried again is."""
    scene.clock.move(LATER)
    scene.wait_until_answered(scene.write(1))
