"""What is written on an outbound row for each way in which an attempt can end."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import structlog

from notify.headers import clean
from notify.row import OutboundRow
from notify.submission import Answer, Reply, ReplyLostError, ServerUnavailableError
from store.outbound import Outbound

log = structlog.get_logger()

LIFETIME = timedelta(days=5)
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=66)
"""What is refused for now is tried again after 5, 10, 20 … 66 minutes and given up after five days, as Postfix does."""

_LONGEST_ERROR = 500


class Outcome(StrEnum):
    """How it ended. UNKNOWN: an attempt got no answer, so the mail may have arrived. (A bounce writes «bounced».)"""

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"


class QueuedRow(OutboundRow, Protocol):
    """An outbound row with what delivery itself reads of it.

    `sending_at` stands while an attempt is under way and is cleared by every answer: where it is found set, an attempt
    ended without one. `outcome` is UNKNOWN from the second attempt after that on.
    """

    attempts: int
    automatic: bool
    sha256: str | None
    sending_at: datetime | None
    outcome: str | None


class Records:
    """Writes results inside one transaction, on rows under one lease."""

    def __init__(self, outbound: Outbound, lease: str, now: datetime) -> None:
        self._outbound = outbound
        self._lease = lease
        self._now = now

    def answered(self, row: QueuedRow, answer: Answer) -> None:
        """Record what came of an attempt."""
        match answer:
            case Reply(accepted=True):
                self._finish(row, Outcome.SENT, answer)
            case Reply(final=True):
                self._finish(row, Outcome.REFUSED, answer)
            case Reply():
                self._try_again(row, answer, sending_at=None, smtp_reply=_shown(answer))
            case ReplyLostError():
                self._try_again(row, answer)
            case ServerUnavailableError(during_mail=True):
                self._try_again(row, answer, sending_at=None)
            case ServerUnavailableError():
                self.postponed(row, answer, sending_at=None)

    def postponed(self, row: QueuedRow, error: ServerUnavailableError, **columns: None) -> None:
        """Let a mail wait until the server may be back; that does not count as an attempt at it."""
        self._release(row, error, error.pause, attempts=row.attempts - 1, **columns)

    def held(self, row: QueuedRow, reason: str, outcome: Outcome, **columns: Any) -> None:
        """Hold a mail aside with its reason, for a person."""
        log.warning("mail_held", outbound=row.id, outcome=outcome)
        self._outbound.give_up(self._lease, row.id, clean(reason, _LONGEST_ERROR), outcome=outcome, **columns)

    def withheld(self, row: QueuedRow) -> None:
        """Do not send it, for good."""
        log.warning("mail_withheld", outbound=row.id)
        self._outbound.finish(self._lease, [{"id": row.id, "outcome": Outcome.WITHHELD}])

    def _finish(self, row: QueuedRow, outcome: Outcome, reply: Reply) -> None:
        if reply.final:
            log.warning("mail_refused", outbound=row.id, code=reply.code)
        sent_at = self._now if reply.accepted else None
        self._outbound.answered(self._lease, row.id, outcome, _shown(reply), sent_at)

    def _try_again(self, row: QueuedRow, answer: Answer, **columns: Any) -> None:
        log.info("mail_postponed", outbound=row.id, attempts=row.attempts, reason=type(answer).__name__)
        self._release(row, answer, wait_after(row.attempts), **columns)

    def _release(self, row: QueuedRow, answer: Answer, wait: timedelta, **columns: Any) -> None:
        if self._now - row.created_at >= LIFETIME:
            columns.pop("attempts", None)
            self.held(row, f"not accepted within {LIFETIME.days} days: {answer}", Outcome.FAILED, **columns)
        else:
            self._outbound.retry_later(self._lease, row.id, _shown(answer), self._now + wait, **columns)


def wait_after(attempts: int) -> timedelta:
    """How long a mail waits after its n-th refusal for now."""
    return min(FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 8)), LONGEST_WAIT)


def lost_twice(row: QueuedRow) -> bool:
    """Whether two attempts ended without an answer: a third copy needs a person, who starts afresh by a replay."""
    return row.sending_at is not None and row.outcome == Outcome.UNKNOWN and row.attempts > 1


def _shown(answer: Answer) -> str:
    return clean(str(answer), _LONGEST_ERROR)
