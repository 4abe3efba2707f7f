"""A day of the service, and how what was received on it adds up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.case import Disposition

FATES = tuple(str(fate) for fate in Disposition)
PENDING = "pending"


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day's begin and end; it has 23, 24 or 25 hours."""
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Balance:
    """What one mailbox, or all of them, received on a day. `pending` is still being worked."""

    mailbox: str
    fates: dict[str, int]

    @property
    def received(self) -> int:
        return sum(self.fates.values())

    @property
    def pending(self) -> int:
        return self.fates.get(PENDING, 0)

    @property
    def unaccounted(self) -> int:
        """What has no fate and is not being worked: never more than 0, or something is wrong."""
        return self.received - self.pending - sum(self.fates.get(fate, 0) for fate in FATES)

    def __getitem__(self, fate: str) -> int:
        return self.fates.get(fate, 0)


def balances(counts: Iterable[Any]) -> list[Balance]:
    """(source, fate, count) rows as one balance for each mailbox, by name."""
    by_source: dict[str, dict[str, int]] = {}
    for source, fate, count in counts:
        by_source.setdefault(source, {})[fate] = count
    return [Balance(source, fates) for source, fates in sorted(by_source.items())]


def total(each: Iterable[Balance]) -> Balance:
    """All mailboxes together."""
    fates: dict[str, int] = {}
    for balance in each:
        for fate, count in balance.fates.items():
            fates[fate] = fates.get(fate, 0) + count
    return Balance("", fates)
