"""The probe of the whole road: a marked mail or call leaves, and its receipt is waited for outside of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from app.settings import PREFIX, Settings
from cases.errors import AiguillageError, ConfigurationError
from notify.smtp import Submission

if TYPE_CHECKING:
    from app.wiring import House
    from cases.phone import Line
    from cases.profile import Mailbox
    from ingest.email.credentials import Credentials
    from ingest.email.mailbox import Session

IN_TIME, LATE, NOT_SENT = "in_time", "late", "not_sent"
BETWEEN_LOOKS = 1.0
"""Seconds. Nobody outside says when a mail has come."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of a probe. `source` is the mailbox or line, `seconds` how long its receipt took (None where it did
    not come), `until` what that counts to: `read` in the probe's own mailbox, `handed_over` to the mail server, or
    `answered` by the line."""

    kind: str
    source: str
    outcome: str
    seconds: float | None
    until: str
    why: str = ""


class Watched(Protocol):
    """Where a probe's receipt shows."""

    until: str

    def arrived_at(self, probe: int) -> datetime | None:
        """When it was there; None while it is not."""
        ...


@dataclass
class Probing:
    """Sends the probes of one house, whose service runs elsewhere, and waits for them."""

    house: "House"

    def mail(self, box: "Mailbox") -> Measured:
        """A mail to that mailbox, as a citizen's; counted until its receipt is there. Raises ConfigurationError."""
        from notify.marked import marked

        address = self.house.profile.probe.address
        if not address:
            raise ConfigurationError([("probe.address", "is missing", "name the mailbox that probes come from")])
        account = probe_credentials(self.house.settings)
        sender, probe = self._sender(box.name), self._begin("mail", box.name)
        watched = ReadThere(self.house, account) if account else HandedOver(self.house)
        envelope, raw = marked(probe, box, address, self.house.signer, self.house.clock())
        try:
            reply = sender.send(envelope, raw)
        except AiguillageError as error:
            return self._failed("mail", box.name, probe, watched.until, str(error))
        if not reply.accepted:
            return self._failed("mail", box.name, probe, watched.until, str(reply))
        return self._awaited("mail", box.name, probe, watched)

    def call(self, line: "Line") -> Measured:
        """A call to that line from a number of ours, through the provider; counted until the line answers. Raises
        ConfigurationError."""
        from ingest.voice.provider import Dial

        rules, provider = self.house.profile.probe, self.house.dialling.provider
        if not rules.caller:
            raise ConfigurationError([("probe.caller", "is missing", "name the number that the lines are called from")])
        probe = self._begin("call", line.name)
        try:
            provider.dial(Dial(number=line.number, line_number=rules.caller, leg_id=0, timeout=30))
        except AiguillageError as error:
            return self._failed("call", line.name, probe, "answered", str(error))
        return self._awaited("call", line.name, probe, Answered(self.house))

    def _sender(self, name: str) -> Submission:
        from notify.account import account

        url = self.house.settings.probe_smtp_url
        if url:
            return Submission(account(url, self.house.profile.mail_domain))
        try:
            return self.house.senders[name]
        except KeyError:
            mend = "set AIGUILLAGE_PROBE_SMTP_URL, or AIGUILLAGE_SMTP_URL"
            raise ConfigurationError([(name, "nothing sends mail", mend)]) from None

    def _begin(self, kind: str, source: str) -> int:
        return self.house.store.run("probing.begin", lambda tx: tx.probes.begin(kind, source, self.house.clock()))

    def _failed(self, kind: str, source: str, probe: int, until: str, why: str) -> Measured:
        self._end(probe, NOT_SENT)
        return Measured(kind, source, NOT_SENT, None, until, why)

    def _awaited(self, kind: str, source: str, probe: int, watched: Watched) -> Measured:
        with self.house.store.reading() as tx:
            sent_at = tx.probes.get(probe).sent_at
        for _ in self._looks(sent_at):
            at = watched.arrived_at(probe)
            if at:
                self._end(probe, IN_TIME)
                return Measured(kind, source, IN_TIME, (at - sent_at).total_seconds(), watched.until)
        self._end(probe, LATE)
        return Measured(kind, source, LATE, None, watched.until, self._where(probe))

    def _looks(self, sent_at: datetime) -> Iterator[None]:
        while (self.house.clock() - sent_at).total_seconds() < self.house.profile.probe.seconds:
            yield
            time.sleep(BETWEEN_LOOKS)

    def _where(self, probe: int) -> str:
        """How far it came."""
        with self.house.store.reading() as tx:
            row, receipt = tx.probes.get(probe), tx.probes.receipt(probe)
        if row.arrived_at is None:
            return "it was not taken in"
        return "its receipt has not left" if receipt is None or receipt.sent_at is None else "its receipt has not come"

    def _end(self, probe: int, outcome: str) -> None:
        self.house.store.run("probing.end", lambda tx: tx.probes.end(probe, outcome, self.house.clock()))


@dataclass
class HandedOver:
    """Without a mailbox to read, the receipt counts once the mail server has taken it."""

    house: "House"
    until: str = "handed_over"

    def arrived_at(self, probe: int) -> datetime | None:
        with self.house.store.reading() as tx:
            receipt = tx.probes.receipt(probe)
        return receipt.sent_at if receipt else None


@dataclass
class Answered:
    """The line has answered once its first words were given to the provider."""

    house: "House"
    until: str = "answered"

    def arrived_at(self, probe: int) -> datetime | None:
        with self.house.store.reading() as tx:
            found: datetime | None = tx.probes.get(probe).arrived_at
        return found


@dataclass
class ReadThere:
    """The receipt counts once it lies in the mailbox that the probe came from."""

    house: "House"
    account: "Credentials"
    until: str = "read"
    seen: int = 0

    def arrived_at(self, probe: int) -> datetime | None:
        with self.house.store.reading() as tx:
            receipt = tx.probes.receipt(probe)
        return self.house.clock() if receipt and self._holds(receipt.message_id) else None

    def _holds(self, message_id: str) -> bool:
        """A server that is away is one that shows nothing yet."""
        from ingest.email.mailbox import connect

        try:
            session = connect(self.account.imap, "INBOX")
        except AiguillageError:
            return False
        try:
            return self._shows(session, message_id.encode())
        except AiguillageError:
            return False
        finally:
            session.close()

    def _shows(self, session: "Session", message_id: bytes) -> bool:
        new = [one.uid for one in session.list_after(self.seen or max(0, session.uidnext - 50))]
        found = any(message_id in one.raw for one in session.fetch(new)) if new else False
        self.seen = max([self.seen, *new])
        return found


def probe_credentials(settings: Settings) -> "Credentials | None":
    """How the probe's own mailbox is read; None where it is not. Raises ConfigurationError."""
    from ingest.email.credentials import read_credentials

    if not settings.probe_imap_url:
        return None
    prefix = f"{PREFIX}PROBE_"
    given = {f"{prefix}IMAP_URL": settings.probe_imap_url, f"{prefix}PASSWORD": settings.probe_password}
    found, faults = read_credentials(prefix, given)
    if faults:
        raise ConfigurationError(faults)
    return found
