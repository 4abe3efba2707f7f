"""The articles that a receipt may name: the profile's own, and those that were approved here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cases.profile import Profile
from cases.receipt import Article
from store.tx import Store

FRESH = timedelta(minutes=1)
"""An approval is heeded within this time: articles are read once for many messages."""


@dataclass
class Articles:
    """Reads them when they are asked for, and again once they are no longer fresh."""

    store: Store
    profile: Profile
    clock: Callable[[], datetime]
    _kept: tuple[datetime, tuple[Article, ...]] | None = field(default=None, init=False)

    def __call__(self) -> tuple[Article, ...]:
        """Every article, expired ones among them."""
        now = self.clock()
        if self._kept is None or not timedelta(0) <= now - self._kept[0] < FRESH:
            with self.store.reading() as tx:
                self._kept = (now, (*self.profile.articles, *tx.articles.approved()))
        return self._kept[1]
