"""Looks at what came in for many people with the same trouble: a proposal for the supervisors, never an announcement.

Each case is looked at once, by the signs that were kept with it; what is usual is counted once a day. A process that
begins looks at the last hours again, and finds its own proposals there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.proposals import Found, Proposals, alive
from cases import major
from cases.major import Incident
from cases.profile import Profile
from cases.tokens import Signer
from cases.wave import COMPARED, FEW, LONGEST, Sighting, Usual, Wave, Week, are_alike, find
from classify.decide import INCIDENT, NO_TOOL
from classify.similar import SYMPTOMS
from store.signs import HOUR
from store.tx import Store, Transaction

PAST = timedelta(days=56)
"""The weeks that say what is usual."""
COUNTED_ANEW = timedelta(days=1)
EVERY = timedelta(seconds=10)
"""Between two looks: where much comes at once it is looked at together."""
LATER = 20
"""So many cases before the last are looked at again: a call is a case before its message is written down."""
NOTED = timedelta(hours=1)
"""How long before a wave's first case a call of it may have been that is noted by hand."""
BATCH = 500


@dataclass(kw_only=True)
class Waves:
    """Looks for the waves of one service. Between two looks it keeps what is usual, and the last hours by tool."""

    store: Store
    profile: Profile
    signer: Signer
    clock: Callable[[], datetime]
    _looked: datetime | None = field(default=None, init=False)
    _last: int | None = field(default=None, init=False)
    _told: dict[str, dict[int, Sighting]] = field(default_factory=dict, init=False)
    _usual: dict[str, tuple[datetime, Usual]] = field(default_factory=dict, init=False)
    _week: tuple[datetime, Week, float] | None = field(default=None, init=False)

    def process(self) -> int:
        """Look at what came since the last time; how many cases that tell of trouble. Where what was found cannot be
        kept, the last hours are looked at again next time."""
        now = self.clock()
        if self._looked and timedelta() <= now - self._looked < EVERY:
            return 0
        self._looked = now
        try:
            return self._look(now)
        except BaseException:
            self._last, self._told = None, {}
            raise

    def _look(self, now: datetime) -> int:
        with self.store.reading() as tx:
            last = self._last if self._last is not None else tx.signs.before(now - LONGEST)
            rows = tx.signs.after(last - LATER, INCIDENT, NO_TOOL, BATCH)
            new = [one for one in rows if one.opened_at > now - LONGEST and one.id not in self._told.get(one.tool, ())]
            found = self._found(tx, new, now)
        if found:
            self.store.run("incident.found", lambda tx: self._keep(tx, found))
        self._last = max(last, rows[-1].id if rows else 0)
        return len(new)

    def _keep(self, tx: Transaction, found: Sequence[Found]) -> None:
        tx.known.serialise()
        Proposals(tx, self.profile, self.signer, self.clock()).keep(found)

    def _found(self, tx: Transaction, rows: Sequence[Any], now: datetime) -> list[Found]:
        """What is found at the newest of these cases, of each tool once."""
        if not rows:
            return []
        zone, found = ZoneInfo(self.profile.timezone), list[Found]()
        homes, new = alive(tx, now), defaultdict[str, list[Sighting]](list)
        for one in rows:
            new[one.tool].append(_sighting(one, zone))
        for tool, told in new.items():
            self._told[tool] = _lately(self._told.get(tool, {}), told, now)
            joined = _by_home(tool, told, homes)
            homeless = set(joined.pop(0, ()))
            found += [Found(tool, tuple(cases), incident=home) for home, cases in joined.items()]
            if homeless:
                others = _by_home(tool, self._told[tool].values(), homes)[0]
                found += self._beginning(tx, tool, [self._told[tool][one] for one in others], homeless)
        return found

    def _beginning(self, tx: Transaction, tool: str, told: Sequence[Sighting], new: set[int]) -> Iterator[Found]:
        """The last wave that one of the new cases is part of."""
        if len(told) < FEW:
            return
        usual = self._what_is_usual(tx, tool, told[-1].opened_at)
        while wave := _last(told, new, usual):
            cases = tuple(dict.fromkeys((*wave.cases, *_untold(told, wave))))
            ended = tx.incidents.settled(cases)
            if not ended:
                yield Found(tool, cases, wave)
                return
            told = [one for one in told if one.case_id not in ended]

    def _what_is_usual(self, tx: Transaction, tool: str, now: datetime) -> Usual:
        counted, usual = self._usual.get(tool, (now, None))
        if usual is None or abs(now - counted) > COUNTED_ANEW:
            before = now - LONGEST
            week, weeks = self._spread(tx, now)
            number = tx.signs.count(tool, INCIDENT, before - PAST, before)
            told = [_symptoms(one) for one in tx.signs.latest(tool, INCIDENT, before, COMPARED)]
            usual = Usual(number / weeks, told, week)
            self._usual[tool] = now, usual
        return usual

    def _spread(self, tx: Transaction, now: datetime) -> tuple[Week, float]:
        """How cases spread over a week, and the weeks that say so: not more than the service has been there."""
        if self._week is None or abs(now - self._week[0]) > COUNTED_ANEW:
            zone, oldest = ZoneInfo(self.profile.timezone), tx.signs.oldest() or now
            hours = tx.signs.hours(now - PAST)
            week = Week((datetime.fromtimestamp(hour * HOUR, zone), number) for hour, number in hours)
            weeks = max(min(now - oldest, PAST), timedelta(days=7)) / timedelta(days=7)
            self._week = now, week, weeks
        return self._week[1:]


def _sighting(row: Any, zone: ZoneInfo) -> Sighting:
    return Sighting(row.id, row.opened_at.astimezone(zone), _symptoms(row.signs), row.person)


def _symptoms(signs: str) -> frozenset[str]:
    """What goes wrong and at which step: that is what one trouble's cases have in common."""
    return SYMPTOMS.intersection(signs.split())


def _lately(told: Mapping[int, Sighting], new: Sequence[Sighting], now: datetime) -> dict[int, Sighting]:
    """Those of the last hours, in the order in which they came."""
    kept = [one for one in (*told.values(), *new) if one.opened_at > now - LONGEST]
    return {one.case_id: one for one in sorted(kept, key=lambda one: one.opened_at)}


def _by_home(tool: str, told: Iterable[Sighting], homes: Sequence[Incident]) -> dict[int, list[int]]:
    """The cases by the id of the incident that they belong to, 0 for none."""
    found = defaultdict[int, list[int]](list)
    for one in told:
        home = next((home.id for home in homes if major.belongs(home, tool, one.signs)), 0)
        found[home].append(one.case_id)
    return found


def _untold(told: Sequence[Sighting], wave: Wave) -> tuple[int, ...]:
    """The cases since its begin that tell of nothing that could be compared, such as calls that were noted by hand."""
    since = wave.since - NOTED
    return tuple(one.case_id for one in told if not one.signs and one.opened_at >= since)


def _last(told: Sequence[Sighting], new: set[int], usual: Usual) -> Wave | None:
    """The wave at the newest of the new cases that is part of one; of those that are alike the newest is asked."""
    tried = list[frozenset[str]]()
    for end in range(len(told), FEW - 1, -1):
        newest = told[end - 1]
        if newest.case_id not in new or any(are_alike(newest.signs, one) for one in tried):
            continue
        if wave := find(told[:end], usual):
            return wave
        tried.append(newest.signs)
    return None
