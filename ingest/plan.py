"""What becomes of each message of a batch: decided over values, before anything is written.

Cases that the batch itself opens have negative ids until their numbers are reserved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cases.case import Disposition, Status, after_reply
from cases.event import InboundEvent, MessageKind, Tags
from cases.matching import Candidate, Choice, Evidence, Match, References, choose
from cases.policy import Arrival, Verdict, acknowledgement, notice, window
from cases.profile import Profile
from cases.tokens import PROBE, Signer
from store.known import Answers, KnownCase, Questions


@dataclass(frozen=True, slots=True)
class Arrived:
    """A claimed message, read and tagged: `identity` is its inbound row, `refers_to` what it refers to."""

    identity: int
    event: InboundEvent
    tags: Tags
    refers_to: References
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The decision for one message. `case_id` is None where no case is concerned; `linked` is a proposed link."""

    arrived: Arrived
    disposition: Disposition
    reason: str
    case_id: int | None = None
    opened: bool = False
    status: Status | None = None
    linked: int | None = None
    verdict: Verdict = Verdict.NOT_A_NEW_CASE
    notice_to: str = ""
    outbound_id: int | None = None
    flags: tuple[str, ...] = ()


def questions(batch: Sequence[Arrived], profile: Profile, signer: Signer, now: datetime) -> Questions:
    """Everything that must be looked up to decide the batch."""
    events = [arrived.event for arrived in batch]
    named = [arrived.refers_to for arrived in batch]
    senders = {event.sender.address for event in events}
    sources = {event.source for event in events}
    teams = {profile.mailbox(source).team.lower() for source in sources}
    bounces = [event for event in events if event.kind is MessageKind.BOUNCE]
    return Questions(
        fingerprints={event.fingerprint for event in events},
        message_ids={mid for one in named for mid in one.message_ids} | {e.message_id for e in events if e.message_id},
        case_ids={identity for one in named for identity in (*one.tokens, *one.numbers)},
        outbound_ids={found for event in bounces if (found := returned_by_path(event, signer)) is not None},
        returned_case_ids={found for event in bounces if (found := returned_case(event, signer)) is not None},
        recipients=senders | (teams - {""}),
        mailboxes=sources,
        window_start=now - window(profile.automatic_mail),
        hour_start=now - timedelta(hours=1),
    )


def returned_by_path(event: InboundEvent, signer: Signer) -> int | None:
    """The outgoing mail whose signed return path (VERP) this bounce came to."""
    return next((found for address in event.recipients if (found := signer.outbound_of(address)) is not None), None)


def returned_case(event: InboundEvent, signer: Signer) -> int | None:
    """The case of the outgoing mail that this bounce quotes; only an id that we signed is believed."""
    report = event.delivery_report
    return signer.case_of(report.original_message_id) if report else None


def is_probe(event: InboundEvent, signer: Signer) -> bool:
    """Whether it is our own probe, come to the mailbox by its address with a detail: so such addresses work."""
    return event.own and any(signer.case_of(address) == PROBE for address in event.recipients)


