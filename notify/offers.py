"""Offers: an open case that nobody has is given to somebody who is there, can do it and has room for it.

Looked at whenever something may have changed: a case came, climbed, was closed or handed back, somebody came in. An
offer is the assignment; whoever does not want it hands it back. Who goes out keeps what they have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.case import EntryKind
from cases.mails import Mail, row
from cases.policy import OutboundKind
from cases.priority import Priority
from cases.profile import Profile
from cases.routing import Agent, Offer, Queue, Told, Waiting, offers
from cases.secondlevel import Role
from cases.tokens import Signer
from notify.alarm_mails import agent_told, common
from notify.budget import Budget
from store.tx import Kind, Store, Transaction

LOOKED_AT = 500
"""Cases that are looked at for one round of offers, the most urgent first."""

ACTOR = "offers"


class Why(StrEnum):
    """What put a case before those that waited with it, for the timeline."""

    SKILLS = "skills"
    PRIORITY = "priority"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A waiting case's row, and who is offered it."""

    row: Any
    agent: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Offers the cases of one service to its people."""

    store: Store
    profile: Profile
    signer: Signer
    clock: Callable[[], datetime]

    def process(self) -> int:
        """Offer what can be; how many cases. Nothing is locked where nobody could take anything."""
        if not self.profile.routing.agents:
            return 0
        with self.store.reading() as tx:
            if not self._chosen(tx):
                return 0
        now = self.clock()
        with self.store.transaction("case.offers") as tx:
            tx.known.serialise()
            given = [one for one in self._chosen(tx) if tx.presence.offer(one.row, one.agent, now)]
            self._tell(tx, given, now)
        return len(given)

    def _chosen(self, tx: Transaction) -> list[Chosen]:
        agents, load = self._free(tx)
        if not agents:
            return []
        queues = {queue for agent in agents for queue in agent.queues} - {Queue.N2}
        rows = {row.id: row for row in tx.presence.waiting(sorted(queues), LOOKED_AT)}
        waiting = [_waiting(row) for row in rows.values()]
        last = max((case.priority for case in waiting), default=Priority.P4)
        return [Chosen(rows[one.case_id], one.agent, _why(one, rows, last)) for one in offers(waiting, agents, load)]

    def _free(self, tx: Transaction) -> tuple[list[Agent], dict[str, int]]:
        """Who is there and has room, in the profile's order, and how many cases each has."""
        present = tx.presence.present()
        agents = [one for one in self.profile.routing.agents if one.id in present and one.role is not Role.AUDITOR]
        load = tx.presence.load([one.id for one in agents]) if agents else {}
        return [one for one in agents if load[one.id] < one.capacity], load

    def _tell(self, tx: Transaction, given: Sequence[Chosen], now: datetime) -> None:
        told = [(one, tx.cases.add_entry(_entry(one, now))) for one in given]
        mails = [(one, mail) for one, entry in told if (mail := self._mail(one, entry))]
        budget = Budget(tx, self.profile, [mail for _, mail in mails], now)
        domain = self.profile.mail_domain
        rows = [row(mail, self.signer, domain, now, one.row.person_key) for one, mail in mails if not budget.take(mail)]
        if rows:
            tx.outbound.add_once(rows)
            tx.wake(Kind.OUTBOUND)

    def _mail(self, one: Chosen, entry: int) -> Mail | None:
        """Word to an agent who asked to be told."""
        agent = agent_told(self.profile, one.agent, Told.ASSIGNED)
        if agent is None:
            return None
        mailbox = self.profile.mailbox_of(one.row.source)
        box = next((box for box in self.profile.mailboxes if box.name == mailbox), None)
        return Mail(
            kind=OutboundKind.EVENT,
            key=f"{OutboundKind.EVENT}:{one.row.id}:{entry}",
            case_id=one.row.id,
            mailbox=mailbox,
            recipient=agent.address.lower(),
            lang=box.language if box else self.profile.default_language,
            context=common(one.row) | {"what": Told.ASSIGNED, "subject": one.row.subject},
        )


def _waiting(row: Any) -> Waiting:
    routed = row.routing or {}
    return Waiting(
        case_id=row.id,
        priority=Priority(row.priority),
        since=row.opened_at,
        queue=Queue(row.queue),
        lang=row.lang,
        skills=tuple(routed.get("skills", ())),
        agent=routed.get("agent", ""),
        but=routed.get("but", ""),
    )


def _why(offer: Offer, rows: dict[int, Any], last: Priority) -> Why:
    row = rows[offer.case_id]
    if (row.routing or {}).get("skills"):
        return Why.SKILLS
    return Why.PRIORITY if row.priority < last else Why.OLDEST


def _entry(one: Chosen, now: datetime) -> dict[str, Any]:
    return {
        "case_id": one.row.id,
        "kind": EntryKind.OFFERED,
        "at": now,
        "actor": ACTOR,
        "text": "",
        "data": {"agent": one.agent, "why": one.why},
        "person_key": one.row.person_key,
    }
