"""What waits for a person's look, and what becomes of it: correction and tags in one transaction."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.profile import Profile
from cases.review import Cause, Field, Labels, audited
from store.tx import Store

AUDIT_WINDOW = timedelta(days=30)
LONGEST_WHY = 500


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
    """One person's sitting. `who` stands on every correction."""

    store: Store
    profile: Profile
    who: str
    clock: Callable[[], datetime]

    def waiting(self) -> list[tuple[Cause, int]]:
        """The cases to look at: doubted ones, the least sure first, then the audit of accepted ones."""
        with self.store.reading() as tx:
            doubted = tx.corrections.doubted()
            accepted = tx.corrections.accepted(self.clock() - AUDIT_WINDOW)
        drawn = [(Cause.AUDIT, row.id) for row in accepted if audited(row.number)]
        return [*((Cause.DOUBT, row.id) for row in doubted), *drawn]

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
        return {
            Field.MOTIF: tuple(motif.id for motif in self.profile.motifs),
            Field.TOOL: (*(tool.id for tool in self.profile.tools), "aucun"),
            Field.SCOPE: self.profile.scopes,
        }

    def settle(self, item: Item, labels: Labels, why: str = "") -> int | None:
        """Keep what the person chose; the correction's id, or None where somebody changed the case meanwhile."""
        with self.store.transaction("review.correct") as tx:
            tags = self._tags(labels) | {"review": False}
            if not tx.corrections.retag(item.row.id, item.row.version, labels, self.clock(), **tags):
                return None
            return tx.corrections.add(self._correction(item, labels, why))

    def undo(self, identity: int) -> bool:
        """Take a correction back, and give the case the tags it had; False where the case was changed since."""
        with self.store.transaction("review.undo") as tx:
            taken = tx.corrections.find(identity)
            now = tx.corrections.case(taken.case_id) if taken else None
            if taken is None or now is None or any(getattr(now, field) != taken.chosen[field] for field in Field):
                return False
            before: Labels = {field: taken.shown[field] for field in Field}
            tags = self._tags(before) | {"review": taken.cause == Cause.DOUBT}
            tx.corrections.retag(now.id, now.version, before, self.clock(), **tags)
            tx.corrections.add(self._correction(Item(Cause(taken.cause), now), before, "") | {"undoes": identity})
        return True

    def _tags(self, labels: Labels) -> dict[str, Any]:
        return {"category": self.profile.category_of(labels[Field.MOTIF])}

    def _correction(self, item: Item, labels: Labels, why: str) -> dict[str, Any]:
        return {
            "case_id": item.row.id,
            "inbound_id": item.row.inbound_id,
            "cause": item.cause,
            "shown": dict(item.labels),
            "chosen": dict(labels),
            "changed": labels != item.labels,
            "actor": self.who[:64],
            "why": why[:LONGEST_WHY],
            "model": item.row.tags.get("model", ""),
            "at": self.clock(),
            "person_key": item.row.person_key,
        }
