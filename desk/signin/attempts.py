"""How often one may try to sign in, so that nobody guesses a password and nobody shuts another out.

What is tried is counted by account *and* network, and by network alone: whoever guesses from elsewhere slows down their
own network. A browser that was signed in to that account before is counted by itself and by nothing else, so its owner
gets in even from the attacker's own office.
"""

import time
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.strategies import FixedWindowRateLimiter

from desk.counters import Counters

ACCOUNT = "5 per 1 minute; 15 per 15 minutes; 50 per 1 day"
"""Attempts on one account out of one network, or of one browser that its owner uses: each window is slower."""
NETWORK = "30 per 1 minute; 300 per 1 hour"
"""Attempts that failed out of one network, whatever the account: offices have many people behind one address."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`browser` is the id of a browser that was signed in to that account before, '' where it was not."""

    account: str
    network: str
    browser: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is counted by."""
        return ("browser", self.browser, self.account) if self.browser else ("account", self.network, self.account)


class Attempts:
    """Counts attempts, in this process or for several in Redis; in this process too while Redis is away."""

    def __init__(self, redis_url: str = "", *, account: str = ACCOUNT, network: str = NETWORK) -> None:
        self._account, self._network = parse_many(account), parse_many(network)
        self._counters = Counters(redis_url, "sign-in")

    def begin(self, attempt: Attempt) -> int:
        """Count an attempt on an account: 0 where it may be made, else the seconds to wait, and it is not counted."""
        return self._counters.count(lambda limiter: self._begin(limiter, attempt))

    def succeeded(self, attempt: Attempt) -> None:
        """Somebody knew the password: what they tried before is forgotten."""

        def forget(limiter: FixedWindowRateLimiter) -> None:
            for item in self._account:
                limiter.clear(item, *attempt.key)

        self._counters.count(forget)

    def failed(self, attempt: Attempt) -> None:
        """Count a failure against its network."""
        if not attempt.browser:
            self._counters.count(
                lambda limiter: [limiter.hit(item, "network", attempt.network) for item in self._network]
            )

    def _begin(self, limiter: FixedWindowRateLimiter, attempt: Attempt) -> int:
        counted = [(item, attempt.key) for item in self._account]
        looked_at = [] if attempt.browser else [(item, ("network", attempt.network)) for item in self._network]
        used_up = [(item, key) for item, key in (*counted, *looked_at) if not limiter.test(item, *key)]
        if used_up:
            return max(_seconds(limiter, item, key) for item, key in used_up)
        free = [limiter.hit(item, *key) for item, key in counted]  # of several at the same moment, the last lose here
        return 0 if all(free) else max(_seconds(limiter, item, key) for item, key in counted)


def _seconds(limiter: FixedWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> int:
    return max(1, round(limiter.get_window_stats(item, *key).reset_time - time.time()))
