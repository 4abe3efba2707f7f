"""Proposals of major incidents, kept: a new one, or one that grows. Nobody but the team is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cases import major
from cases.acting import Acting
from cases.mails import Mail, row
from cases.major import Incident, State, Tie, Word
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.routing import Agent
from cases.secondlevel import Role
from cases.tokens import Signer
from cases.wave import FEW, Wave
from desk.incidents.rows import incident_of, proposal
from desk.incidents.ties import add
from notify.alarm_mails import common
from notify.budget import Budget
from store.tx import Kind, Transaction

ACTOR = Agent(id="waves", queues=(), role=Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Found:
    """Cases with a tool that belong together: a wave of them, or some of an incident that is known, by its id."""

    tool: str
    cases: tuple[int, ...]
    wave: Wave | None = None
    incident: int = 0


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was found, written in one transaction."""

    tx: Transaction
    profile: Profile
    signer: Signer
    now: datetime

    def keep(self, found: Sequence[Found]) -> None:
        """Propose each wave, or let what there is already grow."""
        rows = {one.id: one for one in self.tx.signs.of({case for one in found for case in one.cases})}
        homes = alive(self.tx, self.now)
        for one in found:
            cases = [rows[case] for case in one.cases if case in rows]
            home = next((home for home in homes if _is_home(home, one)), None)
            if one.wave:
                self._begin(one.tool, one.wave, home or self._dismissed(one), cases)
            elif home:
                self._grow(home, cases)

    def _dismissed(self, found: Found) -> Incident | None:
        latest = self.tx.incidents.dismissed(found.tool, self.now - major.QUIET)
        known = incident_of(latest) if latest else None
        return known if known and _is_home(known, found) else None

    def _begin(self, tool: str, wave: Wave, home: Incident | None, cases: Sequence[Any]) -> None:
        if home:
            self._grow(home, cases)
            return
        known = self.tx.incidents.known([one.id for one in cases])
        free = [one for one in cases if one.id not in known]
        if len(free) >= FEW:
            self._propose(tool, wave, free)

    def _grow(self, incident: Incident, cases: Sequence[Any]) -> None:
        links = incident.state is State.RUNNING and incident.automatic
        add(self.tx, incident, cases, self._acting, Tie.LINKED if links else Tie.PROPOSED)
        if incident.state is State.DISMISSED:
            self._again(incident, self.tx.incidents.count(incident.id))

    def _again(self, incident: Incident, cases: int) -> None:
        """It goes on: it is remembered for longer, and proposed again where there are clearly more."""
        columns: dict[str, Any] = {}
        if major.is_again(incident, cases):
            line = {"at": self.now.isoformat(), "by": ACTOR.id, "name": ACTOR.id, "what": Word.AGAIN}
            columns = {"state": State.PROPOSED, "history": [*incident.history, line]}
        self.tx.incidents.change(incident.id, incident.version, columns, self.now)
        if columns:
            self._tell(incident)

    def _propose(self, tool: str, wave: Wave, cases: Sequence[Any]) -> None:
        evidence = {"usual": round(wave.expected, 2), "chance": wave.likelihood, "alike": wave.alike}
        since = wave.since.astimezone(UTC)
        made = proposal(tool, since, {**evidence, "signs": list(wave.signs)}, self._acting)
        incident = incident_of(self.tx.incidents.find(self.tx.incidents.add(made)))
        add(self.tx, incident, cases, self._acting, Tie.PROPOSED)
        self._tell(incident)

    def _tell(self, incident: Incident) -> None:
        """Word to the team of the first case's mailbox, unless that has had too much of it: the page shows it still."""
        ties = [one for one in self.tx.incidents.ties(incident.id) if one.state != Tie.UNLINKED]
        mail = self._mail(incident, self.tx.cases.find(ties[0].case_id), [one.number for one in ties])
        if not Budget(self.tx, self.profile, [mail], self.now).take(mail):
            self.tx.outbound.add_once([row(mail, self.signer, self.profile.mail_domain, self.now, None)])
            self.tx.wake(Kind.OUTBOUND)

    def _mail(self, incident: Incident, case: Any, numbers: Sequence[str]) -> Mail:
        mailbox, boxes = self.profile.mailbox_of(case.source), self.profile.mailboxes
        box = next((one for one in boxes if one.name == mailbox), boxes[0])
        said = {
            "incident": incident.id,
            "since": incident.since.isoformat(),
            "count": len(numbers),
            "usual": str(incident.evidence.get("usual", "")),
            "cases": list(numbers[:50]),
            "tool": incident.tool,
        }
        return Mail(
            kind=OutboundKind.WAVE,
            key=f"{OutboundKind.WAVE}:{incident.id}:{len(incident.history)}",
            case_id=case.id,
            mailbox=box.name,
            recipient=box.team.lower(),
            lang=box.language,
            context=common(case) | said,
        )

    @property
    def _acting(self) -> Acting:
        return Acting(profile=self.profile, agent=ACTOR, now=self.now)


def _is_home(incident: Incident, found: Found) -> bool:
    """Whether it is the one that was meant; of a wave, whether that is its own, which may have begun meanwhile."""
    if found.wave is None:
        return incident.id == found.incident
    return major.belongs(incident, found.tool, found.wave.signs if found.wave.alike else ())


def alive(tx: Transaction, now: datetime) -> list[Incident]:
    """The incidents that later cases may be of: those whose cases have something in common first, then the oldest."""
    found = [(incident_of(one), one.grown_at) for one in tx.incidents.alive()]
    mine = [incident for incident, grown_at in found if major.takes(incident, grown_at, now)]
    return sorted(mine, key=lambda one: (not one.signs, one.id))
