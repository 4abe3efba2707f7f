"""The rows that a decided batch becomes. Pure: values in, column values out."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cases.case import Disposition, EntryKind, Status, case_number
from cases.due import ClockKind
from cases.escalation import Request
from cases.event import InboundEvent, Tags
from cases.folding import folded
from cases.matching import LONGEST_SUBJECT
from cases.policy import Verdict
from cases.receipt import Answer
from cases.triage import columns, told
from ingest.plan import Plan, participants
from ingest.planner import Planner
from store.search import Words

Row = dict[str, Any]
ACTOR = "intake"
BY_RULE = "rule"
"""Who escalates where a rule does."""
LONGEST_NAME = 64


class Rows:
    """Turns plans into rows. `numbers` maps the batch's own negative case ids to the reserved ones."""

    def __init__(self, planner: Planner, numbers: dict[int, int]) -> None:
        self.planner = planner
        self.profile = planner.profile
        self.now: datetime = planner.now
        self._numbers = numbers

    def identity(self, case_id: int | None) -> int | None:
        """The real id behind a plan's case id."""
        return None if case_id is None else self._numbers.get(case_id, case_id)

    def number(self, plan: Plan) -> str:
        """The number of the case that a message opens."""
        return case_number(self.profile.case_prefix, self._numbers[plan.case_id or 0])

    def case(self, plan: Plan) -> Row:
        """The case that a message opens."""
        event, tags = plan.arrived.event, plan.arrived.tags
        requester = event.requester or event.sender
        return {
            "id": self.identity(plan.case_id),
            "number": self.number(plan),
            "status": plan.status,
            "channel": event.channel,
            "source": event.source,
            "subject": event.subject[:LONGEST_SUBJECT],
            "lang": tags.lang,
            "category": tags.category,
            "motif": tags.motif,
            "tool": tags.tool,
            "scope": tags.scope,
            "review": tags.review,
            "tags": tag_details(tags),
            "flags": list(plan.flags),
            "requester_name": requester.name,
            "requester": requester.address or event.sender.address,
            "submitter": event.sender.address,
            "copied": event.wants_copies,
            "phone": event.phone or None,
            "relay": event.relay[:LONGEST_NAME],
            "fields": dict(plan.arrived.fields),
            "hidden": plan.disposition in (Disposition.SPAM, Disposition.PROBE),
            "closed_at": self.now if plan.status is Status.CLOSED else None,
            "linked_case_id": self.identity(plan.linked),
            "signs": " ".join(tags.signs),
            "opened_at": self.now,
            "touched_at": self.now,
            "person_key": self.planner.owner(requester.address or event.sender.address),
            **columns(plan.beginning.triage),
        }

    def keys(self, plan: Plan) -> list[tuple[str, str, int]]:
        """By what later messages find the case of this one. Nobody takes part in a case by its private thread."""
        identity = self.identity(plan.case_id)
        if identity is None or plan.disposition not in (Disposition.CASE, Disposition.REPLY):
            return []
        people = map(self.planner.person, participants(plan, self.profile))
        keys = [("participant", person, identity) for person in people]
        if plan.thread is None and not plan.is_by_staff:
            keys += [("said", self.planner.person(number), identity) for number in plan.arrived.numbers]
        keys += [("file", number, identity) for number in plan.arrived.tags.files if plan.opened]
        message_id = plan.arrived.event.message_id
        return [*keys, ("message_id", message_id, identity)] if message_id else keys

    def words(self, plan: Plan) -> list[Words]:
        """By what people find its case. Of a mail that came twice they are there already."""
        identity = self.identity(plan.case_id)
        if identity is None or plan.disposition in (Disposition.DUPLICATE, Disposition.PROBE):
            return []
        sender, text = plan.arrived.found_by
        number = folded(case_number(self.profile.case_prefix, identity))
        return [Words(identity, f"{number} {text}", sender)]

    def entries(self, plan: Plan) -> list[Row]:
        """What a rule did to the case and a person should see on its timeline, and what its clocks read."""
        said = [*self._beginning(plan), *self._addition(plan)]
        person = self.planner.owner(plan.arrived.event.sender.address)
        return [
            {
                "case_id": self.identity(plan.case_id),
                "kind": kind,
                "at": self.now,
                "actor": ACTOR,
                "text": text,
                "data": data,
                "person_key": person,
            }
            for kind, text, data in said
        ]

    def _beginning(self, plan: Plan) -> list[tuple[EntryKind, str, Row]]:
        event, found = plan.arrived.event, list[tuple[EntryKind, str, Row]]()
        if plan.linked is not None:
            found.append((EntryKind.LINK_PROPOSED, "", {"case_id": self.identity(plan.linked)}))
        if event.forwarded and plan.opened:
            found.append((EntryKind.REQUESTER_PROPOSED, "", asdict(event.forwarded)))
        if plan.opened:
            history = {"history": True} if plan.arrived.backfill else {}
            found.append((EntryKind.ROUTED, "", told(plan.beginning.triage) | history | _promise(plan)))
        if request := self.request(plan):
            data = {"n2": request.n2.id, "rule": request.rule, "ticket": request.ticket, **request.details()}
            found.append((EntryKind.ESCALATED, request.wording, data))
        return found

    def _addition(self, plan: Plan) -> list[tuple[EntryKind, str, Row]]:
        event, data = plan.arrived.event, Row(message=plan.arrived.identity)
        found = list[tuple[EntryKind, str, Row]]()
        if plan.is_public_reply:
            found.append((_added(plan), "", data))
        elif plan.is_by_staff:
            found.append((EntryKind.NOTE, plan.arrived.headline[:LONGEST_SUBJECT], data))
        elif plan.thread is not None and plan.n2 and not event.own:
            automatic = plan.disposition is Disposition.AUTOMATIC
            data |= {"n2": plan.n2, "ticket": ticket(plan), "automatic": automatic}
            found.append((EntryKind.N2_WROTE, "", data))
        if plan.outbound_id is not None and event.delivery_report:
            found.append(
                (EntryKind.UNDELIVERED, "", asdict(event.delivery_report) | {"private": plan.thread is not None})
            )
        return found

    def request(self, plan: Plan) -> Request | None:
        """What a rule asks of the second level, None where none does."""
        if not plan.opened or plan.beginning.n2 is None:
            return None
        return Request(
            n2=plan.beginning.n2,
            wording=plan.arrived.headline[:LONGEST_SUBJECT],
            confirm_to=plan.confirm_to,
            confirm_lang=self.profile.mailbox(plan.arrived.event.source).language,
            rule=plan.beginning.triage.decision.rule,
        )

    def escalation(self, plan: Plan, request: Request) -> Row:
        """The stay at the second level that a rule begins."""
        return {
            "case_id": self.identity(plan.case_id),
            "n2": request.n2.id,
            "actor": BY_RULE,
            "rule": request.rule[:LONGEST_NAME],
            "wording": request.wording,
            "details": request.details(),
            "opened_at": self.now,
            "person_key": self.planner.owner(plan.arrived.event.sender.address),
        }

    def finished(self, plan: Plan) -> Row:
        """The result on the inbound row."""
        event = plan.arrived.event
        return {
            "id": plan.arrived.identity,
            "disposition": plan.disposition,
            "reason": plan.reason,
            "case_id": self.identity(plan.case_id),
            "escalation_id": plan.thread,
            "fingerprint": event.fingerprint,
            "acknowledgement": plan.verdict,
            "sender": event.sender.address,
            "subject": event.subject[:LONGEST_SUBJECT],
            "content": content(event, plan.arrived.tags, plan.flags) | _receipt(plan),
            "person_key": self.planner.owner(event.sender.address),
        }


