"""What the tests of sending share: one mail, its envelope, little patience and a clock that a test moves."""

from notify.account import account
from notify.compose import Envelope
from notify.smtp import Patience, Submission
from notify.submission import Reply
from tests.notify.outbox import HELLO

ENVELOPE = Envelope("assistance@monpermis.example.be", "jeanne.dupont@example.org")
SHORT = Patience(5, 5, 5)
MESSAGE = b"Subject: test\r\n\r\n.a line that begins with a dot\r\n..\r\n.\r\nend\r\n"


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def send_to(port: int, patience: Patience = SHORT, scheme: str = "smtp", times: int = 1) -> Reply:
    """Send the mail that often over a connection of its own; the last reply."""
    sender = Submission(account(f"{scheme}://127.0.0.1:{port}", HELLO), patience)
    try:
        return [sender.send(ENVELOPE, MESSAGE) for _ in range(times)][-1]
    finally:
        sender.close()
