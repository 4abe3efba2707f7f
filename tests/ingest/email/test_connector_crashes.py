"""The process is killed with SIGKILL at every boundary of a round, and another takes over: nothing lost or doubled."""

import json
import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ingest.email.connector import Desk, mails, without
from tests.ingest.email.crashing import poll_once
from tests.servers import forked

BOUNDARIES = (
    "imap.lease.after",
    "imap.fetched",
    "imap.receive.before",
    "imap.receive.after",
    "imap.copied",
    "imap.marked",
    "imap.mark.before",
    "imap.mark.after",
    "imap.polled.before",
    "imap.polled.after",
)


def poll_and_die(desk: Desk, boundary: str, folder: Path) -> None:
    account = desk.folder.account
    given = {
        "account": {"host": account.host, "port": desk.proxy.port, "user": account.user, "password": account.password},
        "mailbox": {"folder": desk.mailbox.folder, "done_folder": desk.mailbox.done_folder},
        "database": str(desk.store.engine.url),
    }
    environment = {**os.environ, "AIGUILLAGE_FAILPOINT": boundary}
    log = folder / "log"
    child = forked.start([json.dumps(given)], environment, folder, (log, log), program=poll_once)
    assert child.wait(60) == -signal.SIGKILL, f"the process was to die at {boundary}: {log.read_text()}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("boundary", "absent"),
    [
        *(pytest.param(boundary, (), id=f"move-{boundary}") for boundary in BOUNDARIES if boundary != "imap.copied"),
        *(pytest.param(boundary, (b"MOVE",), id=f"copy-{boundary}") for boundary in BOUNDARIES[3:7]),
    ],
)
def test_killed_at_any_boundary(desk: Desk, boundary: str, absent: tuple[bytes, ...], tmp_path: Path) -> None:
    desk.proxy.faults.rewrite = without(*absent)
    sent = mails(3)
    desk.folder.append(*sent)
    poll_and_die(desk, boundary, tmp_path)
    desk.now += timedelta(days=1000)
    desk.poller().round()
    assert desk.raws() == sent
    assert sorted(desk.done()) == sorted(sent), "each once in the folder of what is done"
    assert desk.folder.uids() == []
    assert desk.unmarked() == []
