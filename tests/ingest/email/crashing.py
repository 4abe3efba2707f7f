"""What polls one mailbox once, in a process that is killed at the failpoint that its environment names."""

import json
import os
import sys
from datetime import UTC, datetime

from cases.profile import Mailbox
from ingest.email.credentials import ImapAccount, Security
from ingest.email.mailbox import connect
from ingest.email.poll import Poller
from store.engine import open_engine
from store.failpoint import arm
from store.tx import Store


def poll_once() -> None:
    """The mailbox, its server and the database are the one argument, as JSON."""
    arm(os.environ["AIGUILLAGE_FAILPOINT"])
    given = json.loads(sys.argv[1])
    account = ImapAccount(security=Security.PLAIN, **given["account"])
    mailbox = Mailbox(name="support", address="support@example.org", display_name="Support", **given["mailbox"])
    store = Store(open_engine(given["database"]))
    Poller(mailbox, lambda: connect(account, mailbox.folder), store, lambda: datetime.now(UTC)).round()
