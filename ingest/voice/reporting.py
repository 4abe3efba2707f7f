"""The figures and the balance of a window, read from what providers told us."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock import Calendar
from cases.figures import AGAIN_WITHIN, CallRecord, Figure, Window, balance, report
from cases.profile import Profile
from ingest.voice.callbacks import promised_by
from ingest.voice.records import records
from store.tx import Store, Transaction

ALL = ""
"""All lines together."""
LONGEST_CALL = timedelta(days=1)
"""How far around a day its calls may be told of: far more than any provider lets one last."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures by line, `ALL` for all of them, and the calls of the window."""

    figures: dict[str, tuple[Figure, ...]]
    calls: tuple[CallRecord, ...]


@dataclass(frozen=True)
class Reporting:
    """The figures of one service. `calendars` has one for each of the profile's `hours`."""

    store: Store
    profile: Profile
    calendars: Mapping[str, Calendar]

    def figures(self, window: Window) -> dict[str, tuple[Figure, ...]]:
        """Every figure of all lines (`ALL`) and of each one that is in the profile or had a call."""
        return self.overview(window).figures

    def overview(self, window: Window) -> Overview:
        """The figures with the calls that they are about."""
        around = (window.since - AGAIN_WITHIN, window.until + AGAIN_WITHIN)
        calls = self._records(*around, (window.since, window.until + LONGEST_CALL))
        return Overview(self._figures(calls, window), tuple(call for call in calls if window.holds(call)))

    def balance(self, since: datetime, until: datetime) -> dict[str, Counter[str]]:
        """How many calls of [since, until) had each fate, by line; '' are those that nobody knows the line of."""
        calls = self._records(since - LONGEST_CALL, until + LONGEST_CALL)
        return balance(call for call in calls if since <= call.started_at < until)

    def calls(self, tx: Transaction, since: datetime, until: datetime) -> list[CallRecord]:
        """Every call that was told of in [since, until), all of its steps read."""
        return records(tx.call_events.between(since, until), self._promise)

    def _figures(self, calls: Sequence[CallRecord], window: Window) -> dict[str, tuple[Figure, ...]]:
        lines = dict.fromkeys([*(line.name for line in self.profile.lines), *(call.line for call in calls)])
        by_line = {line: [call for call in calls if call.line == line] for line in lines if line}
        rules = self.profile.phone
        return {ALL: report(calls, window, rules)} | {line: report(its, window, rules) for line, its in by_line.items()}

    def _records(
        self, since: datetime, until: datetime, steps: tuple[datetime, datetime] | None = None
    ) -> list[CallRecord]:
        """Calls before and after the window only tell whether somebody called again: their steps are not read."""
        with self.store.reading() as tx:
            return records(tx.call_events.between(since, until, steps), self._promise)

    def _promise(self, line: str, asked_at: datetime) -> datetime:
        """By when a callback is promised; a day, on a line that the profile has no longer."""
        hours = next((one.hours for one in self.profile.lines if one.name == line), "")
        calendar = self.calendars.get(hours)
        return promised_by(calendar, asked_at) if calendar else asked_at + timedelta(days=1)
