"""Looks at what came in for many people with the same trouble: a proposal for the supervisors, never an announcement.

Each case is looked at once, by its row of signs; what is usual is counted once a day. A process that begins looks at
the last cases again, and finds its own proposals there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
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
from cases.wave import COMPARED, FEW, LONGEST, Sighting, Usual, Wave, Week, find
from classify.decide import INCIDENT, NO_TOOL
from desk.incidents.acts import incident_of, proposal, tie
from notify.alarm_mails import common
from notify.budget import Budget
from store.signs import HOUR
from store.tx import Kind, Store, Transaction

PAST = timedelta(days=56)
"""The weeks that say what is usual."""
COUNTED_ANEW = timedelta(days=1)
AGAIN = 200
"""Cases that a process looks at again when it begins."""
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
    """Looks for the waves of one service. What is usual is kept between two looks."""

    store: Store
    profile: Profile
    signer: Signer
    clock: Callable[[], datetime]
    _seen: int = field(default=-1, init=False)
    _usual: dict[str, tuple[datetime, Usual]] = field(default_factory=dict, init=False)
    _week: tuple[datetime, Week, float] | None = field(default=None, init=False)

    def process(self) -> int:
        """Look at what came since the last time; how many cases."""
        with self.store.reading() as tx:
            if self._seen < 0:
                self._seen = max(tx.signs.last() - AGAIN, 0)
            rows = tx.signs.after(self._seen, BATCH)
            found = self._found(tx, [one for one in rows if one.motif == INCIDENT and one.tool != NO_TOOL])
        for one in found:
            self.store.run("incident.found", lambda tx, one=one: self._keep(tx, one))
        if rows:
            self._seen = rows[-1].id
        return len(rows)

    def _found(self, tx: Transaction, rows: Sequence[Any]) -> list[Found]:
        """What is found at the newest of these cases, of each tool once."""
        if not rows:
            return []
        alive = [incident_of(one) for one in tx.incidents.alive()]
        found = list[Found]()
        for tool in dict.fromkeys(one.tool for one in rows):
            new = [one for one in rows if one.tool == tool]
            known = next((one for one in alive if one.tool in (tool, "")), None)
            found += self._joining(tx, new, known) if known else self._beginning(tx, new)
        return found

    def _joining(self, tx: Transaction, new: Sequence[Any], known: Incident) -> Iterator[Found]:
        told = {one.id: frozenset(one.signs.split()) for one in tx.signs.of([one.case_id for one in new])}
        mine = tuple(one.case_id for one in new if major.belongs(known, one.tool, told.get(one.case_id, ())))
        if mine:
            yield Found(new[0].tool, mine)

    def _beginning(self, tx: Transaction, new: Sequence[Any]) -> Iterator[Found]:
        """The last wave that one of the new cases is part of."""
        tool, zone = new[0].tool, ZoneInfo(self.profile.timezone)
        rows = tx.signs.recent(tool, INCIDENT, new[0].opened_at - LONGEST, new[-1].opened_at)
        if len(rows) < FEW:
            return
        usual = self._what_is_usual(tx, tool, new[-1].opened_at)
        fresh, ended = {one.case_id for one in new}, set[int]()
        while wave := _last(rows, fresh, usual, zone):
            ended = tx.incidents.settled(wave.cases)
            if not ended:
                yield Found(tool, wave.cases, wave)
                return
            rows = [one for one in rows if one.case_id not in ended]

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
            local = ((datetime.fromtimestamp(hour * HOUR, UTC).astimezone(zone), number) for hour, number in hours)
            week = Week(chain.from_iterable(repeat(at, number) for at, number in local))
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
        ties = tx.incidents.ties(incident.id)
        new = [one for one in found.cases if one not in {row.case_id for row in ties}]
        links = incident.state is State.RUNNING and incident.automatic
        tie(tx, incident, tx.cases.named((), new) if new else [], acting, Tie.LINKED if links else Tie.PROPOSED)
        if incident.state is State.DISMISSED:
            cases = len(new) + sum(row.state != Tie.UNLINKED for row in ties)
            self._again(tx, incident, cases, acting)

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
        tie(tx, incident, tx.cases.named((), found.cases), acting, Tie.PROPOSED)
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


def _last(rows: Sequence[Any], fresh: set[int], usual: Usual, zone: ZoneInfo) -> Wave | None:
    """The wave at the newest of the fresh cases that is part of one."""
    told = [Sighting(one.case_id, one.opened_at.astimezone(zone), frozenset(one.signs.split())) for one in rows]
    for end in range(len(told), FEW - 1, -1):
        if told[end - 1].case_id in fresh and (wave := find(_within(told[:end]), usual)):
            return wave
    return None


def _within(told: Sequence[Sighting]) -> list[Sighting]:
    """Those of the last hours."""
    return [one for one in told if one.opened_at > told[-1].opened_at - LONGEST]
