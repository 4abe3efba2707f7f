"""When to look at a mailbox again: its interval, a hint of the server, a call from inside, or a wait after failures."""

import random
import threading
import time
from collections.abc import Callable

from cases.errors import TransientError
from cases.profile import Mailbox
from ingest.email.imap_errors import LoginRefusedError
from ingest.email.mailbox import Session

GLANCE = 0.5
"""Seconds between two looks at whether to stop."""
FIRST_WAIT = 1.0
LONGEST_WAIT = 20.0
"""The longest wait after other failures: a server that is back is read again within half a minute."""
LOGIN_WAIT = 300.0
"""The longest wait after a refused login: an account that is asked too often gets locked."""
STANDBY = 10.0
BROKEN_IDLES = 3
"""So many broken IDLEs in a row, and the mailbox is read by its interval alone."""


class Pace:
    """The pauses of one poller. `called`, set from any thread, ends a pause."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.called = threading.Event()
        self._interval = mailbox.poll_seconds
        self._idle = mailbox.idle
        self._broken_idles = 0
        self._failures = 0

    def rest(self, session: Session | None, leave: Callable[[], bool]) -> bool:
        """Pause after a round that went well, until the next is due or `leave()`. False where it broke the session.

        Without a session another process polls: stand by, and look soon whether it still does.
        """
        self._failures = 0
        if session is None:
            self._sleep(min(self._interval, STANDBY), leave)
        elif self._idle and "IDLE" in session.capabilities and self._broken_idles < BROKEN_IDLES:
            return self._listen(session, leave)
        else:
            self._sleep(self._interval, leave)
        return True

    def back_off(self, error: Exception, leave: Callable[[], bool]) -> None:
        """Pause after a failure: twice as long each time, capped, and scattered so that many do not come at once."""
        longest = LOGIN_WAIT if isinstance(error, LoginRefusedError) else LONGEST_WAIT
        seconds = min(FIRST_WAIT * 2**self._failures, longest) * random.uniform(0.5, 1.0)
        self._failures = min(self._failures + 1, 10)
        self._sleep(seconds, leave)

    def _listen(self, session: Session, leave: Callable[[], bool]) -> bool:
        """IDLE is a hint only: where it breaks, reconnecting and reading from the cursor tells the same."""
        try:
            session.wait(self._interval, lambda: self.called.is_set() or leave())
        except TransientError:
            self._broken_idles += 1
            return False
        self._broken_idles = 0
        self.called.clear()
        return True

    def _sleep(self, seconds: float, leave: Callable[[], bool]) -> None:
        end = time.monotonic() + seconds
        while not leave() and (left := end - time.monotonic()) > 0:
            if self.called.wait(min(left, GLANCE)):
                break
        self.called.clear()
