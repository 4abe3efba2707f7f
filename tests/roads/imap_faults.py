"""What goes wrong between a mailbox and the service, each fault a scenario with its size.

Each says what became of the mails that came meanwhile, and how long the slowest of them waited for its receipt, counted
from the end of the fault, or from the fault itself where it is over at once.
"""

import itertools
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.ingest.email.hostile import HOSTILE
from tests.roads.house import arrive
from tests.roads.scene import Scene
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.proxy import ImapProxy
from tests.torture.figures import Figure

BACK = 30.0
"""Seconds within which the mailbox is read again."""
DELAYED = 60.0
"""Seconds by which one mail may delay the next."""

ENDS = ("cut_after", "reset_after", "half_close_after")
BYE = b"* BYE going down\r\n"
ASIDE = "Aside"

_LISTING = b"RFC822.SIZE"
_LITERAL = re.compile(rb"(BODY\[\] )\{(\d+)\}")
_FLAGS = re.compile(rb"(PERMANENTFLAGS \([^)]*?) ?\\\*\)")


Scenario = Callable[["ImapScene", int], Figure]


@dataclass(kw_only=True)
class ImapScene(Scene):
    """A scene whose mailbox is read through a proxy."""

    proxy: ImapProxy

    @property
    def done(self) -> str:
        """The folder of what is ours."""
        return f"{self.folder.folder}-done"

    def heal(self) -> None:
        """Nothing goes wrong any longer, with connections to come."""
        self.proxy.faults.rewrite = bytes
        self.proxy.faults.refuse = False
        self.proxy.cut_all()

    def figure(self, fault: str, people: Sequence[str], waited: float, limit: float = BACK, remark: str = "") -> Figure:
        """What became of these people's mails, the slowest of which `waited` so many seconds."""
        counts = self.tally(people)
        met = not (counts["lost"] or counts["second_cases"] or counts["second_receipts"]) and waited <= limit
        goal = f"0 lost, 0 double; {'back' if limit == BACK else 'the next mail'} within {limit:g} s"
        seconds = round(waited, 1)
        return Figure(
            area="imap",
            fault=fault,
            mode="embedded",
            goal=goal,
            met=met,
            settled_seconds=seconds,
            remark=remark,
            **counts,
        )


