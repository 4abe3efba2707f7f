"""From raw rows to cases: claim a batch, read and tag it, decide it, write it in one transaction.

Reading and tagging happen before the transaction begins, which only looks up, decides and writes, because a caller on
the phone waits for the same lock. The batch is written at once; if that fails, each message is written on its own, so
that one bad message is tried again or held aside and never stops its neighbours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from cases.errors import PermanentError
from cases.event import Channel, InboundEvent, Message, MessageKind, Tags
from cases.profile import Profile
from cases.receipt import Article
from cases.timers import Calendars
from cases.tokens import Signer
from ingest.arrived import Arrived, arrived, is_probe, questions
from ingest.plan import WAS_ERASED, Plan
from ingest.planner import Planner
from ingest.proposal import propose
from ingest.rows import Rows
from ingest.write import write
from store.again import is_away
from store.engine import UNAVAILABLE
from store.inbound import Claimed, Delivery
from store.renewing import renewed
from store.tx import Store, Transaction
from store.work import MAX_ATTEMPTS, MAX_DEATHS, LeaseLostError, wait_after

log = structlog.get_logger()

HANGS_AFTER = timedelta(minutes=10)
"""A batch of mails that are each read apart, under a limit of their own, takes four minutes at most."""

Given = TypeVar("Given")
Result = TypeVar("Result")
Normalise = Callable[[Delivery], InboundEvent]
Classify = Callable[[Sequence[Message]], Sequence[Tags]]

TURN = timedelta(seconds=1)
"""How long an answer waits for its question, each time that another worker has it."""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What turns inbound rows into cases. `normalise` has one reader for each channel that is wired, `calendars` the
    working time of each mailbox; `articles` gives what a receipt may name."""

    store: Store
    profile: Profile
    signer: Signer
    calendars: Calendars
    normalise: Mapping[Channel, Normalise]
    classify: Classify
    clock: Callable[[], datetime]
    articles: Callable[[], Sequence[Article]]

    def process(self, only: Sequence[int] = ()) -> int:
        """Work one batch; the number of rows that were claimed. `only` narrows to those inbound ids."""
        lease = uuid4().hex
        claimed = self.store.run("intake.claim", lambda tx: tx.inbound.claim_batch(lease, self.clock(), only))
        if claimed:
            with renewed(self.store, lambda tx: self._renew(tx, lease, claimed), HANGS_AFTER):
                self._settle(lease, self._read(lease, claimed), patient=not only)
        return len(claimed)

    def _renew(self, tx: Transaction, lease: str, claimed: Sequence[Claimed]) -> None:
        tx.inbound.renew(lease, [one.row.id for one in claimed], self.clock())

    def _read(self, lease: str, claimed: Sequence[Claimed]) -> list[Arrived]:
        """Read and tag what can be; what cannot is let go or held aside at once, and its neighbours go on."""
        readable = [(one, event) for one in claimed if (event := self._attempt(lease, one, self._event, one))]
        try:
            return self._tag(readable)
        except Exception as error:  # noqa: BLE001 - tagged one by one, the one that fails is let go
            log.warning("batch_not_tagged", messages=len(readable), error=type(error).__name__)
            alone = [self._attempt(lease, pair[0], self._tag, [pair]) for pair in readable]
            return [one for found in alone if found for one in found]

    def _attempt(self, lease: str, one: Claimed, act: Callable[[Given], Result], given: Given) -> Result | None:
        try:
            return act(given)
        except Exception as error:  # noqa: BLE001 - whatever one message does, its neighbours go on
            self._fail(lease, one.row.id, one.row.attempts, error)
            return None

    def _tag(self, readable: Sequence[tuple[Claimed, InboundEvent]]) -> list[Arrived]:
        tags = self.classify([self.message(event) for _, event in readable])
        return [
            arrived(one, event, tagged, self.profile, self.signer)
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

    def message(self, event: InboundEvent) -> Message:
        """What the classifier is given of it."""
        return Message(
            channel=event.channel,
            subject=event.subject,
            body=event.reply_text or event.text,
            quoted=quoted_text(event),
            sender=event.sender.address,
            default_lang=self.profile.mailbox(event.source).language,
        )

    def _settle(self, lease: str, batch: Sequence[Arrived], *, patient: bool) -> None:
        """`patient`: nobody waits for these, so that they can wait for others."""
        try:
            self._write(lease, batch, patient=patient)
        except Exception as error:
            if is_away(error):
                raise  # no message's fault: all come back when the lease ends
            log.warning("batch_failed", messages=len(batch), error=type(error).__name__)
            for one in batch:
                self._settle_alone(lease, one, patient=patient)

    def _settle_alone(self, lease: str, one: Arrived, *, patient: bool) -> None:
        try:
            self._write(lease, [one], patient=patient)
        except LeaseLostError:
            log.warning("lease_lost", inbound=one.identity)  # whoever has it now writes it
        except Exception as error:
            if is_away(error):
                raise
            with self.store.reading() as tx:
                attempts = tx.inbound.get([one.identity])[0].attempts
            self._fail(lease, one.identity, attempts, error)

    def _write(self, lease: str, batch: Sequence[Arrived], *, patient: bool) -> None:
        now = self.clock()
        asked = questions(batch, self.profile, self.signer, now)
        people = [one for one in batch if one.event.kind is MessageKind.MESSAGE]
        articles = self.articles() if people else ()
        proposals = {one.identity: propose(one, self.calendars, now, articles) for one in people}

        def written(tx: Transaction) -> None:
            tx.known.serialise()
            planner = Planner(self.profile, self.signer, now, tx.known.ask(asked), proposals)
            first = cache(lambda: tx.inbound.first_undecided(lease, now) if patient else None)
            plans, early = decide(planner, batch, first)
            rows = Rows(planner, self._reserve(tx, planner.opened, now))
            write(tx, rows, plans, self.calendars)
            for source in {one.event.source for one in batch if is_probe(one.event, self.signer)}:
                tx.mailboxes.set_sub_addressing(source, True)
            tx.inbound.finish(lease, [rows.finished(plan) for plan in plans])
            tx.privacy.forget([plan.arrived.identity for plan in plans if plan.reason == WAS_ERASED], now)
            tx.inbound.let_go(lease, early, now + TURN)

        self.store.run("intake.process", written)

    def _reserve(self, tx: Transaction, count: int, now: datetime) -> dict[int, int]:
        """The real ids of the cases that the batch opens, by their provisional ones."""
        if not count:
            return {}
        year = now.astimezone(ZoneInfo(self.profile.timezone)).year
        return {-index: identity for index, identity in enumerate(tx.cases.reserve_apart(year, count), start=1)}

    def _fail(self, lease: str, identity: int, attempts: int, error: Exception) -> None:
        """Try again later, or hold aside what is hopeless; the log names the kind of error, never the message."""
        words = f"{type(error).__name__}: {error}"[:500]
        reason = "".join(letter if letter.isprintable() else " " for letter in words)
        limit = MAX_DEATHS if isinstance(error, UNAVAILABLE) else MAX_ATTEMPTS  # a full disk is no message's fault
        hopeless = isinstance(error, PermanentError) or attempts >= limit
        log.error("message_failed", inbound=identity, attempts=attempts, held=hopeless, error=type(error).__name__)
        with self.store.transaction("intake.fail") as tx:
            if hopeless:
                tx.inbound.give_up(lease, identity, reason, disposition="held", reason=reason)
            else:
                tx.inbound.retry_later(lease, identity, reason, self.clock() + wait_after(attempts))


def decide(planner: Planner, batch: Iterable[Arrived], first: Callable[[], int | None]) -> tuple[list[Plan], list[int]]:
    """What becomes of each message, and those that came too early: they answer what is not known, and `first`, the
    oldest one that another worker has in hand, may be it."""
    plans, early = list[Plan](), list[int]()
    for one in batch:
        if planner.is_adrift(one) and (first() or one.identity) < one.identity:
            early.append(one.identity)
        else:
            plans.append(planner.plan(one))
    return plans, early


def quoted_text(event: InboundEvent) -> str:
    """What a reply answers: the lines of its text that are not new. Beneath a first message stands only a signature."""
    if not event.references:
        return ""
    new = set(event.reply_text.splitlines())
    return "\n".join(line for line in event.text.splitlines() if line not in new)
