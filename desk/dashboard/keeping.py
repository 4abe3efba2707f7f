"""Days kept as they are counted, so that the dashboard reads some rows instead of a month of events.

The sweep asks again and again; most times nothing is due. Today is counted anew a minute after something changed, the
days that may still change now and then, all of these some times a day whatever happened, a day that settles once more,
and days that nobody has counted yet by the week.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desk.dashboard.reckoning import Reckoning, each, spans
from store.tx import Transaction

LOOKS = timedelta(seconds=20)
"""How often it is looked whether a day is to be counted."""
AT_ONCE = 7
TODAY = timedelta(minutes=1)
OTHERS = timedelta(minutes=15)
"""How old the counts of today, and of other days that may still change, are at most when something has changed."""
ANYWAY = timedelta(hours=6)
"""How old they are at most: a message that waited for its fate gets it without a trace of when."""
LATE = timedelta(minutes=2)
"""What is written so long after its own moment was not seen yet by who counted at that moment."""


@dataclass
class Keeping:
    """Keeps the days of one service. What it remembers only spares it looks: another process may do the same."""

    reckoning: Reckoning
    _next: datetime | None = field(default=None, init=False)

    def process(self) -> bool:
        """Count what is due first and keep it; whether days are left that nobody has counted, whose events must not be
        purged yet."""
        now = self.reckoning.clock()
        if self._next and now < self._next:
            return False
        with self.reckoning.store.reading() as tx:
            days = self._changed(tx, now) or self._uncounted(tx, now)
        if not days:
            self._next = now + LOOKS
            return False
        self.reckoning.keep(days, now)
        return True

    def _changed(self, tx: Transaction, now: datetime) -> list[date]:
        """A day that settles, or that something has changed since it was counted; the newest first."""
        today = now.astimezone(self.reckoning.zone).date()
        for day, known_at in sorted(tx.days.unsettled().items(), reverse=True):
            age = now - known_at
            old = age >= (TODAY if day == today else OTHERS)
            due = self.reckoning.is_settled(day, now) or age >= ANYWAY
            if due or (old and tx.days.changed_since(known_at - LATE)):
                return [day]
        return []

    def _uncounted(self, tx: Transaction, now: datetime) -> list[date]:
        """The newest days that nobody has counted, up to today: a week of them at once."""
        first = tx.days.first()
        if first is None:
            return []
        zone = self.reckoning.zone
        missing = sorted(set(each(first.astimezone(zone).date(), now.astimezone(zone).date())) - tx.days.known())
        return spans(missing)[-1][-AT_ONCE:] if missing else []
