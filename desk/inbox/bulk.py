"""Several cases at once: what would happen to each, doing it, and taking it back.

Each case is a transaction of its own by `desk.actions`, with the version that was on the page: what cannot be done to
one is said of that one, and the others go on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cases.acting import Acting, Effect, StaleError
from cases.actions import SENT
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.refusal import Refusal, RefusedError
from desk.access import Person
from desk.actions import Act, Also, Desk, nothing
from desk.composer.writing import desk_of
from desk.inbox.order import Chosen, Do, Order, act, back, before
from desk.incidents.ties import put_back, take_in, taken
from desk.pages import Named
from desk.said import refused, stale
from desk.service import Service


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become, or became, of one case. `cause` and `mend` say why it is left alone, '' where it is not.
    `told` are the addresses that are written to, `untold` the reasons for which somebody is not."""

    number: str
    version: int
    subject: str = ""
    lang: str = ""
    cause: str = ""
    mend: str = ""
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bulk:
    """The bulk actions of one person."""

    service: Service
    person: Person
    labels: Named

    def foresee(self, order: Order) -> list[Fate]:
        """What would happen to each case."""
        acting, known = self._desk.acting(self.person.agent), self._desk.read_all([one.number for one in order.cases])
        taken = self._taken(order, known.values())

        def action(case: Dossier) -> Effect:
            if case.id in taken:
                raise RefusedError(Refusal.IN_INCIDENT_ALREADY, number=case.number)
            return act(order)(case, acting)

        return [self._foreseen(one, known.get(one.number), action) for one in order.cases]

    def run(self, order: Order) -> int:
        """Do it to one case after the other; the id under which it can be taken back."""
        done, left = list[dict[str, Any]](), list[list[str]]()
        for one in order.cases:
            kept: dict[str, Any] = {}
            action, also = _keeping(order.do, act(order), kept), self._tied(order, one.number, kept)
            try:
                result = self._desk.act(one.number, self.person.agent, action, one.version, also)
            except (RefusedError, StaleError) as error:
                left.append([one.number, *self._why(error)])
            else:
                told = {"case": result.number, "version": result.version, "correction": result.correction}
                done.append({**told, "before": kept})
        changed = {"given": dict(order.given), "done": done, "left": left}
        now = self.service.clock()
        return self.service.store.run("desk.bulk", lambda tx: tx.bulks.add(self.person.id, order.do, changed, now))

    def undo(self, row: Any) -> None:
        """Take back what nobody has changed since; the rest is left as it is, and said."""
        store, now = self.service.store, self.service.clock()
        if not store.run("desk.bulk_undone", lambda tx: tx.bulks.take_back(row.id, now)):
            return
        undone = list(self._undone(Do(row.action), row.changed["done"]))
        store.run("desk.bulk_noted", lambda tx: tx.bulks.note(row.id, {**row.changed, "undone": undone}))

    def _undone(self, do: Do, done: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
        """Each case with why it could not be taken back, '' where it was. Being in an incident leaves a case as it is
        otherwise: that is taken back whatever was done with it since."""
        for one in done:
            action, version = back(do, one["before"], one["correction"]), one["version"]
            also = self._untied(one["case"], one["before"]) if do is Do.INCIDENT else nothing
            try:
                self._desk.act(one["case"], self.person.agent, action, None if do is Do.INCIDENT else version, also)
            except (RefusedError, StaleError) as error:
                yield [one["case"], *self._why(error)]
            else:
                yield [one["case"], "", ""]

    def _taken(self, order: Order, cases: Iterable[Dossier]) -> set[int]:
        """The cases that cannot be linked to the incident that is meant, if one is."""
        if order.do is not Do.INCIDENT:
            return set()
        with self.service.store.reading() as tx:
            return taken(tx, int(order["incident"]), [case.id for case in cases])

    def _tied(self, order: Order, number: str, kept: dict[str, Any]) -> Also:
        """What is written beside the action: that the case belongs to the incident, and how it did before."""
        if order.do is not Do.INCIDENT:
            return nothing
        incident, acting = int(order["incident"]), self._desk.acting(self.person.agent)
        return lambda tx: kept.update(incident=incident, tie=take_in(tx, incident, number, acting))

    def _untied(self, number: str, kept: Mapping[str, Any]) -> Also:
        acting = self._desk.acting(self.person.agent)
        return lambda tx: put_back(tx, kept.get("incident", 0), number, acting, kept.get("tie", ""))

    def _foreseen(self, chosen: Chosen, case: Dossier | None, action: Callable[[Dossier], Effect]) -> Fate:
        if case is None:
            error = RefusedError(Refusal.NO_SUCH_CASE, number=chosen.number)
            return Fate(chosen.number, chosen.version, cause=self._why(error)[0])
        known = Fate(chosen.number, chosen.version, case.subject, case.lang)
        try:
            if case.version != chosen.version:
                raise StaleError(case, case.timeline[-1:])
            effect = action(case)
        except (RefusedError, StaleError) as error:
            cause, mend = self._why(error)
            return replace(known, cause=cause, mend=mend)
        return replace(known, told=_told(effect), untold=tuple(_untold(effect)))

    def _why(self, error: RefusedError | StaleError) -> tuple[str, str]:
        if isinstance(error, RefusedError):
            return refused(self.labels.words, error)
        return stale(self.labels, error).sentence, ""

    def lacks(self, order: Order) -> str:
        """The field that has to be filled in and is not, '' where there is none; an incident has to run still."""
        return "incident" if order.do is Do.INCIDENT and not self._runs(order["incident"]) else order.lacks

    def _runs(self, incident: str) -> bool:
        with self.service.store.reading() as tx:
            return incident in [str(one.id) for one in tx.incidents.running()]

    @property
    def _desk(self) -> Desk:
        return desk_of(self.service)


def _keeping(do: Do, action: Act, kept: dict[str, Any]) -> Act:
    """The same action, which notes how the case was."""

    def noted(case: Dossier, acting: Acting) -> Effect:
        effect = action(case, acting)
        kept.update(before(do, case, effect))
        return effect

    return noted


def _told(effect: Effect) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mail.recipient for mail in effect.mails))


def _untold(effect: Effect) -> Iterator[str]:
    """Why somebody is not told that a case is closed."""
    for line in effect.lines:
        if line.kind is EntryKind.CLOSED:
            yield from (fate for fate in line.data.values() if fate != SENT)
