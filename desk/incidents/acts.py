"""What people do with major incidents, done: one transaction for each act; pages and commands all come through here.

What becomes of each case is decided here and done by `desk.incidents.telling`, some cases at a time: an incident may
have hundreds, and nobody may wait for them on the phone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cases import major
from cases.acting import Acting
from cases.mails import row as mail_row
from cases.major import Change, Incident, Texts, Tie, Word
from cases.refusal import Refusal, RefusedError
from cases.routing import Agent
from cases.secondlevel import Role
from cases.tagging import NO_TOOL
from cases.telling import notice
from cases.wave import in_common
from classify.similar import SYMPTOMS
from desk.actions import Desk
from desk.incidents.rows import banner, load, proposal
from desk.incidents.ties import case_id, require_free, tie, wanted
from desk.loading import Loading
from store.tx import Kind, Transaction

Act = Callable[[Incident, Acting], Change]
Who = Agent | str


@dataclass(frozen=True, slots=True)
class Incidents:
    """Does acts on the major incidents of one service."""

    desk: Desk

    def read(self, identity: int) -> tuple[Incident, list[Any]]:
        """An incident and its cases, oldest first. Raises RefusedError."""
        with self.desk.store.reading() as tx:
            return load(tx, identity), tx.incidents.ties(identity)

    def start(self, agent: Who, numbers: Collection[str], tool: str = "") -> int:
        """Propose one by hand, with these cases; its id. Raises RefusedError."""
        acting = self.desk.acting(agent)
        if acting.agent.role is Role.AUDITOR:
            raise RefusedError(Refusal.AUDITOR, name=acting.name)

        def started(tx: Transaction) -> int:
            tx.known.serialise()
            cases = self._named(tx, numbers)
            require_free(tx, cases, acting)
            return _started(tx, cases, acting, tool or _commonest(cases))

        return self.desk.store.run("incident.open", started)

    def announce(
        self, identity: int, agent: Who, texts: Texts, *, automatic: bool = False, version: int | None = None
    ) -> None:
        """Announce it. Raises RefusedError, TextsError."""
        act = partial(major.announce, texts=texts, automatic=automatic)
        self._do(identity, agent, version, act)

    def update(self, identity: int, agent: Who, texts: Texts, *, version: int | None = None) -> None:
        """Tell all of them something new. Raises RefusedError, TextsError."""
        self._do(identity, agent, version, partial(major.update, texts=texts))

    def close(self, identity: int, agent: Who, texts: Texts, *, version: int | None = None) -> None:
        """End it and close its cases. Raises RefusedError, TextsError."""
        self._do(identity, agent, version, partial(major.close, texts=texts))

    def dismiss(self, identity: int, agent: Who, *, version: int | None = None) -> None:
        """Say that it is none. Raises RefusedError."""
        with self.desk.store.reading() as tx:
            cases = sum(one.state != Tie.UNLINKED for one in tx.incidents.ties(identity))
        self._do(identity, agent, version, partial(major.dismiss, cases=cases))

    def choose(self, identity: int, agent: Who, *, automatic: bool, version: int | None = None) -> None:
        """Whether later cases are linked without a person. Raises RefusedError."""
        self._do(identity, agent, version, partial(major.choose, automatic=automatic))

    def link(self, identity: int, agent: Who, numbers: Collection[str] = ()) -> int:
        """Link these cases, or all that are proposed where none is named; how many. Raises RefusedError."""

        def linked(tx: Transaction, incident: Incident, acting: Acting) -> int:
            ties = {one.case_id: one for one in tx.incidents.ties(incident.id)}
            wish, outside = wanted(incident), {one.case_id for one in ties.values() if one.state == Tie.UNLINKED}
            named = self._named(tx, numbers) if numbers else []
            require_free(tx, [row for row in named if row.id not in ties or row.id in outside], acting)
            chosen = [ties.get(row.id, row) for row in named] or _proposed(ties.values())
            has = {one.case_id for one in ties.values() if one.state == wish}
            return tie(tx, incident, [one for one in chosen if case_id(one) not in has], acting, wish)

        return self._with(identity, agent, linked)

    def unlink(self, identity: int, agent: Who, number: str) -> None:
        """Take a case out of it; it can be linked again. Raises RefusedError."""

        def unlinked(tx: Transaction, incident: Incident, acting: Acting) -> int:
            mine = [one for one in tx.incidents.ties(incident.id) if one.number == number.strip().upper()]
            if not [one for one in mine if one.state != Tie.UNLINKED]:
                raise RefusedError(Refusal.INCIDENT_NOT_ITS_CASE, number=number, incident=incident.id)
            return tie(tx, incident, mine, acting, Tie.UNLINKED)

        self._with(identity, agent, unlinked)

    def _with(self, identity: int, agent: Who, change: Callable[[Transaction, Incident, Acting], int]) -> int:
        acting = self.desk.acting(agent)
        if acting.agent.role is Role.AUDITOR:
            raise RefusedError(Refusal.AUDITOR, name=acting.name)

        def done(tx: Transaction) -> int:
            tx.known.serialise()
            incident = load(tx, identity)
            if not incident.is_alive:
                raise RefusedError(Refusal.INCIDENT_NOT_RUNNING, incident=incident.id, state=incident.state)
            return change(tx, incident, acting)

        return self.desk.store.run("incident.tie", done)

    def _do(self, identity: int, agent: Who, version: int | None, act: Act) -> None:
        acting = self.desk.acting(agent)

        def done(tx: Transaction) -> None:
            tx.known.serialise()
            incident = load(tx, identity)
            change = act(incident, acting)
            if version not in (None, incident.version):
                raise RefusedError(Refusal.INCIDENT_CHANGED, incident=incident.id)
            self._write(tx, incident, change, acting)

        self.desk.store.run("incident.change", done)

    def _write(self, tx: Transaction, incident: Incident, change: Change, acting: Acting) -> None:
        columns = dict(change.columns)
        if (change.ends or change.banner) and incident.banner_id:
            tx.banners.end(acting.now, incident.banner_id)
        if change.banner:
            columns["banner_id"] = tx.banners.start(banner(incident, change.banner, acting))
        if not tx.incidents.change(incident.id, incident.version, columns, acting.now):
            raise RefusedError(Refusal.INCIDENT_CHANGED, incident=incident.id)
        now = load(tx, incident.id)
        ties = tx.incidents.ties(incident.id)
        if change.tells is Word.ANNOUNCED:
            tie(tx, incident, [one for one in ties if one.state == Tie.PROPOSED], acting, Tie.LINKED)
        if change.tells:
            self._notify(tx, now, ties, acting, change.tells)
            tx.wake(Kind.CASE)  # whoever is linked is told now

    def _notify(self, tx: Transaction, incident: Incident, ties: Sequence[Any], acting: Acting, what: Word) -> None:
        """Word to the second level."""
        mine = [one for one in ties if one.state != Tie.UNLINKED]
        if not mine:
            return
        first = str(mine[0].case_id)
        case = Loading(tx, self.desk.profile, acting.now).load([first])[first]
        if mail := notice(incident, case, acting, [one.number for one in mine], what):
            tx.outbound.add_once([mail_row(mail, self.desk.signer, self.desk.profile.mail_domain, acting.now, None)])
            tx.wake(Kind.OUTBOUND)

    def _named(self, tx: Transaction, numbers: Iterable[str]) -> list[Any]:
        """The cases with these numbers, oldest first. Raises RefusedError."""
        asked = {one.strip().upper() for one in numbers if one.strip()}
        if not asked:
            raise RefusedError(Refusal.INCIDENT_NO_CASE)
        found = tx.cases.named(asked, ())
        if unknown := sorted(asked - {row.number for row in found}):
            raise RefusedError(Refusal.NO_SUCH_CASE, number=unknown[0])
        return sorted(found, key=lambda row: (row.opened_at, row.id))


def _started(tx: Transaction, cases: Sequence[Any], acting: Acting, tool: str) -> int:
    told = [SYMPTOMS.intersection(one.signs.split()) for one in tx.signs.of([row.id for row in cases])]
    common = list(in_common([one for one in told if one]))
    row = proposal(tool, cases[0].opened_at, {"signs": common, "alike": bool(common)}, acting)
    identity = tx.incidents.add(row)
    tie(tx, load(tx, identity), cases, acting, Tie.PROPOSED)
    return identity


def _proposed(ties: Iterable[Any]) -> list[Any]:
    return [one for one in ties if one.state == Tie.PROPOSED]


def _commonest(cases: Sequence[Any]) -> str:
    """The tool that most of those are about that name one, '' where none does."""
    tools = [row.tool for row in cases if row.tool != NO_TOOL]
    return str(max(tools, key=tools.count, default=""))
