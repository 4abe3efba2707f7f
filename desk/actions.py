"""What people do with a case, done: load it, ask the pure action, write what it says, wake who sends.

One transaction for each action. Pages, API and commands all come through here.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from cases import escalation
from cases.acting import Acting, Branch, Effect, StaleError, There, timed
from cases.actions import SENT
from cases.amending import Cut, split
from cases.assigning import agent_of
from cases.case import EntryKind, Status
from cases.dossier import Dossier, Line
from cases.due import ClockKind
from cases.folding import folded
from cases.mails import Mail, row
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.routing import Agent
from cases.seconding import Wish, case_for, escalate
from cases.timers import Calendars, Timers
from cases.tokens import Signer
from desk.enclosures import enclosures
from desk.found_by import found_by
from desk.kept_rows import correction, entry
from desk.loading import Loading
from desk.waiting import ANSWERS
from ingest.rows import tag_details
from ingest.scanning import Scan, unscanned
from store.search import Words
from store.tx import Kind, Store, Transaction
from store.work import LeaseLostError

Act = Callable[[Dossier, Acting], Effect]
"""An action with everything that it is to do bound to it."""

Join = Callable[[Dossier, Acting, Dossier], Effect]
"""The same for one that concerns another case, too."""

Also = Callable[[Transaction], None]
"""What else is written where an action is done, in the same transaction."""


def nothing(tx: Transaction) -> None:
    """Nothing else is written."""


def unsaid(tx: Transaction, done: "Done") -> None:
    """Nobody asked what was done."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did: how the case stands after it, the lines that were added, and the mails that are queued.
    `correction` is the id of the one that was kept of its tags."""

    number: str
    status: Status
    version: int
    lines: tuple[Line, ...]
    mails: tuple[Mail, ...]
    correction: int | None = None

    @property
    def withheld(self) -> dict[str, str]:
        """Who is not told of a closing (`requester`, `relay`), and why."""
        told = {who: fate for line in self.lines if line.kind == EntryKind.CLOSED for who, fate in line.data.items()}
        return {who: fate for who, fate in told.items() if fate != SENT}


@dataclass(frozen=True, slots=True)
class Asked:
    """The case that somebody acts on, who, and the version that they have seen."""

    number: str
    agent: Agent | str
    version: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Does actions on the cases of one service. `say` is told what was done, in its transaction; `scan` looks at files
    that go along with an escalation."""

    store: Store
    profile: Profile
    signer: Signer
    calendars: Calendars
    clock: Callable[[], datetime]
    say: Callable[[Transaction, Done], None] = unsaid
    scan: Scan = unscanned

    def acting(self, agent: Agent | str) -> Acting:
        """Who acts now: somebody who is known already, or the profile's agent with that id. Raises RefusedError where
        it has none."""
        known = agent_of(self.profile, agent) if isinstance(agent, str) else agent
        return Acting(profile=self.profile, agent=known, now=self.clock())

    def read(self, number: str) -> Dossier:
        """The case with that number or id. Raises RefusedError."""
        with self.store.reading() as tx:
            return self._load(tx, number)

    def read_all(self, numbers: Collection[str]) -> dict[str, Dossier]:
        """The same for several at once, by what was asked; those that are not there are left out."""
        with self.store.reading() as tx:
            return Loading(tx, self.profile, self.clock()).load(numbers)

    def act(
        self, number: str, agent: Agent | str, action: Act, version: int | None = None, also: Also = nothing
    ) -> Done:
        """Do that to a case. `version` is the one that a person has seen, None where they saw none.

        Raises RefusedError where it cannot be done, StaleError where the case is another by now.
        """

        def acted(tx: Transaction, case: Dossier, acting: Acting) -> Done:
            done = self.write(tx, case, acting, action(case, acting))
            also(tx)
            return done

        return self._do(Asked(number, agent, version), acted)

    def escalate(
        self, number: str, agent: Agent | str, wish: Wish, chosen: Sequence[int] = (), version: int | None = None
    ) -> Done:
        """Ask the second level (`cases.seconding.escalate`). `chosen` are places in the list of the case's files."""
        enclosed = enclosures(self.store, self.read(number), chosen, self.scan)
        wish = replace(wish, files=tuple(one.told for one in enclosed))

        def done(tx: Transaction, case: Dossier, acting: Acting) -> Done:
            effect = escalate(case, acting, wish)
            tx.escalations.keep_files({one.sha256: one.body for one in enclosed}, acting.now)
            return self.write(tx, case, acting, effect)

        return self._do(Asked(number, agent, version), done)

    def asked(self, number: str, agent: Agent | str, wish: Wish, chosen: Sequence[int] = ()) -> Mail:
        """The mail that the second level would get; nothing is done. Raises RefusedError."""
        case, acting = self.read(number), self.acting(agent)
        files = tuple(one.told for one in enclosures(self.store, case, chosen, self.scan))
        effect = escalate(case, acting, replace(wish, files=files))
        if effect.escalated is None:
            raise TypeError("an escalation asks for something")
        due_at = timed(case, effect, self.calendars, acting.now).due_at(ClockKind.N2)
        return escalation.to_second_level(effect.escalated, case_for(case), 0, due_at)

    def split(self, number: str, agent: Agent | str, cut: Cut, version: int | None = None) -> Done:
        """Open a case of its own for some messages of a case, or for a part of one (`cases.amending.split`). The number
        of the `cut` is given here."""

        def done(tx: Transaction, case: Dossier, acting: Acting) -> Done:
            [new] = tx.cases.reserve(acting.now.astimezone(ZoneInfo(self.profile.timezone)).year, 1)
            return self.write(tx, case, acting, split(case, acting, replace(cut, new=new), self.calendars))

        return self._do(Asked(number, agent, version), done)

    def join(self, number: str, agent: Agent | str, action: Join, other: str = "", version: int | None = None) -> Done:
        """Do what concerns two cases (`cases.joining`). `other` is the number of the second, '' for the one that the
        first was merged into."""

        def done(tx: Transaction, case: Dossier, acting: Acting) -> Done:
            there = self._load(tx, other or str(case.merged_into or case.id))
            return self.write(tx, case, acting, action(case, acting, there))

        return self._do(Asked(number, agent, version), done)

    def _do(self, asked: Asked, change: Callable[[Transaction, Dossier, Acting], Done]) -> Done:
        """One transaction, done again where another writer came first: then with the case as it is by then."""
        acting, version = self.acting(asked.agent), asked.version

        def acted(tx: Transaction) -> Done:
            tx.known.serialise()  # the counts of automatic mail hold until this one is among them
            case = self._load(tx, asked.number)
            if version not in (None, case.version):
                raise StaleError(case, case.timeline[-max(1, case.version - (version or 0)) :])
            done = change(tx, case, acting)
            self.say(tx, done)
            return done

        return self.store.run("case.act", acted)

    def _load(self, tx: Transaction, number: str) -> Dossier:
        found = Loading(tx, self.profile, self.clock()).load([number])
        if number not in found:
            raise RefusedError(Refusal.NO_SUCH_CASE, number=number)
        return found[number]

    def write(self, tx: Transaction, case: Dossier, acting: Acting, effect: Effect) -> Done:
        """Write what an action does to a case, in a transaction of whoever asked for it. Raises StaleError."""
        timers = timed(case, effect, self.calendars, acting.now)
        columns = {**effect.columns, **timers.columns()}
        if "requester" in columns:
            columns["person_key"] = self._person(tx, columns["requester"])
            tx.cases.add_keys([("participant", columns["person_key"], case.id)])
            who = folded(columns["requester_name"], columns["requester"])
            tx.search.add([Words(case.id, who, who)])
        if not tx.cases.write(case.id, case.version, columns, acting.now):
            raise self._changed(tx, case)
        if effect.there:
            self._write_there(tx, effect.there, acting)
        if effect.recalled:
            self._recall(tx, case, effect.recalled)
        if effect.branch:
            self._open(tx, case, acting, effect.branch)
        person = self._person(tx, case.requester.address)
        identities = [tx.cases.add_entry(entry(case.id, line, person)) for line in effect.lines]
        if effect.ended and case.stay:
            tx.escalations.end(case.stay.id, effect.ended, acting.now)
        mails = [replace(mail, key=mail.key.replace("{entry}", str(identities[0]))) for mail in effect.mails]
        mails += self._escalate(tx, case, acting, effect, timers)
        self._queue(tx, mails, acting.now)
        if not columns.keys().isdisjoint(("agent", "queue", "status")):
            tx.wake(Kind.CASE)  # somebody may have room now, or work that nobody has
        status = effect.columns.get("status", case.status)
        kept = self._correct(tx, case, acting, effect)
        return Done(case.number, status, case.version + 1, effect.lines, tuple(mails), kept)

    def _recall(self, tx: Transaction, case: Dossier, sent_at: datetime) -> None:
        """What was to leave no longer does. Raises RefusedError where some of it is on its way."""
        try:
            tx.outbound.recall(case.id, ANSWERS, sent_at)
        except LeaseLostError:
            raise RefusedError(Refusal.LEFT_ALREADY) from None

    def _changed(self, tx: Transaction, case: Dossier) -> StaleError:
        now = self._load(tx, case.number)
        return StaleError(now, now.timeline[len(case.timeline) :])

    def _escalate(
        self, tx: Transaction, case: Dossier, acting: Acting, effect: Effect, timers: Timers
    ) -> Iterable[Mail]:
        request = effect.escalated
        if request is None:
            return ()
        stay = {
            "case_id": case.id,
            "n2": request.n2.id,
            "actor": acting.agent.id,
            "rule": "",
            "wording": request.wording,
            "details": request.details(),
            "ticket": request.ticket or None,
            "opened_at": acting.now,
            "person_key": self._person(tx, case.requester.address),
        }
        [identity] = tx.escalations.add([stay])
        return escalation.mails(request, case_for(case), identity, timers.due_at(ClockKind.N2))

    def _write_there(self, tx: Transaction, there: There, acting: Acting) -> None:
        """What becomes of the other case. Raises StaleError where it is another than the one that was read."""
        if not tx.cases.write(there.case.id, there.case.version, dict(there.columns), acting.now):
            raise self._changed(tx, there.case)
        person = self._person(tx, there.case.requester.address)
        tx.cases.add_entries([entry(there.case.id, line, person) for line in there.lines])

    def _correct(self, tx: Transaction, case: Dossier, acting: Acting, effect: Effect) -> int | None:
        """What a person made of the tags of a message; there is nothing to learn from a case that has none."""
        made = effect.correction
        if made is None or case.opened_by is None:
            return None
        row = correction(made, case, acting)
        return tx.corrections.add({**row, "person_key": self._person(tx, case.requester.address)})

    def _open(self, tx: Transaction, case: Dossier, acting: Acting, branch: Branch) -> None:
        """The other case of a split, with what moves over to it."""
        person = self._person(tx, case.requester.address)
        own = {"id": branch.id, "number": branch.number, "tags": tag_details(branch.tags), "touched_at": acting.now}
        tx.cases.add([{**branch.columns, **own, "person_key": person}])
        tx.cases.add_entries([entry(branch.id, line, person) for line in branch.lines])
        message_ids = [one.message_id for one in branch.moved if one.message_id]
        tx.cases.branch(case.id, branch.id, [one.id for one in branch.moved], message_ids)
        stays = tuple(one for one in case.messages if one not in branch.moved)
        moved = replace(case, id=branch.id, number=branch.number, messages=branch.moved, timeline=(), transcripts=())
        tx.search.erase(case.id)
        tx.search.add([*found_by(replace(case, messages=stays)), *found_by(moved)])

    def _queue(self, tx: Transaction, mails: Sequence[Mail], now: datetime) -> None:
        if mails:
            domain = self.profile.mail_domain
            tx.outbound.add_once(
                [row(mail, self.signer, domain, now, self._person(tx, mail.recipient)) for mail in mails]
            )
            tx.wake(Kind.OUTBOUND)

    def _person(self, tx: Transaction, address: str) -> str | None:
        """Whose data a row is."""
        if not address:
            return None
        return tx.contacts.person_of(address) or self.signer.person_key(address)
