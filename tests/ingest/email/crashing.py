"""A process that polls one mailbox once and is killed at the failpoint that its environment names."""

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


def main() -> None:
    arm(os.environ["AIGUILLAGE_FAILPOINT"])
    given = json.loads(sys.argv[1])
    account = ImapAccount(security=Security.PLAIN, **given["account"])
    mailbox = Mailbox(name="support", address="support@example.org", display_name="Support", **given["mailbox"])
    store = Store(open_engine(given["database"]))
    Poller(mailbox, lambda: connect(account, mailbox.folder), store, lambda: datetime.now(UTC)).round()


if __name__ == "__main__":
    main()
