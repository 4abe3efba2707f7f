"""SMTP submission over one kept connection per account (RFC 5321, RFC 6409); the only file that knows aiosmtplib."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiosmtplib

from cases.errors import AiguillageError
from notify.account import Account
from notify.compose import Envelope
from notify.submission import Reply, ReplyLostError, ServerUnavailableError

KEPT = 30.0
"""Seconds for which an idle connection is used again: later a firewall on the way may have forgotten it."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
_START_INPUT = 354
_SHUTTING_DOWN = 421
_SIGN_IN_FIRST = frozenset({530, 534, 535, 538})
_NO_UTF8 = Reply(553, "5.6.7 the mail server does not take international addresses (RFC 6531)")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection, for the answer to a command, and for that to the final dot.

    RFC 5321 4.5.3.2 asks for 5 and 10 minutes: who waits less for the last answer sends some mails twice.
    """

    connection: float = 30.0
    command: float = 300.0
    reply: float = 600.0


class Submission:
    """One account and its kept connection. Connects at the first mail.

    The thread that sends holds `lock` and runs the event loop itself, which costs half of handing mails to a thread
    of the loop's own. A server that was not reached is left alone for a while, each time longer.
    """

    def __init__(
        self, account: Account, patience: Patience = Patience(), monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.lock = threading.Lock()
        self._connection = Connection(account, patience)
        self._monotonic = monotonic
        self._runner = asyncio.Runner()
        self._failures = 0
        self._closed_until = 0.0
        self._closed_because = ""
        self._ending = False

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """Send one mail, its lines ended by CRLF, to its one recipient, and wait for the answer.

        Raises ServerUnavailableError or ReplyLostError.
        """
        if self._ending:
            raise ServerUnavailableError("the program is ending", timedelta(0))
        left = self._closed_until - self._monotonic()
        if left > 0:
            raise ServerUnavailableError(self._closed_because, timedelta(seconds=left))
        try:
            reply = self._runner.run(self._connection.send(envelope, message))
        except ServerUnavailableError as error:
            self._leave_alone(error)
            raise
        self._failures = 0
        return reply

    def check(self) -> str:
        """Connect and sign in; the server that answered. Raises ServerUnavailableError."""
        with self.lock:
            return self._runner.run(self._connection.check())

    def close(self) -> None:
        """Take leave of the server, for good; where a mail is in hand, its sender learns that the reply was lost."""
        self._ending = True
        if self.lock.locked():
            self._runner.get_loop().call_soon_threadsafe(self._connection.hang_up)
        with self.lock:
            self._runner.run(self._connection.leave())
            self._runner.close()

    def _leave_alone(self, error: ServerUnavailableError) -> None:
        error.pause = min(FIRST_PAUSE * (1 << min(self._failures, 10)), LONGEST_PAUSE)
        self._failures += 1
        self._closed_until = self._monotonic() + error.pause.total_seconds()
        self._closed_because = str(error)


class Connection:
    """The connection of an account, opened when a mail needs it and replaced when it is gone."""

    def __init__(self, account: Account, patience: Patience) -> None:
        self._account = account
        self._patience = patience
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0

    async def send(self, envelope: Envelope, message: bytes) -> Reply:
        """One mail transaction (RFC 5321 3.3). Raises ServerUnavailableError or ReplyLostError."""
        client, kept = await self._connected()
        try:
            refusal = await _offer(client, envelope)
        except ServerUnavailableError:
            if not kept:
                raise
            client, _ = await self._connected()  # the server had closed a connection that we took for open
            refusal = await _offer(client, envelope)
        if refusal:
            await _reset(client)
            return refusal
        return await _transfer(client, message, self._patience.reply)

    async def check(self) -> str:
        """Have a connection, and say to whom."""
        await self._connected()
        login = f" as {self._account.username}" if self._account.username else ""
        return f"{self._account.scheme}://{self._account.host}:{self._account.port}{login}"

    async def leave(self) -> None:
        """QUIT, where there is a connection."""
        if self._client and self._client.is_connected:
            with suppress(aiosmtplib.SMTPException):
                await self._client.quit(timeout=self._patience.connection)
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection as it is."""
        if self._client:
            self._client.close()

    async def _connected(self) -> tuple[aiosmtplib.SMTP, bool]:
        """A connection that is signed in, and whether it was kept from an earlier mail."""
        now = asyncio.get_running_loop().time()
        idle, self._used_at = now - self._used_at, now
        if self._client and self._client.is_connected and idle < KEPT:
            return self._client, True
        self.hang_up()
        self._client = await _open(self._account, self._patience)
        return self._client, False


