"""The second door: an LMTP (RFC 2033) or SMTP listener to which a site's own MTA delivers. Not a public front door.

The answer is 250 after the commit and never before. The envelope recipient decides the mailbox.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from cases.profile import Mailbox
from ingest.disk import DiskFloor, DiskFullError
from ingest.receive import receive
from store.inbound import Delivery
from store.tx import Store

log = structlog.get_logger()

SIZE_LIMIT = 50_000_000
LONGEST_LINE = 1_000_000
"""Real mail has lines far over the 998 bytes of RFC 5321; refusing it would bounce it."""
START_WITHIN = 30.0

NO_SUCH_MAILBOX = "550 5.1.1 no such mailbox here"
DISK_FULL = "452 4.3.1 insufficient system storage"
TRY_LATER = "451 4.3.0 not kept, try again later"
KEPT = "250 2.0.0 kept"


class Protocol(StrEnum):
    LMTP = "lmtp"
    SMTP = "smtp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where and what to listen to; `size_limit` in bytes of one message."""

    host: str = "127.0.0.1"
    port: int = 24
    protocol: Protocol = Protocol.LMTP
    size_limit: int = SIZE_LIMIT
    disk: DiskFloor | None = None


class Listener:
    """A running listener between `start` and `stop`, in a thread of its own."""

    def __init__(
        self, mailboxes: Sequence[Mailbox], store: Store, clock: Callable[[], datetime], listen: Listen
    ) -> None:
        self._controller = _Controller(_Door(mailboxes, store, clock, listen.disk), listen)

    def start(self) -> None:
        """Raises OSError where the port is taken."""
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


def find_mailbox(mailboxes: Sequence[Mailbox], recipient: str) -> Mailbox | None:
    """The mailbox that an envelope recipient reaches, with or without a +detail (RFC 5233)."""
    local, _, domain = recipient.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    owners = {address.lower(): mailbox for mailbox in mailboxes for address in mailbox.addresses}
    return owners.get(f"{local}@{domain}") or owners.get(plain)


class _Door:
    """What aiosmtpd asks at each step. The database is written in a thread, so that other sessions go on."""

    def __init__(
        self, mailboxes: Sequence[Mailbox], store: Store, clock: Callable[[], datetime], disk: DiskFloor | None
    ) -> None:
        self._mailboxes = mailboxes
        self._store = store
        self._clock = clock
        self._disk = disk

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if find_mailbox(self._mailboxes, address) is None:
            return NO_SUCH_MAILBOX
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient accepted"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await asyncio.to_thread(self._keep, envelope)
        except DiskFullError:
            log.warning("delivery_refused", reason="disk")
            return DISK_FULL
        except Exception:  # whatever it is, the MTA keeps the mail and tries again
            log.exception("delivery_refused", reason="database")
            return TRY_LATER
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        """aiosmtpd would answer 500, and the MTA would bounce what is only our own fault."""
        log.error("session_failed", error=type(error).__name__)
        return TRY_LATER

    def _keep(self, envelope: Envelope) -> None:
        if self._disk:
            self._disk.check()
        content, reverse_path = bytes(envelope.original_content or b""), envelope.mail_from or ""
        now = self._clock()
        deliveries = [self._delivery(recipient, reverse_path, content, now) for recipient in envelope.rcpt_tos]
        with self._store.transaction("lmtp.receive") as tx:
            receive(tx, deliveries, now)

    def _delivery(self, recipient: str, reverse_path: str, content: bytes, now: datetime) -> Delivery:
        """The message with its envelope on top, as final delivery adds it (RFC 5321 section 4.4).

        An MTA that lost our 250 sends the same bytes to the same recipient again: that is the key.
        """
        mailbox = find_mailbox(self._mailboxes, recipient)
        assert mailbox is not None  # noqa: S101 - RCPT let nobody else in
        key = hashlib.sha256(recipient.lower().encode() + b"\0" + content).hexdigest()
        trace = f"Return-Path: <{reverse_path}>\r\nDelivered-To: {recipient}\r\n".encode()
        return Delivery(source=mailbox.name, external_id=f"lmtp:{key}", raw=trace + content, received_at=now)


class _LongLines:
    line_length_limit = LONGEST_LINE


class _Smtp(_LongLines, SMTP):
    """SMTP with one answer to DATA: all its recipients are kept in one transaction."""


class _Lmtp(_LongLines, LMTP):
    """LMTP answers the data once for each recipient (RFC 2033 section 4.2), refusals of size included."""

    _answers = 1

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        if text.startswith("354"):
            self._answers = len(self.envelope.rcpt_tos) if self.envelope else 1
            await super().push(text)
        else:
            await super().push("\r\n".join([text] * self._answers))
            self._answers = 1


class _Controller(Controller):
    def __init__(self, door: _Door, listen: Listen) -> None:
        super().__init__(door, hostname=listen.host, port=listen.port, ready_timeout=START_WITHIN)
        self._kind = _Lmtp if listen.protocol is Protocol.LMTP else _Smtp
        self._size_limit = listen.size_limit

    def factory(self) -> SMTP:
        return self._kind(
            self.handler, data_size_limit=self._size_limit, enable_SMTPUTF8=True, hostname="aiguillage", ident="ready"
        )
