"""How often people without an account may do something, counted by network in this process."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limits.strategies import RateLimiter


@dataclass(frozen=True)
class Rate:
    """`most` is written as `30 per 1 hour`, several with `;`."""

    name: str
    most: str

    def allows(self, *who: str) -> bool:
        """Count once more for whoever it is; whether that was not too often."""
        from limits import parse_many

        return all(self._limiter.hit(one, self.name, *who) for one in parse_many(self.most))

    @cached_property
    def _limiter(self) -> "RateLimiter":
        from limits.storage import MemoryStorage
        from limits.strategies import FixedWindowRateLimiter

        return FixedWindowRateLimiter(MemoryStorage())
