"""Days counted: out of the events, or as they were kept. The report and the dashboard both read here.

A day that is settled is read as it was kept, if it was: its events may be purged by now. Any other is counted out of
events each time, unless `recent` asks for what was kept last.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from cases.clock import Calendar
from cases.daily import OF_TOPIC, SETTLES_AFTER, Counts, Measured, counted, known_at, summed, topic, working_day
from cases.figures import AGAIN_WITHIN, CallRecord, Window
from cases.phoned import phone_counts
from cases.profile import Profile
from cases.timers import Calendars
from desk.day import bounds
from ingest.voice.reporting import LONGEST_CALL, Reporting
from store.daily import Kept
from store.tx import Store, Transaction

Counted = dict[date, Counts]
FAR = AGAIN_WITHIN + 2 * LONGEST_CALL
"""How far before and after a day its calls are told of."""


@dataclass(frozen=True)
class Reckoning:
    """Counts the days of one service. `calendars` has one for each of the profile's `hours`."""

    store: Store
    profile: Profile
    calendars: Mapping[str, Calendar]
    clock: Callable[[], datetime]

    def days(self, first: date, last: date, *, recent: bool = False, anew: bool = False) -> Counted:
        """The counts of each day, both included; none of days to come. `recent` takes what was kept of a day even
        where it may still change, `anew` nothing that was kept."""
        now = self.clock()
        begun = each(first, min(last, self._day(now)))
        with self.store.reading() as tx:
            kept = {} if anew else tx.days.kept(first, last)
            found = {day: one.counts for day, one in kept.items() if one.settled or recent}
            for span in spans(day for day in begun if day not in found):
                found |= self.count(tx, span, now)
        return {day: found.get(day, Counter()) for day in each(first, last)}

    def topics(self, first: date, last: date, *, recent: bool = False, anew: bool = False) -> Counts:
        """What cases of these days were about, `topic/TOOL/MOTIF`, and nothing else: it costs less than all counts."""
        now = self.clock()
        with self.store.reading() as tx:
            known = {} if anew else tx.days.kept(first, last)
            kept = {day: one for day, one in known.items() if one.settled or recent}
            found = summed(one.counts for one in kept.values())
            for span in spans(day for day in each(first, last) if day not in kept):
                found.update(self._topics(tx, span, now))
        return Counter({name: number for name, number in found.items() if name.startswith("topic/")})

    def count(self, tx: Transaction, days: Sequence[date], now: datetime) -> Counted:
        """The counts of these days, which follow each other, out of events: a fixed number of statements, and one for
        each day's balance."""
        found: Counted = {day: Counter() for day in days}
        since, until = bounds(days[0], self.zone)[0], bounds(days[-1], self.zone)[1]
        self._count_cases(tx, found, now)
        self._count_calls(tx, found, now)
        for row in tx.days.logged(since, until):
            found[self._day(row.at)][f"logged/{row.outcome}"] += 1
        for day, satisfied in self._said(tx.days.answers(since), now):
            if day in found:
                found[day]["satisfied" if satisfied else "unsatisfied"] += 1
        for day in days:
            for row in tx.inbound.balance(*bounds(day, self.zone)):
                source, fate, number = tuple(row)
                found[day][f"in/{source}/{fate}"] += number
        return found

    def keep(self, days: Sequence[date], now: datetime) -> None:
        """Count these days, which follow each other, and keep what they count."""

        def kept(tx: Transaction) -> None:
            counted = self.count(tx, days, now)
            tx.days.keep({day: Kept(counts, now, self.is_settled(day, now)) for day, counts in counted.items()})

        self.store.run("days.keep", kept)

    def is_settled(self, day: date, now: datetime) -> bool:
        """Whether that day's counts change no more."""
        return now >= bounds(day, self.zone)[1] + SETTLES_AFTER

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.profile.timezone)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _count_cases(self, tx: Transaction, found: Counted, now: datetime) -> None:
        measures: dict[tuple[str, date], Measured] = {}
        for day, source, case in self._opened(tx, found, tx.days.cases):
            if (source, day) not in measures:
                measures[source, day] = self._measured(source, known_at(bounds(day, self.zone)[1], now))
            found[day].update(counted(case, measures[source, day], self.zone))

    def _topics(self, tx: Transaction, days: Sequence[date], now: datetime) -> Counts:
        def tagged(since: datetime, until: datetime) -> Iterator[Any]:
            return tx.days.cases(since, until, OF_TOPIC)

        return Counter(
            topic(case, known_at(bounds(day, self.zone)[1], now)) for day, _, case in self._opened(tx, days, tagged)
        )

    def _opened(
        self, tx: Transaction, days: Iterable[date], read: Callable[[datetime, datetime], Iterator[Any]]
    ) -> Iterator[tuple[date, str, Any]]:
        """The cases of these days as `read` gives them, each with its day."""
        ordered = sorted(days)
        for source, case in read(bounds(ordered[0], self.zone)[0], bounds(ordered[-1], self.zone)[1]):
            yield self._day(case.opened_at), source, case

    def _measured(self, source: str, at: datetime) -> Measured:
        hours = self.profile.hours.get(self.profile.hours_of(source))
        return Measured(Calendars(self.profile, self.calendars).of(source), working_day(hours), at)

    def _count_calls(self, tx: Transaction, found: Counted, now: datetime) -> None:
        days = sorted(found)
        since, until = bounds(days[0], self.zone)[0] - FAR, bounds(days[-1], self.zone)[1] + FAR
        calls = Reporting(self.store, self.profile, self.calendars).calls(tx, since, min(until, now))
        calls.sort(key=lambda call: call.started_at)
        for day in days:
            begin, end = bounds(day, self.zone)
            window = Window(begin, end, known_at(end, now))
            found[day] += phone_counts(_around(calls, window), window, self.profile.phone, self.zone)

    def _said(self, rows: Sequence[Any], now: datetime) -> Iterator[tuple[date, bool]]:
        """The answers to the question after a closing, without those that were given anew before their day settled."""
        last: dict[tuple[int, int], Any] = {}
        for row in rows:
            key = (row.case_id, row.data["closing"])
            before = last.get(key)
            if before and row.at >= known_at(bounds(self._day(before.at), self.zone)[1], now):
                yield self._day(before.at), before.data["satisfied"]
            last[key] = row
        for row in last.values():
            yield self._day(row.at), row.data["satisfied"]


def each(first: date, last: date) -> list[date]:
    """The days from the one to the other, both included."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def spans(days: Iterable[date]) -> list[list[date]]:
    """The days, in order, parted where one is missing."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _around(calls: Sequence[CallRecord], day: Window) -> Sequence[CallRecord]:
    """Those that say whether somebody called before or again."""
    first = bisect_left(calls, day.since - AGAIN_WITHIN, key=lambda call: call.started_at)
    return calls[first : bisect_left(calls, day.until + AGAIN_WITHIN, key=lambda call: call.started_at)]
