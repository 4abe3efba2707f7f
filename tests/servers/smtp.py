"""`SmtpSink`: a real SMTP server on loopback that keeps what it accepts and answers as a test scripts it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.process import free_port, wait_until


@dataclass(frozen=True)
class Accepted:
    """One message as it was accepted, with its envelope."""

    reverse_path: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed: `accepted.message["Subject"]`."""
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]


@dataclass
class Script:
    """The replies still to be given, by command; each is used up by its count."""

    replies: dict[str, list[str]] = field(default_factory=dict)

    def add(self, command: str, reply: str, times: int) -> None:
        self.replies.setdefault(command.upper(), []).extend([reply] * times)

    def take(self, command: str) -> str | None:
        waiting = self.replies.get(command)
        return waiting.pop(0) if waiting else None


@dataclass
class SmtpSink:
    """A running sink. `messages` holds what it accepted, oldest first; `connections` counts the EHLOs it saw.

    `username` and `password`, where set, are required before MAIL (AUTH PLAIN and LOGIN).
    """

    username: str = ""
    password: str = ""
    messages: list[Accepted] = field(default_factory=list)
    connections: int = 0
    _script: Script = field(default_factory=Script)
    _controller: Controller | None = None

    @property
    def port(self) -> int:
        assert self._controller is not None
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """What `AIGUILLAGE_SMTP_URL` is set to."""
        login = f"{self.username}:{self.password}@" if self.username else ""
        return f"smtp://{login}127.0.0.1:{self.port}"

    def reply_with(self, command: str, code: int | str, times: int = 1) -> None:
        """Answer the next `times` uses of a command so: a code, or a code with text ("451 4.7.1 greylisted").

        `command` is CONNECT, EHLO, MAIL, RCPT, DATA (the reply after the final dot) or DROP (cut the connection after
        the message arrived and before any reply; `code` "kept" keeps the message, anything else loses it).
        """
        reply = str(code) if " " in str(code) or command.upper() == "DROP" else f"{code} scripted reply"
        self._script.add(command, reply, times)

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Accepted]:
        """The messages, once there are that many. Raises TimeoutError."""
        wait_until(lambda: len(self.messages) >= count, f"{count} messages at the sink", seconds)
        return list(self.messages)

    def start(self) -> None:
        """Listen on a free port. A stopped sink listens on its former port again."""
        port = self._controller.port if self._controller else free_port()
        self._controller = _Controller(self, port)
        self._controller.start()

    def stop(self) -> None:
        """Close the port and every connection."""
        assert self._controller is not None
        self._controller.stop()


class _Controller(Controller):
    def __init__(self, sink: SmtpSink, port: int) -> None:
        super().__init__(_Handler(sink), hostname="127.0.0.1", port=port)
        self._sink = sink

    def factory(self) -> SMTP:
        login = {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        return _Session(self._sink, self.handler, enable_SMTPUTF8=True, **(login if self._sink.username else {}))

    def _authenticate(self, *arguments: object) -> AuthResult:
        given = arguments[-1]
        expected = LoginPassword(self._sink.username.encode(), self._sink.password.encode())
        return AuthResult(success=given == expected, handled=False)


class _Session(SMTP):
    """A session whose greeting can be scripted too."""

    def __init__(self, sink: SmtpSink, handler: object, **options: object) -> None:
        super().__init__(handler, **options)
        self._sink = sink

    async def push(self, status: str | bytes) -> None:
        if self.session is not None and self.session.host_name is None and str(status).startswith("220 "):
            status = self._sink._script.take("CONNECT") or status
        await super().push(status)


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink
        self._lock = threading.Lock()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._sink.connections += 1
        reply = self._sink._script.take("EHLO")
        return [reply] if reply else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._sink._script.take("MAIL")
        if reply:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._sink._script.take("RCPT")
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        drop = self._sink._script.take("DROP")
        reply = self._sink._script.take("DATA") or "250 2.0.0 OK queued as sink"
        if (drop is None and reply.startswith("2")) or drop == "kept":
            accepted = Accepted(envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(envelope.content or b""))
            with self._lock:
                self._sink.messages.append(accepted)
        if drop is not None and server.transport is not None:
            server.transport.abort()
        return reply


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A running sink that accepts everything."""
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()
