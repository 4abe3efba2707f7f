"""From raw rows to cases: claim a batch, read and tag it, decide it, write it in one transaction.

Reading and tagging happen before the transaction begins, which only looks up, decides and writes, because a caller on
the phone waits for the same lock. The batch is written at once; if that fails, each message is written on its own, so
that one bad message is tried again or held aside and never stops its neighbours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from cases.case import after_reply
from cases.errors import PermanentError
from cases.event import Channel, InboundEvent, Message, Tags
from cases.matching import references
from cases.profile import Profile
from cases.tokens import Signer
from ingest.plan import Arrived, Plan, Planner, is_probe, questions
from ingest.rows import Rows
from store.inbound import Claimed, Delivery
from store.tx import Kind, Store, Transaction
from store.work import MAX_ATTEMPTS, MAX_DEATHS, LeaseLostError, wait_after

log = structlog.get_logger()

Given = TypeVar("Given")
Result = TypeVar("Result")
Normalise = Callable[[Delivery], InboundEvent]
Classify = Callable[[Sequence[Message]], Sequence[Tags]]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What turns inbound rows into cases. `normalise` has one reader for each channel that is wired."""

    store: Store
    profile: Profile
    signer: Signer
    normalise: Mapping[Channel, Normalise]
    classify: Classify
    clock: Callable[[], datetime]

    def process(self, only: Sequence[int] = ()) -> int:
        """Work one batch; the number of rows that were claimed. `only` narrows to those inbound ids."""
        lease = uuid4().hex
        with self.store.transaction("intake.claim") as tx:
            claimed = tx.inbound.claim_batch(lease, self.clock(), only)
        if claimed:
            self._settle(lease, self._read(lease, claimed))
        return len(claimed)

    def _read(self, lease: str, claimed: Sequence[Claimed]) -> list[Arrived]:
        """Read and tag what can be; what cannot is let go or held aside at once, and its neighbours go on."""
        readable = [(one, event) for one in claimed if (event := self._attempt(lease, one, self._event, one))]
        try:
            return self._tag(readable)
        except Exception as error:  # noqa: BLE001 - tagged one by one, the one that fails is let go
            log.warning("batch_not_tagged", messages=len(readable), error=type(error).__name__)
            alone = [self._attempt(lease, pair[0], self._tag, [pair]) for pair in readable]
            return [arrived for found in alone if found for arrived in found]

    def _attempt(self, lease: str, one: Claimed, act: Callable[[Given], Result], given: Given) -> Result | None:
        try:
            return act(given)
        except Exception as error:  # noqa: BLE001 - whatever one message does, its neighbours go on
            self._fail(lease, one.row.id, one.row.attempts, error)
            return None

    def _tag(self, readable: Sequence[tuple[Claimed, InboundEvent]]) -> list[Arrived]:
        tags = self.classify([self._message(event) for _, event in readable])
        return [
            Arrived(one.row.id, event, tagged, references(event, self.profile, self.signer), one.row.backfill)
            for (one, event), tagged in zip(readable, tags, strict=True)
        ]

    def _event(self, one: Claimed) -> InboundEvent:
        row = one.row
        if row.attempts > MAX_DEATHS:
            raise PermanentError(f"no process survived {MAX_DEATHS} attempts at this message")
        delivery = Delivery(
            channel=Channel(row.channel),
            source=row.source,
            external_id=row.external_id,
            raw=one.raw,
            received_at=row.received_at,
            suspect=row.attempts > 1,
        )
        return self.normalise[delivery.channel](delivery)

    def _message(self, event: InboundEvent) -> Message:
        return Message(
            channel=event.channel,
            subject=event.subject,
            body=event.reply_text or event.text,
            quoted=quoted_text(event),
            sender=event.sender.address,
            default_lang=self.profile.mailbox(event.source).language,
        )

    def _settle(self, lease: str, batch: Sequence[Arrived]) -> None:
        try:
            self._write(lease, batch)
        except Exception as error:  # noqa: BLE001 - written one by one, or tried again and then held
            log.warning("batch_failed", messages=len(batch), error=type(error).__name__)
            for arrived in batch:
                self._settle_alone(lease, arrived)

    def _settle_alone(self, lease: str, arrived: Arrived) -> None:
        try:
            self._write(lease, [arrived])
        except LeaseLostError:
            log.warning("lease_lost", inbound=arrived.identity)  # whoever has it now writes it
        except Exception as error:  # noqa: BLE001 - written one by one, or tried again and then held
            with self.store.reading() as tx:
                attempts = tx.inbound.get([arrived.identity])[0].attempts
            self._fail(lease, arrived.identity, attempts, error)

    def _write(self, lease: str, batch: Sequence[Arrived]) -> None:
        now = self.clock()
        asked = questions(batch, self.profile, self.signer, now)
        with self.store.transaction("intake.process") as tx:
            tx.known.serialise()
            answers = tx.known.ask(asked)
            planner = Planner(self.profile, self.signer, now, answers)
            plans = [planner.plan(arrived) for arrived in batch]
            rows = Rows(planner, self._reserve(tx, planner.opened, now))
            self._add_cases(tx, rows, plans)
            self._touch_cases(tx, rows, plans, now)
            for source in {one.event.source for one in batch if is_probe(one.event, self.signer)}:
                tx.mailboxes.set_sub_addressing(source, True)
            tx.inbound.finish(lease, [rows.finished(plan) for plan in plans])

    def _reserve(self, tx: Transaction, count: int, now: datetime) -> dict[int, int]:
        """The real ids of the cases that the batch opens, by their provisional ones."""
        if not count:
            return {}
        year = now.astimezone(ZoneInfo(self.profile.timezone)).year
        return {-index: identity for index, identity in enumerate(tx.cases.reserve(year, count), start=1)}

    def _add_cases(self, tx: Transaction, rows: Rows, plans: Sequence[Plan]) -> None:
        opened = [plan for plan in plans if plan.opened]
        tx.cases.add([rows.case(plan) for plan in opened])
        tx.cases.add_keys(key for plan in plans for key in rows.keys(plan))
        tx.cases.add_entries([entry for plan in plans for entry in rows.entries(plan)])
        outgoing = [mail for plan in opened for mail in rows.outbound(plan)]
        if outgoing:
            tx.outbound.add_once(outgoing)
            tx.wake(Kind.OUTBOUND)

    def _touch_cases(self, tx: Transaction, rows: Rows, plans: Sequence[Plan], now: datetime) -> None:
        replies: dict[int | None, dict[str, Any]] = {}  # the first reply of a batch has the status that was read
        for plan in plans:
            if plan.status and not plan.opened:
                touched = {"read": plan.status, "status": after_reply(plan.status), "touched_at": now}
                replies.setdefault(rows.identity(plan.case_id), touched)
        tx.cases.touch([{"case_id": identity, **columns} for identity, columns in replies.items()])
        for plan in plans:
            if plan.outbound_id is not None and plan.arrived.event.delivery_report:
                report = plan.arrived.event.delivery_report
                tx.outbound.undelivered(plan.outbound_id, {"status": report.status, "action": report.action})

    def _fail(self, lease: str, identity: int, attempts: int, error: Exception) -> None:
        """Try again later, or hold aside what is hopeless; the log names the kind of error, never the message."""
        words = f"{type(error).__name__}: {error}"[:500]
        reason = "".join(letter if letter.isprintable() else " " for letter in words)
        hopeless = isinstance(error, PermanentError) or attempts >= MAX_ATTEMPTS
        log.error("message_failed", inbound=identity, attempts=attempts, held=hopeless, error=type(error).__name__)
        with self.store.transaction("intake.fail") as tx:
            if hopeless:
                tx.inbound.give_up(lease, identity, reason, disposition="held", reason=reason)
            else:
                tx.inbound.retry_later(lease, identity, reason, self.clock() + wait_after(attempts))


def quoted_text(event: InboundEvent) -> str:
    """What a reply answers: the lines of its text that are not new. Beneath a first message stands only a signature."""
    if not event.references:
        return ""
    new = set(event.reply_text.splitlines())
    return "\n".join(line for line in event.text.splitlines() if line not in new)
