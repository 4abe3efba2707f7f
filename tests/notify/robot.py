"""The worst autoresponder: it answers every mail, at once, with a mail that bears no sign of it."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port

Answer = Callable[[bytes, str], None]


@dataclass
class Robot:
    """An aiosmtpd handler that answers as `address`; `send` takes each answer with the address that it goes to.

    `to` is the field of our mail that names whom it answers. Its own mails have no Auto-Submitted, no Precedence, no
    In-Reply-To, and a new Message-ID each.
    """

    send: Answer
    address: str = "absent@example.org"
    to: str = "From"
    received: list[bytes] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = bytes(envelope.content or b"")
        self.received.append(raw)
        message = message_from_bytes(raw, policy=policy.default)
        recipient = message[self.to] or message["From"]
        self.send(self.mail_to(recipient.addresses[0].addr_spec), recipient.addresses[0].addr_spec)
        return "250 OK"

    def mail_to(self, recipient: str) -> bytes:
        """One more mail, as if a person had written it."""
        number = next(self._numbers)
        lines = (
            f"From: Jeanne Dupont <{self.address}>",
            f"To: {recipient}",
            f"Subject: Absence {number}",
            f"Message-ID: <{number}.robot@example.org>",
            "",
            f"Bonjour, je suis en vacances jusqu'au 15. Message {number}.",
            "",
        )
        return "\r\n".join(lines).encode()


@contextlib.contextmanager
def serving(robot: Robot) -> Iterator[str]:
    """Let the robot receive mail for the length of the block; the URL of its server."""
    controller = Controller(robot, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()
