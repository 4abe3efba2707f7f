"""Several cases at once: what would happen to each, doing it, and taking it back.

Each case is a transaction of its own by `desk.actions`, with the version that was on the page: what cannot be done to
one is said of that one, and the others go on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cases.acting import Acting, Effect, StaleError
from cases.actions import SENT
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.refusal import Refusal, RefusedError
from desk.access import Person
from desk.actions import Act, Desk
from desk.composer.writing import desk_of
from desk.inbox.order import Chosen, Do, Order, act, back, before
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
        action, acting = self._action(order), self._desk.acting(self.person.agent)
        known = self._desk.read_all([one.number for one in order.cases])
        return [self._foreseen(one, known.get(one.number), lambda case: action(case, acting)) for one in order.cases]

    def run(self, order: Order) -> int:
        """Do it to one case after the other; the id under which it can be taken back."""
        action, done, left = self._action(order), list[dict[str, Any]](), list[list[str]]()
        for one in order.cases:
            kept: dict[str, Any] = {}
            try:
                result = self._desk.act(one.number, self.person.agent, _keeping(order.do, action, kept), one.version)
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
        """Each case with why it could not be taken back, '' where it was."""
        for one in done:
            action = back(do, one["before"], one["correction"], self.labels.words("bulk.unlinked"))
            try:
                self._desk.act(one["case"], self.person.agent, action, one["version"])
            except (RefusedError, StaleError) as error:
                yield [one["case"], *self._why(error)]
            else:
                yield [one["case"], "", ""]

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

    def _action(self, order: Order) -> Act:
        if order.do is not Do.INCIDENT:
            return act(order)
        announced = self._announced(order)
        text = self.labels.words.label(announced.texts, "") if announced else ""
        return act(order, self.labels.words("bulk.linked", text=text))

    def lacks(self, order: Order) -> str:
        """The field that has to be filled in and is not, '' where there is none; an incident has to run still."""
        if order.do is Do.INCIDENT and self._announced(order) is None:
            return "incident"
        return order.lacks

    def _announced(self, order: Order) -> Any:
        """The announcement of the incident that is meant, None where no such incident runs now."""
        with self.service.store.reading() as tx:
            running = tx.banners.running(self.service.clock())
        return next((one for one in running if str(one.id) == order["incident"]), None)

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
