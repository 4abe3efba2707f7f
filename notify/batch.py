"""One batch of mails through one server: claim, compose once, send, record.

The bytes are kept before the first attempt and `sending_at` is committed before every one, so that each repeat is the
same message. The answer to one mail is committed, in one transaction with the start of the next, before the next one
leaves: a crash between the server's 250 and our commit repeats that mail once, and nothing else is ever sent twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast
from uuid import uuid4

from cases.policy import without_sub_address
from cases.profile import Profile
from notify.compose import Composer, Envelope
from notify.files import hashes
from notify.record import Outcome, QueuedRow, Records, lost_twice
from notify.submission import Answer, ReplyLostError, Sender, ServerUnavailableError
from store.failpoint import reach
from store.renewing import renewed
from store.tx import Store, Transaction
from store.work import LEASE

BATCH = 50
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is ready to leave."""

    row: QueuedRow
    envelope: Envelope
    raw: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """A letter that was given to the server, and what came of it."""

    letter: Letter
    answer: Answer


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An answer that the database could not take; it is kept in memory until it can, under the lease it belongs to."""

    lease: str
    attempt: Attempt


@dataclass(frozen=True, kw_only=True)
class Office:
    """What sends mail: the rows, the words, the addresses that are ours, and the time."""

    store: Store
    profile: Profile
    composer: Composer
    clock: Callable[[], datetime]
    unrecorded: list[Unrecorded] = field(default_factory=list)

    def settle(self) -> None:
        """Record the answers that the database could not take before."""
        while self.unrecorded:
            one = self.unrecorded.pop()
            with kept_on_failure(self.unrecorded, one), self.store.transaction("outbound.settle") as tx:
                Records(tx.outbound, one.lease, self.clock()).answered(one.attempt.letter.row, one.attempt.answer)


@contextmanager
def kept_on_failure(unrecorded: list[Unrecorded], one: Unrecorded | None) -> Iterator[None]:
    """Keep the answer where the block fails: a mail that was accepted is not sent again for a database's sake."""
    try:
        yield
    except Exception:
        if one:
            unrecorded.append(one)
        raise


class Batch:
    """One batch under a lease of its own, sent by the one thread that holds `sender.lock`."""

    def __init__(self, office: Office, sender: Sender) -> None:
        self._office = office
        self._sender = sender
        self._lease = uuid4().hex

    def deliver(self, mailboxes: Sequence[str]) -> int:
        """Send what is due in the name of these mailboxes; the number of rows that were claimed."""
        claimed, letters = self._claim(mailboxes)
        if letters:
            identities = [letter.row.id for letter in letters]
            with renewed(self._office.store, lambda tx: self._renew(tx, identities)):
                self._send(letters)
        return claimed

    def _renew(self, tx: Transaction, identities: Sequence[int]) -> None:
        """A server may take ten minutes for the reply to one mail (RFC 5321 4.5.3.2.6), longer than any lease."""
        tx.outbound.renew(self._lease, identities, self._office.clock())

    def _send(self, letters: Sequence[Letter]) -> None:
        last: Attempt | None = None
        for position, letter in enumerate(letters, start=1):
            last = self._attempt(letter) if self._begin(letter, last) else None
            if last and isinstance(last.answer, ServerUnavailableError):
                self._end(last, letters[position:])
                return
        self._end(last, ())

    def _claim(self, mailboxes: Sequence[str]) -> tuple[int, list[Letter]]:
        """Claim rows and write their mails; the number of rows, and the letters that are to leave."""
        return self._office.store.run("outbound.claim", lambda tx: self._claimed(tx, mailboxes))

    def _claimed(self, tx: Transaction, mailboxes: Sequence[str]) -> tuple[int, list[Letter]]:
        now = self._office.clock()
        rows = cast("list[QueuedRow]", tx.outbound.claim_from(mailboxes, self._lease, BATCH, now))
        kept = tx.outbound.bodies([row.sha256 for row in rows if row.sha256])
        probed = {row.name: row.sub_addressing for row in tx.mailboxes.all()}
        letters = [letter for row in rows if (letter := self._letter(tx, row, kept, probed.get(row.mailbox)))]
        fresh = [letter for letter in letters if not letter.row.sha256]
        composed = [(one.row.id, hashlib.sha256(one.raw).hexdigest(), one.raw) for one in fresh]
        tx.outbound.keep(self._lease, composed, now)
        return len(rows), letters

    def _letter(self, tx: Transaction, row: QueuedRow, kept: Mapping[str, bytes], probed: bool | None) -> Letter | None:
        """The mail of a row, or None where it is not to leave."""
        records = self._records(tx)
        if row.automatic and without_sub_address(row.recipient.lower()) in self._office.profile.own_addresses:
            records.withheld(row)
            return None
        if lost_twice(row):
            records.held(row, "sent twice and never answered: it may have arrived", Outcome.UNKNOWN)
            return None
        composer = self._office.composer
        try:
            raw = kept[row.sha256] if row.sha256 else composer.compose(row, probed, _files(tx, row))
            return Letter(row, composer.envelope(row, probed), raw)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, its neighbours leave
            records.held(row, f"could not be written: {error}", Outcome.FAILED)
            return None

    def _begin(self, letter: Letter, last: Attempt | None) -> bool:
        """Record the answer before, and that this mail is under way. False where the lease is another's by now."""
        now, row = self._office.clock(), letter.row
        outcome = Outcome.UNKNOWN if row.sending_at else row.outcome
        return self._record(last, lambda tx: tx.outbound.sending(self._lease, row.id, now, now + LEASE, outcome))

    def _attempt(self, letter: Letter) -> Attempt:
        try:
            reply = self._sender.send(letter.envelope, letter.raw)
        except (ReplyLostError, ServerUnavailableError) as error:
            return Attempt(letter, error)
        if reply.accepted:
            reach("smtp.accepted")
        return Attempt(letter, reply)

    def _end(self, last: Attempt | None, unsent: Sequence[Letter]) -> None:
        """Record the last answer; what stands behind a server that went away waits until it may be back."""
        if last is None:
            return

        def postponed(tx: Transaction) -> None:
            if isinstance(last.answer, ServerUnavailableError):
                for letter in unsent:
                    self._records(tx).postponed(letter.row, last.answer)

        self._record(last, postponed)

    def _record(self, last: Attempt | None, change: Callable[[Transaction], Result]) -> Result:
        """Record the last answer, and make that change in the same transaction."""

        def recorded(tx: Transaction) -> Result:
            if last:
                self._records(tx).answered(last.letter.row, last.answer)
            return change(tx)

        unrecorded = Unrecorded(self._lease, last) if last else None
        name = "outbound.sent" if last else "outbound.sending"
        with kept_on_failure(self._office.unrecorded, unrecorded):
            return self._office.store.run(name, recorded)

    def _records(self, tx: Transaction) -> Records:
        return Records(tx.outbound, self._lease, self._office.clock())


def _files(tx: Transaction, row: QueuedRow) -> Mapping[str, bytes]:
    """The files that a mail takes along and that are still kept, read one mail at a time: they may be large."""
    wanted = hashes(row)
    return tx.outbound.bodies(wanted) if wanted else {}
