"""The mail catcher: an SMTP server on loopback that takes every mail and keeps it as a file. Nothing leaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Event

from aiosmtpd.smtp import SMTP, Envelope, Session

from desk.demo import Caught

HOST = "127.0.0.1"


class Catcher:
    """Keeps what arrives in a folder, one file for each recipient, named by the time of its arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrived = Condition()
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        """Store the mail as a final delivery would (RFC 5321 4.4), then say so."""
        body = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        for recipient in envelope.rcpt_tos:
            head = f"Return-Path: <{envelope.mail_from or ''}>\r\nDelivered-To: {recipient}\r\n"
            await asyncio.to_thread(self._keep, head.encode() + body)
        return "250 2.0.0 caught"

    def newest(self, limit: int) -> list[Caught]:
        """What was caught, newest first."""
        files = sorted(self._folder.glob("*.eml"), reverse=True)[:limit]
        return [_caught(file) for file in files]

    def find(self, name: str) -> Caught | None:
        """The mail of that name, or None."""
        file = self._folder / f"{name}.eml"
        return _caught(file) if name.isdigit() and file.exists() else None

    def wait_for(self, recipient: str, seconds: float, stop: Event) -> Caught | None:
        """The first mail to that address, once it is there; None where it does not come before `stop` or in time."""
        with self._arrived:
            self._arrived.wait_for(lambda: stop.is_set() or self._first(recipient) is not None, seconds)
        return self._first(recipient)

    def interrupt(self) -> None:
        """Let whoever waits look again."""
        with self._arrived:
            self._arrived.notify_all()

    def _keep(self, raw: bytes) -> None:
        with self._arrived:
            name = f"{time.time_ns()}"
            part = self._folder / f"{name}.part"
            part.write_bytes(raw)
            part.rename(self._folder / f"{name}.eml")
            self._arrived.notify_all()

    def _first(self, recipient: str) -> Caught | None:
        mails = (_caught(file) for file in sorted(self._folder.glob("*.eml")))
        return next((one for one in mails if one.recipient == recipient), None)


@asynccontextmanager
async def serve_catcher(catcher: Catcher) -> AsyncIterator[int]:
    """Take mail on a loopback port; yields the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(catcher, hostname="localhost", enable_SMTPUTF8=True), HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def _caught(file: Path) -> Caught:
    raw = file.read_bytes()
    recipient = raw.split(b"\r\n", 2)[1].partition(b": ")[2].decode()
    at = datetime.fromtimestamp(int(file.stem) / 1_000_000_000, UTC)
    return Caught(name=file.stem, recipient=recipient, at=at, raw=raw)