async def _open(account: Account, patience: Patience) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=account.host,
        port=account.port,
        username=account.username,
        password=account.password,
        oauth_token_generator=_asked(account),
        local_hostname=account.hello,
        timeout=patience.command,
        use_tls=account.scheme == "smtps",
        start_tls=account.scheme == "smtp+starttls",
    )
    try:
        await client.connect(timeout=patience.connection)
        await _greet(client)
    except (aiosmtplib.SMTPException, OSError, AiguillageError) as error:
        raise ServerUnavailableError(_reason(error), FIRST_PAUSE) from error
    return client


def _asked(account: Account) -> Callable[[], Coroutine[Any, Any, str]] | None:
    """The account's token source for aiosmtplib, which wants a coroutine."""
    token = account.token
    return (lambda: asyncio.to_thread(token)) if token else None


async def _greet(client: aiosmtplib.SMTP) -> None:
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


async def _offer(client: aiosmtplib.SMTP, envelope: Envelope) -> Reply | None:
    """MAIL, RCPT and DATA; the server's refusal, or None where it waits for the message."""
    international = not (envelope.recipient + envelope.reverse_path).isascii()
    try:
        if international and not client.supports_extension("smtputf8"):
            return _NO_UTF8
        options = ["SMTPUTF8"] if international else []
        await client.mail(envelope.reverse_path, options=options, encoding="utf-8")
        await client.rcpt(envelope.recipient, encoding="utf-8")
        code, text = await client.execute_command(b"DATA")
    except aiosmtplib.SMTPResponseException as error:
        code, text = error.code, error.message
    except aiosmtplib.SMTPException as error:
        client.close()
        raise ServerUnavailableError(_reason(error), FIRST_PAUSE, during_mail=True) from error
    if code == _START_INPUT:
        return None
    return _negative(client, code, text)


def _negative(client: aiosmtplib.SMTP, code: int, text: str) -> Reply:
    """A refusal of this mail; raises where the words mean the server or the account, not the mail."""
    if code != _SHUTTING_DOWN and code not in _SIGN_IN_FIRST and 400 <= code < 600:
        return Reply(code, text)
    client.close()
    raise ServerUnavailableError(f"{code} {text}", FIRST_PAUSE, during_mail=True)


async def _transfer(client: aiosmtplib.SMTP, message: bytes, patience: float) -> Reply:
    """The message and its final dot (RFC 5321 4.1.1.4, transparent by 4.5.2), and what the server says of it."""
    protocol = client.protocol
    if protocol is None or not protocol.is_connected:
        raise ServerUnavailableError("the connection was lost", FIRST_PAUSE, during_mail=True)
    try:
        protocol.write(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        code, text = await protocol.read_response(timeout=patience)
    except aiosmtplib.SMTPException as error:
        client.close()
        raise ReplyLostError(f"no reply to the message: {_reason(error)}") from error
    return Reply(code, text) if 200 <= code < 300 else _negative(client, code, text)


async def _reset(client: aiosmtplib.SMTP) -> None:
    """Take the refused envelope back, so that the connection can be used again."""
    try:
        await client.rset()
    except aiosmtplib.SMTPException:
        client.close()


def _reason(error: Exception) -> str:
    """The server's words where there are some; `SMTPResponseException` shows itself as a tuple."""
    return f"{error.code} {error.message}" if isinstance(error, aiosmtplib.SMTPResponseException) else str(error)