@dataclass
class Planner:
    """Decides a batch message by message; each decision is known to the next. `answers` is extended on the way."""

    profile: Profile
    signer: Signer
    now: datetime
    answers: Answers
    opened: int = field(default=0, init=False)

    def plan(self, arrived: Arrived) -> Plan:
        """The decision for one message."""
        event = arrived.event
        if event.fingerprint in self.answers.duplicates:
            original = self.answers.duplicates[event.fingerprint]
            return Plan(arrived=arrived, disposition=Disposition.DUPLICATE, reason="same_message", case_id=original)
        plan = self._plan_new(arrived)
        self._remember(plan)
        return plan

    def _plan_new(self, arrived: Arrived) -> Plan:
        event = arrived.event
        if event.kind is MessageKind.BOUNCE:
            return self._bounce(arrived)
        choice = self._choice(arrived)
        if event.own or event.kind is not MessageKind.MESSAGE:
            joined = choice.case_id if choice.match is Match.JOIN else None
            verdict = Verdict.OWN if event.own else Verdict.AUTOMATIC
            reason = event.screening or verdict.value
            return Plan(
                arrived=arrived, disposition=Disposition.AUTOMATIC, reason=reason, case_id=joined, verdict=verdict
            )
        if choice.match is Match.JOIN and not event.spam:
            return self._reply(arrived, choice)
        return self._case(arrived, choice)

    def _bounce(self, arrived: Arrived) -> Plan:
        event = arrived.event
        identity = returned_by_path(event, self.signer) or self._returned_message(event)
        case_id = self.answers.outbound[identity][1] if identity in self.answers.outbound else None
        failed = event.delivery_report is None or event.delivery_report.failed
        return Plan(
            arrived=arrived,
            disposition=Disposition.BOUNCE,
            reason=event.screening or "delivery_report",
            case_id=case_id,
            outbound_id=identity if case_id is not None and failed else None,
            verdict=Verdict.AUTOMATIC,
        )

    def _returned_message(self, event: InboundEvent) -> int | None:
        quoted = event.delivery_report.original_message_id if event.delivery_report else ""
        return next(
            (identity for identity, (mid, _) in self.answers.outbound.items() if quoted and mid == quoted), None
        )

    def _reply(self, arrived: Arrived, choice: Choice) -> Plan:
        case = self.answers.cases[choice.case_id or 0]
        evidence = choice.evidence.name.lower() if choice.evidence else ""
        return Plan(
            arrived=arrived,
            disposition=Disposition.REPLY,
            reason=f"joined_by_{evidence}",
            case_id=case.case_id,
            status=case.status,
            flags=self._flags(arrived.event),
        )

    def _case(self, arrived: Arrived, choice: Choice) -> Plan:
        event = arrived.event
        self.opened += 1
        arrival = Arrival(
            event=event,
            opened=True,
            now=self.now,
            backfill=arrived.backfill,
            sent_to_sender=self.answers.sent_to.get(event.sender.address, 0),
            sent_by_mailbox=self.answers.sent_by.get(event.source, 0),
        )
        verdict = acknowledgement(arrival, self.profile)
        team = self.profile.mailbox(event.source).team.lower()
        return Plan(
            arrived=arrived,
            disposition=Disposition.SPAM if event.spam else Disposition.CASE,
            reason=_reason(event, verdict),
            case_id=-self.opened,
            opened=True,
            status=Status.NEW,
            linked=choice.case_id,
            verdict=verdict,
            notice_to=notice(arrival, self.profile, self.answers.sent_to.get(team, 0)),
            flags=self._flags(event),
        )

    def _choice(self, arrived: Arrived) -> Choice:
        candidates = self._candidates(arrived.event, arrived.refers_to)
        return choose(arrived.event, candidates, self.profile.matching, self.now)

    def _candidates(self, event: InboundEvent, found: References) -> list[Candidate]:
        by_reference = {case for mid in found.message_ids for case in self.answers.by_message_id.get(mid, ())}
        evidence = dict.fromkeys(found.numbers, Evidence.NUMBER)
        evidence |= dict.fromkeys(by_reference, Evidence.REFERENCE) | dict.fromkeys(found.tokens, Evidence.TOKEN)
        return [
            self._candidate(event, self.answers.cases[identity], strength)
            for identity, strength in evidence.items()
            if identity in self.answers.cases
        ]

    def _candidate(self, event: InboundEvent, case: KnownCase, evidence: Evidence) -> Candidate:
        address = event.sender.address
        keys = {self.person(address), self.signer.person_key(address)}  # in copy, nobody knew whose address it is
        return Candidate(
            case_id=case.case_id,
            evidence=evidence,
            participant=not keys.isdisjoint(self.answers.participants.get(case.case_id, ())),
            status=case.status,
            touched_at=case.touched_at,
        )

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
        self.answers.duplicates[event.fingerprint] = case_id
        if case_id is None:
            return
        if event.message_id:
            self.answers.by_message_id.setdefault(event.message_id, set()).add(case_id)
        self.answers.participants.setdefault(case_id, set()).update(map(self.person, participants(plan, self.profile)))
        if plan.opened:
            self.answers.cases[case_id] = KnownCase(case_id, "", Status.NEW, self.now)
        elif plan.status:
            known = self.answers.cases[case_id]
            self.answers.cases[case_id] = replace(known, status=after_reply(plan.status), touched_at=self.now)
        for address in _automatic_recipients(plan):
            self.answers.sent_to[address] = self.answers.sent_to.get(address, 0) + 1
            self.answers.sent_by[event.source] = self.answers.sent_by.get(event.source, 0) + 1


MAX_COPIED = 20


def participants(plan: Plan, profile: Profile) -> list[str]:
    """The addresses that become part of the case with this message: its sender and those it was copied to."""
    event = plan.arrived.event
    if plan.disposition not in (Disposition.CASE, Disposition.REPLY):
        return []
    copied = [one.address for one in event.copied[:MAX_COPIED] if one.address not in profile.own_addresses]
    return [address for address in dict.fromkeys([event.sender.address, *copied]) if address]


def _reason(event: InboundEvent, verdict: Verdict) -> str:
    if event.spam:
        return event.screening or Verdict.SPAM.value
    return f"could_not_be_read: {event.degraded}" if event.degraded else verdict.value


def _automatic_recipients(plan: Plan) -> list[str]:
    acknowledged = [plan.arrived.event.sender.address] if plan.verdict is Verdict.SENT else []
    return acknowledged + ([plan.notice_to] if plan.notice_to else [])