def _promise(plan: Plan) -> Row:
    """By when the receipt says that an answer comes, where it leaves and says so."""
    due_at = plan.beginning.triage.timers.due_at(ClockKind.RESPONSE)
    says_so = plan.verdict is Verdict.SENT and plan.beginning.answer in (Answer.ACKNOWLEDGEMENT, Answer.RETIRED)
    return {"promised_at": due_at.isoformat()} if due_at and says_so else {}


def ticket(plan: Plan) -> str:
    """The key that the second level whose thread it is gave its own ticket, as this message says, or ''."""
    return next((key for n2, key in plan.arrived.refers_to.tickets if n2 == plan.n2), "")


def _added(plan: Plan) -> EntryKind:
    """What a person's message did to a case that was there."""
    if plan.read is plan.status:
        return EntryKind.WROTE
    return EntryKind.REOPENED if plan.read is Status.CLOSED else EntryKind.RESUMED


def _receipt(plan: Plan) -> Row:
    """Which receipt its message called for, by which rule of the profile."""
    return {"receipt": {"answer": plan.beginning.answer, "rule": plan.beginning.rule}} if plan.opened else {}


def tag_details(tags: Tags) -> Row:
    """What the classifier said beside the labels that have columns of their own."""
    return {
        "urgency": tags.urgency,
        "impact": tags.impact,
        "several_requests": tags.several_requests,
        "confidence": dict(tags.confidence),
        "reason": tags.reason,
        "evidence": list(tags.evidence),
        "members": {task: dict(said) for task, said in tags.members.items()},
        "cues": dict(tags.cues),
        "model": tags.model,
    }


def content(event: InboundEvent, tags: Tags, flags: Sequence[str]) -> Row:
    """The readable message as the timeline shows it; the raw bytes stay in their blob."""
    return {
        "from": {"name": event.sender.name, "address": event.sender.address},
        "kind": event.kind,
        "text": event.text,
        "reply_text": event.reply_text,
        "attachments": [asdict(attachment) for attachment in event.attachments],
        "message_id": event.message_id,
        "sent_at": event.sent_at.isoformat() if event.sent_at else None,
        "lang": tags.lang,
        "category": tags.category,
        "motif": tags.motif,
        "tool": tags.tool,
        "scope": tags.scope,
        "tags": tag_details(tags),
        "flags": list(flags),
        "relay": event.relay,
        "defects": list(event.defects),
        "headers": dict(event.headers),
        **({"chosen": list(event.chosen.path), "fields": dict(event.fields)} if event.chosen else {}),
    }