def cuts(scene: ImapScene, size: int) -> Figure:
    """A connection that ends at every n-th byte of a conversation, in an orderly way, by RST, or half."""
    length = _conversation(scene)
    remark = f"a conversation has {length} bytes"
    return _each(scene, "connection cut at every n-th byte", size, lambda n: _end(scene, n, n * length // size), remark)


def stalls(scene: ImapScene, size: int) -> Figure:
    """A server that falls silent at every n-th byte and keeps the connection."""
    length = _conversation(scene)

    def stall(number: int) -> None:
        scene.proxy.faults.stall_after = number * length // size

    return _each(scene, "server stalls at every n-th byte", size, stall)


def byes(scene: ImapScene, size: int) -> Figure:
    """BYE instead of the n-th answer."""
    return _each(scene, "BYE instead of an answer", size, lambda n: _on_answer(scene, n % 9, _say_bye(scene)))


def wrong_literals(scene: ImapScene, size: int) -> Figure:
    """A literal that is shorter, or longer, than it was announced."""

    def lie(number: int) -> None:
        by = (1, -7, -1, 7, 300, -30)[number % 6]

        def announce(portion: bytes) -> bytes:
            lied, count = _LITERAL.subn(lambda found: b"%s{%d}" % (found[1], int(found[2]) + by), portion)
            if count:
                scene.proxy.faults.rewrite = bytes
            return lied

        scene.proxy.faults.rewrite = announce

    return _each(scene, "literal of another length than announced", size, lie)


def outage(scene: ImapScene, size: int) -> Figure:
    """A server that takes no connection for `size` seconds, while somebody writes."""
    scene.proxy.faults.refuse = True
    scene.proxy.cut_all()
    people = scene.write(3)
    time.sleep(size)
    scene.heal()
    return scene.figure(f"server away for {size} s", people, scene.wait_until_answered(people))


def slow(scene: ImapScene, size: int) -> Figure:
    """Half a second before each answer, and 20 kB a second."""
    scene.proxy.faults.latency, scene.proxy.faults.drip = 0.5, 20_000
    people = scene.write(size, text="Bonjour\n" + "x" * 70 + "\n" * 200)
    waited = scene.wait_until_answered(people)
    scene.proxy.faults.latency, scene.proxy.faults.drip = 0.0, None
    return scene.figure("latency of 0.5 s and 20 kB/s", people, waited)


def renumbered(scene: ImapScene, size: int) -> Figure:
    """The folder is made again under another UIDVALIDITY, with what we have and what we have not."""
    known = scene.write(size)
    scene.wait_until_answered(known)
    scene.proxy.faults.refuse = True  # Dovecot gives no folder away anew that somebody has open
    scene.proxy.cut_all()
    scene.folder.recreate()
    scene.folder.append(*(scene.sent[one] for one in known))
    new = scene.write(size)
    scene.heal()
    waited = scene.wait_until_answered(new)
    _wait_until_empty(scene)
    return scene.figure("UIDVALIDITY changed", [*known, *new], waited)


def other_client(scene: ImapScene, size: int) -> Figure:
    """A clerk's mail program, as soon as we have listed: some mails are moved away and back, of ours some come back."""
    client = scene.folder
    with client.selected() as connection:
        connection.create(ASIDE)
    taken = _once_listed(scene, lambda uids: _move(client, client.folder, ASIDE, uids[::2]))
    people = scene.write(size)
    wait_until(lambda: taken, "the clerk took some")
    _move(client, ASIDE, client.folder, client.uids(ASIDE))
    waited = scene.wait_until_answered(people)
    _wait_until_empty(scene)
    _move(client, scene.done, client.folder, client.uids(scene.done)[-size:])
    _wait_until_empty(scene)
    return scene.figure("another client moves mails away, and back", people, waited)


def expunged(scene: ImapScene, size: int) -> Figure:
    """A clerk deletes every second mail between our listing and our fetching; those who stay are counted."""
    taken = _once_listed(scene, lambda uids: scene.folder.expunge(*uids[::2]))
    people = scene.write(size)
    wait_until(lambda: taken, "the clerk deleted some")
    stay = people[1::2]
    waited = scene.wait_until_answered(stay)
    return scene.figure("another client expunges", stay, waited, remark="what stays is counted")


def read_only(scene: ImapScene, size: int) -> Figure:
    """A folder in which we may change nothing, and then may."""
    scene.proxy.faults.rewrite = lambda portion: portion.replace(b"[READ-WRITE]", b"[READ-ONLY]")
    return _left_in_the_folder(scene, "folder is read-only", size)


def without_keywords(scene: ImapScene, size: int) -> Figure:
    """A server that keeps no keywords, for a mailbox that marks by keyword; then it does."""
    scene.proxy.faults.rewrite = lambda portion: _FLAGS.sub(rb"\1)", portion)
    return _left_in_the_folder(scene, "no keywords", size)


def poison(scene: ImapScene, size: int) -> Figure:
    """One mail over which the server always fails, and mails that come after it, one after another."""
    scene.proxy.faults.rewrite = lambda portion: BYE if b"POISON" in portion else portion
    before = scene.write(4)
    poisoned = scene.write(1, text="POISON\n")
    waits, people = [scene.wait_until_answered(before)], [*before]
    for _ in range(size):
        people += (one := scene.write(1))
        waits.append(scene.wait_until_answered(one))
    scene.heal()
    scene.wait_until_answered(poisoned)
    return scene.figure("one poisonous mail among others", [*people, *poisoned], max(waits), DELAYED)


def indigestible(scene: ImapScene, size: int) -> Figure:
    """Mails made to break who reads them, each followed by an ordinary one."""
    waits, people = [], list[str]()
    for kind in itertools.islice(HOSTILE, size):
        arrive(scene.folder, HOSTILE[kind]())
        people += (one := scene.write(1))
        waits.append(scene.wait_until_answered(one))
    return scene.figure("hostile mails among others", people, max(waits), DELAYED, f"{size} kinds")


def _each(scene: ImapScene, fault: str, size: int, begin: Callable[[int], Any], remark: str = "") -> Figure:
    """One fault after another, each with a new connection and a new mail."""
    people, longest = list[str](), 0.0
    for number in range(size):
        scene.proxy.cut_all()
        begin(number)
        one = scene.write(1)
        longest = max(longest, scene.wait_until_answered(one))
        people += one
    scene.heal()
    return scene.figure(fault, people, longest, remark=remark)


def _conversation(scene: ImapScene) -> int:
    """How many bytes the server says from its greeting until one mail is ours."""
    said = [0]

    def count(portion: bytes) -> bytes:
        said[0] += len(portion)
        return portion

    scene.proxy.cut_all()
    scene.proxy.faults.rewrite = count
    scene.wait_until_answered(scene.write(1))
    _wait_until_empty(scene)
    scene.heal()
    return said[0]


def _end(scene: ImapScene, number: int, position: int) -> None:
    setattr(scene.proxy.faults, ENDS[number % len(ENDS)], position)


def _say_bye(scene: ImapScene) -> Callable[[bytes], bytes]:
    def bye(portion: bytes) -> bytes:
        scene.proxy.faults.cut_after = len(BYE)
        return BYE

    return bye


def _on_answer(scene: ImapScene, number: int, act: Callable[[bytes], bytes]) -> None:
    """Have `act` rewrite that portion of what the server says, once."""
    passed = [0]

    def rewrite(portion: bytes) -> bytes:
        passed[0] += 1
        if passed[0] <= number:
            return portion
        scene.proxy.faults.rewrite = bytes
        return act(portion)

    scene.proxy.faults.rewrite = rewrite


def _once_listed(scene: ImapScene, act: Callable[[list[int]], object]) -> list[int]:
    """Have a clerk act on all that lies in the folder once we have listed some; what lay there, when it is done."""
    seen: list[int] = []

    def rewrite(portion: bytes) -> bytes:
        if _LISTING in portion and not seen and (uids := scene.folder.uids()):
            act(uids)
            seen.extend(uids)
        return portion

    scene.proxy.faults.rewrite = rewrite
    return seen


def _move(client: OtherClient, source: str, target: str, uids: Sequence[int]) -> None:
    with client.selected(source) as connection:
        assert connection.uid("MOVE", ",".join(map(str, uids)), target)[0] == "OK"


def _left_in_the_folder(scene: ImapScene, fault: str, size: int) -> Figure:
    scene.proxy.cut_all()
    people = scene.write(size)
    waited = scene.wait_until_answered(people)
    scene.heal()
    people += (later := scene.write(size))
    waited = max(waited, scene.wait_until_answered(later))
    return scene.figure(fault, people, waited)


def _wait_until_empty(scene: ImapScene) -> None:
    wait_until(lambda: not scene.folder.uids(), "all of the folder is ours")
