"""Decides what becomes of each message of a batch, over values, before anything is written.

Cases that the batch itself opens have negative ids until their numbers are reserved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from cases.case import BY_STAFF, Disposition, Status, after_reply
from cases.event import InboundEvent, MessageKind
from cases.matching import Candidate, Choice, Evidence, Match, References, choose, private
from cases.policy import Arrival, Verdict, acknowledgement, is_staff, notice
from cases.profile import Profile
from cases.receipt import Answer
from cases.secondlevel import sender_of
from cases.thanks import only_thanks
from cases.tokens import Signer
from ingest.arrived import Arrived, returned_by_path, tombstones
from ingest.plan import WAS_ERASED, Plan, automatic_recipients, participants, reason
from ingest.probed import probed
from ingest.proposal import Proposal
from store.known import Answers, KnownCase, Placed, Stay

TICKET_SYSTEM = frozenset(
    {"list_mail", "auto_generated", "all_responses_suppressed", "bulk_precedence", "robot_sender"}
)
"""The screening rules that fire on what people wrote in a ticket system as well: from the second level it counts."""

UNESCALATED = frozenset(
    {Verdict.OWN, Verdict.AUTOMATIC, Verdict.SPAM, Verdict.BACKFILL, Verdict.BUDGET, Verdict.BREAKER}
)
"""Why the sender is not written to and no rule escalates either: whoever writes without end, or is no person, would
flood the second level."""


@dataclass
class Planner:
    """Decides a batch message by message; each decision is known to the next. `answers` is extended on the way;
    `proposals` has one for each message of a person, by its inbound row."""

    profile: Profile
    signer: Signer
    now: datetime
    answers: Answers
    proposals: Mapping[int, Proposal]
    opened: int = field(default=0, init=False)

    def is_adrift(self, arrived: Arrived) -> bool:
        """Whether it answers something, and nothing that it refers to is known."""
        event = arrived.event
        if not event.references or event.fingerprint in self.answers.duplicates:
            return False
        return not self._candidates(event, arrived.refers_to)

    def plan(self, arrived: Arrived) -> Plan:
        """The decision for one message."""
        event = arrived.event
        if self.answers.erased.intersection(tombstones(arrived, self.signer)):
            return Plan(arrived=arrived, disposition=Disposition.DUPLICATE, reason=WAS_ERASED)
        first = self.answers.duplicates.get(event.fingerprint)
        if first:
            return Plan(
                arrived=arrived,
                disposition=Disposition.DUPLICATE,
                reason="same_message",
                case_id=first.case_id,
                thread=first.escalation_id,
            )
        plan = self._plan_new(arrived)
        self._remember(plan)
        return plan

    def _plan_new(self, arrived: Arrived) -> Plan:
        event = arrived.event
        if event.kind is MessageKind.BOUNCE:
            return self._bounce(arrived)
        if arrived.probe is not None:
            self.opened += 1
            return probed(arrived, -self.opened, self.proposals[arrived.identity], self._arrival(arrived), self.profile)
        candidates = self._candidates(event, arrived.refers_to)
        choice = choose(event, candidates, self.profile.matching, self.now)
        thread = None if event.spam else private(event, candidates, choice)
        if thread:
            return self._private(arrived, thread)
        if event.own or event.kind is not MessageKind.MESSAGE:
            return self._automatic(arrived, choice.case_id if choice.match is Match.JOIN else None)
        if choice.match is Match.JOIN and not event.spam:
            return self._reply(arrived, choice)
        return self._case(arrived, choice)

    def _bounce(self, arrived: Arrived) -> Plan:
        event = arrived.event
        identity = returned_by_path(event, self.signer) or self._returned_message(event)
        returned = self.answers.outbound.get(identity or 0)
        failed = event.delivery_report is None or event.delivery_report.failed
        return Plan(
            arrived=arrived,
            disposition=Disposition.BOUNCE,
            reason=event.screening or "delivery_report",
            case_id=returned.case_id if returned else None,
            thread=returned.escalation_id if returned else None,
            outbound_id=identity if returned and failed else None,
            verdict=Verdict.AUTOMATIC,
        )

    def _returned_message(self, event: InboundEvent) -> int | None:
        quoted = event.delivery_report.original_message_id if event.delivery_report else ""
        returned = self.answers.outbound.items()
        return next((identity for identity, sent in returned if quoted and sent.message_id == quoted), None)

    def _private(self, arrived: Arrived, thread: Candidate) -> Plan:
        """A message of the thread with the second level: the case stays as it is."""
        event, case = arrived.event, self.answers.cases[thread.case_id]
        stay = self._stay(thread.case_id, event.sender.address)
        person = event.kind is MessageKind.MESSAGE or (thread.second_level and event.screening in TICKET_SYSTEM)
        written = person and not event.own
        return Plan(
            arrived=arrived,
            disposition=Disposition.REPLY if written else Disposition.AUTOMATIC,
            reason=f"private_by_{thread.evidence.name.lower()}",
            case_id=thread.case_id,
            read=case.status,
            status=case.status,
            thread=stay.escalation_id,
            n2=stay.n2,
            verdict=Verdict.NOT_A_NEW_CASE if written else _automatic(event),
            flags=self._flags(event),
        )

    def _stay(self, case_id: int, address: str) -> Stay:
        """The stay that a message is about: the newest with who writes, else the newest."""
        stays = self.answers.stays[case_id]
        return next((stay for stay in stays if self._is_of(stay, address)), stays[0])

    def _is_of(self, stay: Stay, address: str) -> bool:
        return sender_of(address, (one for one in self.profile.second_level if one.id == stay.n2)) is not None

    def _automatic(self, arrived: Arrived, joined: int | None) -> Plan:
        verdict = _automatic(arrived.event)
        return Plan(
            arrived=arrived,
            disposition=Disposition.AUTOMATIC,
            reason=arrived.event.screening or verdict.value,
            case_id=joined,
            verdict=verdict,
        )

    def _reply(self, arrived: Arrived, choice: Choice) -> Plan:
        event, case = arrived.event, self.answers.cases[choice.case_id or 0]
        if self._is_by_staff(event) and not self._takes_part(event, case.case_id):
            return self._note(arrived, case)
        evidence = choice.evidence.name.lower() if choice.evidence else ""
        thanked = only_thanks(arrived.new_text, event.sender.name) and not event.attachments
        stays = case.status is Status.CLOSED and thanked
        return Plan(
            arrived=arrived,
            disposition=Disposition.REPLY,
            reason=f"joined_by_{evidence}",
            case_id=case.case_id,
            read=case.status,
            status=case.status if stays else after_reply(case.status),
            proposal=self.proposals[arrived.identity],
            flags=self._flags(event),
        )

    def _is_by_staff(self, event: InboundEvent) -> bool:
        return not event.is_typed and is_staff(event.sender.address, self.profile, event.source)

    def _note(self, arrived: Arrived, case: KnownCase) -> Plan:
        """What one of our own people wrote about a case: it stands on the timeline, and the case stays as it is."""
        return Plan(
            arrived=arrived,
            disposition=Disposition.REPLY,
            reason=BY_STAFF,
            case_id=case.case_id,
            read=case.status,
            status=case.status,
            flags=self._flags(arrived.event),
        )

    def _case(self, arrived: Arrived, choice: Choice) -> Plan:
        event, proposal = arrived.event, self.proposals[arrived.identity]
        self.opened += 1
        arrival = self._arrival(arrived)
        verdict = acknowledgement(arrival, self.profile)
        if verdict in UNESCALATED:
            proposal = proposal.kept_here()
        if verdict is Verdict.SENT and proposal.answer is Answer.NOTHING:
            verdict = Verdict.BY_RULE
        team = self.profile.mailbox(event.source).team.lower()
        told = notice(arrival, self.profile, self.answers.sent_to.get(team, 0))
        return Plan(
            arrived=arrived,
            disposition=Disposition.SPAM if event.spam else Disposition.CASE,
            reason=reason(event, verdict, proposal.rule),
            case_id=-self.opened,
            opened=True,
            status=Status.ESCALATED if proposal.n2 else Status.NEW,
            linked=choice.case_id,
            proposal=proposal,
            verdict=verdict,
            notice_to=told if proposal.n2 is None or self.profile.escalations.notify_team else "",
            confirm_to=told if proposal.n2 else "",
            flags=self._flags(event),
        )

    def _arrival(self, arrived: Arrived) -> Arrival:
        event = arrived.event
        return Arrival(
            event=event,
            opened=True,
            now=self.now,
            backfill=arrived.backfill,
            sent_to_sender=self.answers.sent_to.get(event.sender.address, 0),
            sent_by_mailbox=self.answers.sent_by.get(event.source, 0),
        )

    def _candidates(self, event: InboundEvent, found: References) -> list[Candidate]:
        by_reference = {case for mid in found.message_ids for case in self.answers.by_message_id.get(mid, ())}
        evidence = dict.fromkeys(found.numbers, Evidence.NUMBER)
        evidence |= dict.fromkeys(self._ticketed(found.tickets), Evidence.TICKET)
        evidence |= dict.fromkeys(by_reference, Evidence.REFERENCE) | dict.fromkeys(found.tokens, Evidence.TOKEN)
        evidence |= dict.fromkeys(found.threads, Evidence.THREAD)
        standing = ((self.answers.merged.get(identity, identity), strength) for identity, strength in evidence.items())
        return [
            self._candidate(event, self.answers.cases[identity], strength)
            for identity, strength in standing
            if identity in self.answers.cases
        ]

    def _ticketed(self, tickets: tuple[tuple[str, str], ...]) -> set[int]:
        """The cases for which a second level has one of these keys, in capitals or not."""
        keys = {(n2, key.casefold()) for n2, key in tickets}
        every = (stay for stays in self.answers.stays.values() for stay in stays) if tickets else ()
        return {stay.case_id for stay in every if (stay.n2, stay.ticket.casefold()) in keys}

    def _candidate(self, event: InboundEvent, case: KnownCase, evidence: Evidence) -> Candidate:
        address = event.sender.address
        stays = self.answers.stays.get(case.case_id, ())
        return Candidate(
            case_id=case.case_id,
            evidence=evidence,
            participant=self._takes_part(event, case.case_id),
            status=case.status,
            touched_at=case.touched_at,
            escalated=bool(stays),
            second_level=any(self._is_of(stay, address) for stay in stays),
        )

    def _takes_part(self, event: InboundEvent, case_id: int) -> bool:
        address = event.sender.address
        keys = {self.person(address), self.signer.person_key(address)}  # in copy, nobody knew whose address it is
        return not keys.isdisjoint(self.answers.participants.get(case_id, ()))

    def owner(self, address: str) -> str | None:
        """Whose data a row is that came from, or goes to, this address; None where there is no address."""
        return self.person(address) if address else None

    def person(self, address: str) -> str:
        """The key of the person behind an address; people with several addresses have one."""
        if address not in self.answers.person_of:
            self.answers.person_of[address] = self.signer.person_key(address)
        return self.answers.person_of[address]

    def _flags(self, event: InboundEvent) -> tuple[str, ...]:
        reused = event.message_id and event.message_id in self.answers.by_message_id
        flags = {
            "degraded": event.degraded,
            "spoof_suspected": event.spoofed_staff,
            "message_id_reused": reused,
            "dmarc_failed": event.dmarc == "fail",
            "requester_proposed": event.forwarded,
        }
        return tuple(name for name, raised in flags.items() if raised)

    def _remember(self, plan: Plan) -> None:
        """Let the next message of the batch see this one."""
        event, case_id = plan.arrived.event, plan.case_id
        self.answers.duplicates[event.fingerprint] = Placed(case_id, plan.thread)
        if case_id is None:
            return
        if event.message_id:
            self.answers.by_message_id.setdefault(event.message_id, set()).add(case_id)
        self.answers.participants.setdefault(case_id, set()).update(map(self.person, participants(plan, self.profile)))
        if plan.status:
            known = self.answers.cases.get(case_id) or KnownCase(case_id, "", plan.status, self.now)
            self.answers.cases[case_id] = replace(known, status=plan.status, touched_at=self.now)
        for address in automatic_recipients(plan):
            self.count(address, event.source)

    def count(self, address: str, mailbox: str) -> None:
        """Count an automatic mail that leaves that mailbox for this address."""
        self.answers.sent_to[address] = self.answers.sent_to.get(address, 0) + 1
        self.answers.sent_by[mailbox] = self.answers.sent_by.get(mailbox, 0) + 1


def _automatic(event: InboundEvent) -> Verdict:
    return Verdict.OWN if event.own else Verdict.AUTOMATIC
