"""How often people without an account may do something, counted by network."""

from dataclasses import dataclass

from limits import parse_many
from limits.strategies import FixedWindowRateLimiter

from desk.counters import Counters


@dataclass(frozen=True)
class Rate:
    """`most` is written as `30 per 1 hour`, several with `;`."""

    name: str
    most: str
    counters: Counters

    def allows(self, *who: str) -> bool:
        """Count once more for whoever it is; whether that was not too often."""

        def hit(limiter: FixedWindowRateLimiter) -> bool:
            return all(limiter.hit(one, self.name, *who) for one in parse_many(self.most))

        return self.counters.count(hit)
