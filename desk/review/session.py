"""What waits for a person's look, and what becomes of it: an action on the case, as on its page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from cases.acting import Correction, StaleError
from cases.profile import Profile
from cases.refusal import RefusedError
from cases.review import Cause, Field, Labels, audited
from cases.routing import Agent
from cases.tagging import choices, tag, untag
from desk.actions import Desk
from store.tx import Store, Transaction

AUDIT_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Item:
    """One case to look at. `row` is the case as it was read, with the `content` of its message."""

    cause: Cause
    row: Any

    @property
    def labels(self) -> Labels:
        return {field: getattr(self.row, field) for field in Field}

    @property
    def text(self) -> str:
        """The new text of the message."""
        content = self.row.content or {}
        return str(content.get("reply_text") or content.get("text") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One person's sitting. The id of `agent` stands on every correction."""

    desk: Desk
    agent: Agent

    @property
    def store(self) -> Store:
        return self.desk.store

    @property
    def profile(self) -> Profile:
        return self.desk.profile

    def waiting(self, newest: int | None = None) -> list[tuple[Cause, int]]:
        """The cases to look at: doubted ones, the least sure first, then the audit of accepted ones. Of each the newest
        so many are looked through, or all."""
        with self.store.reading() as tx:
            return waiting(tx, self.desk.clock(), newest)

    def items(self) -> Iterator[Item]:
        """The same, each read when its turn comes."""
        for cause, identity in self.waiting():
            if item := self.read(cause, identity):
                yield item

    def read(self, cause: Cause, identity: int) -> Item | None:
        """The case as it is now."""
        with self.store.reading() as tx:
            row = tx.corrections.case(identity)
        return Item(cause, row) if row else None

    def options(self) -> Mapping[Field, tuple[str, ...]]:
        """The labels that can be chosen."""
        return choices(self.profile)

    def settle(self, item: Item, labels: Labels, why: str = "") -> int | None:
        """Keep what the person chose; the correction's id, or None where somebody changed the case meanwhile."""
        chosen = partial(tag, labels=labels, why=why, cause=item.cause)
        try:
            return self.desk.act(item.row.number, self.agent, chosen, item.row.version).correction
        except StaleError:
            return None

    def undo(self, identity: int) -> bool:
        """Take a correction back, and give the case the tags it had; False where the case was changed since."""
        with self.store.reading() as tx:
            row = tx.corrections.find(identity)
        if row is None:
            return False
        taken = Correction(cause=Cause(row.cause), shown=_labels(row.shown), chosen=_labels(row.chosen))
        try:
            self.desk.act(str(row.case_id), self.agent, partial(untag, taken=taken, identity=identity))
        except RefusedError:
            return False
        return True


def waiting(tx: Transaction, now: datetime, newest: int | None = None) -> list[tuple[Cause, int]]:
    """The same, within a transaction."""
    doubted = tx.corrections.doubted(newest)
    accepted = tx.corrections.accepted(now - AUDIT_WINDOW, newest)
    drawn = [(Cause.AUDIT, row.id) for row in accepted if audited(row.number)]
    return [*((Cause.DOUBT, row.id) for row in doubted), *drawn]


def _labels(kept: Mapping[str, str]) -> Labels:
    return {field: kept[field] for field in Field}
