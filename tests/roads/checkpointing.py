"""SQLite's write-ahead log is being folded into its file as everything is killed, again and again."""

import contextlib
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.mails import mail
from tests.roads.house import ROOT, House, arrive
from tests.roads.judging import judge
from tests.servers import forked
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink
from tests.torture.figures import Figure

SETTLED_WITHIN = 120.0
BEGUN, ENDED = b"(", b")"


def checkpoint_for_ever() -> None:
    """Fold the log of the file in the first argument into it without end, saying when that begins and ends."""
    database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
    while True:
        os.write(1, BEGUN)
        with contextlib.suppress(sqlite3.OperationalError):
            database.execute("PRAGMA wal_checkpoint(RESTART)")
        os.write(1, ENDED)


def killed_in_checkpoints(house: House, mailbox: OtherClient, sink: SmtpSink, mails: int, kills: int) -> Figure:
    """The service and a process that checkpoints are killed together, that often, while mails come in."""
    people, inside, chance = list[str](), 0, random.Random(7)
    for number in range(kills):
        found = [f"k{number}x{one}@example.org" for one in range(mails // kills)]
        people += found
        arrive(mailbox, *(mail(f"{one}\n", sender=one, message_id=f"<m.{one}>") for one in found))
        inside += _die(house, lambda seen=number: _received(house) > seen * (mails // kills), chance.uniform(0, 0.5))
    with house.running():
        began = time.monotonic()
        house.wait_until_settled(len(people), 3 * SETTLED_WITHIN)
        settled = time.monotonic() - began
    checked = _asked(house, "PRAGMA integrity_check")
    balance = judge(house, sink, people)
    return Figure(
        area="sqlite",
        fault="killed in a WAL checkpoint",
        mode="embedded",
        inputs=len(people),
        lost=len(balance.lost) + len(balance.unanswered),
        second_cases=len(balance.second_cases),
        second_receipts=len(balance.second_receipts),
        repeats=balance.repeats,
        settled_seconds=round(settled, 1),
        goal="0 lost, 0 double, integrity_check ok; one repeat for each kill at most",
        met=balance.is_whole and balance.repeats <= kills and checked == "ok" and settled < SETTLED_WITHIN,
        remark=f"{kills} kills, {inside} of them while a checkpoint was under way; integrity_check: {checked}",
    )


def _die(house: House, come: Callable[[], bool], after: float) -> bool:
    """One life and its end, so long after mails came; whether it ended within a checkpoint."""
    said = house.folder / "checkpoints"
    said.write_bytes(b"")
    file = house.url.removeprefix("sqlite:///")
    with house.at_sea():
        ship = house.start("run")
        wait_until(come, "mails are there", SETTLED_WITHIN)
        start = partial(forked.start, [file], os.environ, ROOT, (said, said))
        checkpoints = start(program=checkpoint_for_ever)
        wait_until(lambda: len(said.read_bytes()) > 1, "checkpoints are made", 60)
        time.sleep(after)  # a moment like any other
        checkpoints.send_signal(9)
        ship.kill()
        checkpoints.wait(10)
    return said.read_bytes().endswith(BEGUN)


def _received(house: House) -> int:
    try:
        return int(_asked(house, "SELECT count(*) FROM inbound"))
    except sqlite3.OperationalError:  # it is only now being made
        return 0


def _asked(house: House, question: str) -> Any:
    with contextlib.closing(sqlite3.connect(house.url.removeprefix("sqlite:///"), timeout=30)) as database:
        return database.execute(question).fetchone()[0]
