"""Looks at what came in for many people with the same trouble: a proposal for the supervisors, never an announcement.

Each case is looked at once, by the signs that were kept with it; what is usual is counted once a day. A process that
begins looks at the last hours again, and finds its own proposals there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cases import major
from cases.acting import Acting
from cases.mails import Mail, row
from cases.major import Incident, State, Tie, Word
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.routing import Agent
from cases.secondlevel import Role
from cases.tokens import Signer
from cases.wave import COMPARED, FEW, LONGEST, Sighting, Usual, Wave, Week, are_alike, find
from classify.decide import INCIDENT, NO_TOOL
from desk.incidents.acts import incident_of, proposal, tie
from notify.alarm_mails import common
from notify.budget import Budget
from store.signs import HOUR
from store.tx import Kind, Store, Transaction

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
ACTOR = Agent(id="waves", queues=(), role=Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Found:
    """Cases with a tool that belong together: a wave of them, or one that belongs to an incident that is known."""

    tool: str
    cases: tuple[int, ...]
    wave: Wave | None = None


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
        """Look at what came since the last time; how many cases that tell of trouble."""
        now, zone = self.clock(), ZoneInfo(self.profile.timezone)
        if self._looked and timedelta() <= now - self._looked < EVERY:
            return 0
        self._looked = now
        with self.store.reading() as tx:
            last = self._last if self._last is not None else tx.signs.before(now - LONGEST)
            rows = tx.signs.after(last - LATER, BATCH)
            new = [one for one in rows if one.opened_at > now - LONGEST and self._is_new(one)]
            for one in new:
                told = Sighting(one.id, one.opened_at.astimezone(zone), frozenset(one.signs.split()))
                self._told.setdefault(one.tool, {})[one.id] = told
            found = self._found(tx, new, now)
        for wave in found:
            self.store.run("incident.found", partial(self._keep, found=wave))
        self._last = max(last, rows[-1].id if rows else 0)
        return len(new)

    def _is_new(self, row: Any) -> bool:
        """Whether it tells of trouble with a tool and was not looked at yet."""
        return row.motif == INCIDENT and row.tool != NO_TOOL and row.id not in self._told.get(row.tool, ())

    def _found(self, tx: Transaction, rows: Sequence[Any], now: datetime) -> list[Found]:
        """What is found at the newest of these cases, of each tool once."""
        if not rows:
            return []
        alive = [incident_of(one) for one in tx.incidents.alive()]
        found = list[Found]()
        for tool in dict.fromkeys(one.tool for one in rows):
            self._told[tool] = _lately(self._told[tool], now)
            new = {one.id for one in rows if one.tool == tool}
            known = next((one for one in alive if one.tool in (tool, "")), None)
            found += self._joining(tool, new, known) if known else self._beginning(tx, tool, new)
        return found

    def _joining(self, tool: str, new: set[int], known: Incident) -> Iterator[Found]:
        told = self._told[tool]
        mine = tuple(one for one in told if one in new and major.belongs(known, tool, told[one].signs))
        if mine:
            yield Found(tool, mine)

    def _beginning(self, tx: Transaction, tool: str, new: set[int]) -> Iterator[Found]:
        """The last wave that one of the new cases is part of."""
        told = list(self._told[tool].values())
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
            told = [frozenset(one.split()) for one in tx.signs.latest(tool, INCIDENT, before, COMPARED)]
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

    def _keep(self, tx: Transaction, found: Found) -> None:
        """Propose it, or let it grow what there is already."""
        tx.known.serialise()
        acting = Acting(profile=self.profile, agent=ACTOR, now=self.clock())
        alive = [incident_of(one) for one in tx.incidents.alive() if one.tool in (found.tool, "")]
        dismissed = tx.incidents.dismissed(found.tool, acting.now - major.QUIET)
        known = alive[0] if alive else incident_of(dismissed) if dismissed else None
        if known:
            self._grow(tx, known, found, acting)
        elif found.wave:
            self._propose(tx, found, found.wave, acting)

    def _grow(self, tx: Transaction, incident: Incident, found: Found, acting: Acting) -> None:
        tied = tx.incidents.tied(incident.id, found.cases)
        new = [one for one in found.cases if one not in tied]
        links = incident.state is State.RUNNING and incident.automatic
        tie(tx, incident, tx.signs.of(new) if new else [], acting, Tie.LINKED if links else Tie.PROPOSED)
        if incident.state is State.DISMISSED:
            self._again(tx, incident, tx.incidents.count(incident.id), acting)

    def _again(self, tx: Transaction, incident: Incident, cases: int, acting: Acting) -> None:
        """It goes on: it is remembered for longer, and proposed again where there are clearly more."""
        columns: dict[str, Any] = {}
        if major.is_again(incident, cases):
            line = {"at": acting.now.isoformat(), "by": ACTOR.id, "name": ACTOR.id, "what": Word.AGAIN}
            columns = {"state": State.PROPOSED, "history": [*incident.history, line]}
        tx.incidents.change(incident.id, incident.version, columns, acting.now)
        if columns:
            self._tell(tx, incident, acting.now)

    def _propose(self, tx: Transaction, found: Found, wave: Wave, acting: Acting) -> None:
        evidence = {"usual": round(wave.expected, 2), "chance": wave.likelihood, "alike": wave.alike}
        since = wave.since.astimezone(UTC)
        row = proposal(found.tool, since, {**evidence, "signs": list(wave.signs)}, acting)
        incident = incident_of(tx.incidents.find(tx.incidents.add(row)))
        tie(tx, incident, tx.signs.of(found.cases), acting, Tie.PROPOSED)
        self._tell(tx, incident, acting.now)

    def _tell(self, tx: Transaction, incident: Incident, now: datetime) -> None:
        """Word to the team of the first case's mailbox, unless that has had too much of it: the page shows it still."""
        ties = [one for one in tx.incidents.ties(incident.id) if one.state != Tie.UNLINKED]
        case = tx.cases.find(ties[0].case_id)
        mail = self._mail(incident, case, [one.number for one in ties])
        if mail and not Budget(tx, self.profile, [mail], now).take(mail):
            tx.outbound.add_once([row(mail, self.signer, self.profile.mail_domain, now, None)])
            tx.wake(Kind.OUTBOUND)

    def _mail(self, incident: Incident, case: Any, numbers: Sequence[str]) -> Mail | None:
        mailbox = self.profile.mailbox_of(case.source)
        boxes = self.profile.mailboxes
        box = next((one for one in boxes if one.name == mailbox), boxes[0])
        said = {
            "incident": incident.id,
            "since": incident.since.isoformat(),
            "count": len(numbers),
            "usual": str(incident.evidence.get("usual", "")),
            "cases": list(numbers[:50]),
            "tool": incident.tool,
        }
        key = f"{OutboundKind.WAVE}:{incident.id}:{len(incident.history)}"
        return Mail(
            kind=OutboundKind.WAVE,
            key=key,
            case_id=case.id,
            mailbox=box.name,
            recipient=box.team.lower(),
            lang=box.language,
            context=common(case) | said,
        )


def _lately(told: Mapping[int, Sighting], now: datetime) -> dict[int, Sighting]:
    """Those of the last hours, in the order in which they came."""
    kept = sorted((one for one in told.values() if one.opened_at > now - LONGEST), key=lambda one: one.opened_at)
    return {one.case_id: one for one in kept}


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
