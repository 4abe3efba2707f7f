"""One action on several cases: what the form asks for, as the action that is done to each of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from cases import actions, assigning, major
from cases.acting import Acting, Correction, Effect
from cases.case import Status
from cases.dossier import Dossier
from cases.review import Cause, Field
from cases.routing import Queue
from cases.tagging import labels_of, tag, untag
from cases.undoing import Holder, give_back, holder
from desk.actions import Act
from desk.panel.posted import Posted

MOST = 100
"""Cases of one run."""


class Do(StrEnum):
    """What can be done to several cases at once."""

    TAKE = "take"
    ASSIGN = "assign"
    QUEUE = "queue"
    TAG = "tag"
    INCIDENT = "incident"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case as it was on the page."""

    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with which cases. `given` are the fields of the form that the action needs."""

    do: Do
    cases: tuple[Chosen, ...]
    given: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A field of the form, '' where the action has none of that name."""
        return self.given.get(name, "")

    @property
    def lacks(self) -> str:
        """The field that has to be filled in and is not, '' where there is none."""
        needed = {Do.ASSIGN: ("to",), Do.QUEUE: ("queue",), Do.INCIDENT: ("incident",)}.get(self.do, ())
        if self.do is Do.TAG and not any(self.given.values()):
            return "tag"
        return next((name for name in needed if not self.given[name]), "")


GIVEN: Mapping[Do, Sequence[str]] = {
    Do.TAKE: (),
    Do.ASSIGN: ("to",),
    Do.QUEUE: ("queue",),
    Do.TAG: ("motif", "tool"),
    Do.INCIDENT: ("incident",),
    Do.CLOSE: ("text", "silent"),
}


def order(sent: Posted) -> Order | None:
    """What a form asks for, None where it asks for nothing that there is."""
    if sent["do"] not in list(Do):
        return None
    do = Do(sent["do"])
    cases = tuple(found for one in sent.values.get("case", ()) if (found := _chosen(one)))
    return Order(do, cases, {name: sent[name] for name in GIVEN[do]})


def _chosen(value: str) -> Chosen | None:
    number, _, version = value.partition(":")
    is_one = version.isascii() and version.isdecimal() and len(version) < 10
    return Chosen(number, int(version)) if is_one and len(number) <= 40 else None


def act(order: Order) -> Act:
    """The action on each case."""
    given = order.given
    match order.do:
        case Do.TAKE:
            return assigning.take
        case Do.ASSIGN:
            return partial(assigning.assign, to=given["to"])
        case Do.QUEUE:
            queue = Queue(given["queue"]) if given["queue"] in list(Queue) else Queue.SUPERVISOR
            return partial(assigning.hand_to, queue=queue)
        case Do.TAG:
            return partial(_tag, motif=given["motif"], tool=given["tool"])
        case Do.INCIDENT:
            return partial(major.linked, incident=int(given["incident"]))
        case Do.CLOSE:
            return partial(actions.close, text=given["text"], silent=given["silent"] == "yes")


def _tag(case: Dossier, acting: Acting, motif: str, tool: str) -> Effect:
    """'' leaves a label as it is."""
    labels = dict(labels_of(case))
    labels |= {field: label for field, label in ((Field.MOTIF, motif), (Field.TOOL, tool)) if label}
    return tag(case, acting, labels)


def before(do: Do, case: Dossier, effect: Effect) -> dict[str, Any]:
    """What is kept of a case so that the action on it can be taken back."""
    if do in (Do.TAKE, Do.ASSIGN, Do.QUEUE):
        return asdict(holder(case))
    made = effect.correction
    if do is Do.TAG and made:
        return {**asdict(holder(case)), "cause": made.cause, "shown": dict(made.shown), "chosen": dict(made.chosen)}
    return {}


def back(do: Do, kept: Mapping[str, Any], correction: int | None) -> Act:
    """The action that takes it back. What was mailed stays with who has it."""
    match do:
        case Do.TAG:
            labels = ({Field(name): label for name, label in kept[what].items()} for what in ("shown", "chosen"))
            shown, chosen = labels
            taken = Correction(cause=Cause(kept["cause"]), shown=shown, chosen=chosen)
            return partial(_untag, taken=taken, identity=correction or 0, held=_held(kept))
        case Do.INCIDENT:
            return partial(major.unlinked, incident=kept.get("incident", 0))  # 0: linked by an earlier release
        case Do.CLOSE:
            return actions.reopen
        case _:
            return partial(give_back, before=_held(kept))


def _untag(case: Dossier, acting: Acting, taken: Correction, identity: int, held: Holder) -> Effect:
    """The tags that it had, and the queue, where the tags had sent it to another."""
    effect = untag(case, acting, taken, identity)
    return effect if case.queue == held.queue else effect | give_back(case, acting, held)


def _held(kept: Mapping[str, Any]) -> Holder:
    queue, status = Queue(kept["queue"]), Status(kept["status"])
    return Holder(agent=kept["agent"], queue=queue, status=status, routing=kept["routing"])
