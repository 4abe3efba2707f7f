"""The rows that a decided batch becomes. Pure: values in, column values out."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cases.case import Disposition, EntryKind, Status, case_number
from cases.event import InboundEvent, Tags
from cases.policy import OutboundKind, Verdict
from cases.profile import Profile
from cases.tokens import Signer
from ingest.plan import Plan, Planner, participants

SUBJECT = 998
"""Longest subject kept beside the message, as RFC 5322 2.1.1 bounds a line."""

Row = dict[str, Any]


class Rows:
    """Turns plans into rows. `numbers` maps the batch's own negative case ids to the reserved ones."""

    def __init__(self, planner: Planner, numbers: dict[int, int]) -> None:
        self._planner = planner
        self._profile: Profile = planner.profile
        self._signer: Signer = planner.signer
        self._now: datetime = planner.now
        self._numbers = numbers

    def identity(self, case_id: int | None) -> int | None:
        """The real id behind a plan's case id."""
        return None if case_id is None else self._numbers.get(case_id, case_id)

    def case(self, plan: Plan) -> Row:
        """The case that a message opens."""
        event, tags = plan.arrived.event, plan.arrived.tags
        identity = self._numbers[plan.case_id or 0]
        return {
            "id": identity,
            "number": case_number(self._profile.case_prefix, identity),
            "status": plan.status,
            "channel": event.channel,
            "source": event.source,
            "subject": event.subject[:SUBJECT],
            "lang": tags.lang,
            "category": tags.category,
            "motif": tags.motif,
            "tool": tags.tool,
            "scope": tags.scope,
            "review": tags.review,
            "tags": tag_details(tags),
            "flags": list(plan.flags),
            "requester_name": event.sender.name,
            "requester": event.sender.address,
            "submitter": event.sender.address,
            "hidden": plan.disposition is Disposition.SPAM,
            "linked_case_id": self.identity(plan.linked),
            "opened_at": self._now,
            "touched_at": self._now,
            "person_key": self._planner.owner(event.sender.address),
        }

    def keys(self, plan: Plan) -> list[tuple[str, str, int]]:
        """By what later messages find the case of this one."""
        identity = self.identity(plan.case_id)
        if identity is None or plan.disposition not in (Disposition.CASE, Disposition.REPLY):
            return []
        people = map(self._planner.person, participants(plan, self._profile))
        keys = [("participant", person, identity) for person in people]
        message_id = plan.arrived.event.message_id
        return [*keys, ("message_id", message_id, identity)] if message_id else keys

    def entries(self, plan: Plan) -> list[Row]:
        """What a rule did to the case and a person should see on its timeline."""
        event = plan.arrived.event
        found: list[tuple[EntryKind, Row]] = []
        if plan.linked is not None:
            found.append((EntryKind.LINK_PROPOSED, {"case_id": self.identity(plan.linked)}))
        if event.forwarded and plan.opened:
            found.append((EntryKind.REQUESTER_PROPOSED, asdict(event.forwarded)))
        if plan.status is Status.CLOSED:
            found.append((EntryKind.REOPENED, {}))
        if plan.outbound_id is not None and event.delivery_report:
            found.append((EntryKind.UNDELIVERED, asdict(event.delivery_report)))
        person = self._planner.owner(event.sender.address)
        return [
            {
                "case_id": self.identity(plan.case_id),
                "kind": kind,
                "at": self._now,
                "actor": "intake",
                "text": "",
                "data": data,
                "person_key": person,
            }
            for kind, data in found
        ]

    def outbound(self, plan: Plan) -> list[Row]:
        """The mails that leave because a case was opened."""
        event = plan.arrived.event
        rows = []
        if plan.verdict is Verdict.SENT:
            rows.append(self._mail(plan, OutboundKind.ACKNOWLEDGEMENT, event.sender.address, plan.arrived.tags.lang))
        if plan.notice_to:
            language = self._profile.mailbox(event.source).language
            rows.append(self._mail(plan, OutboundKind.NOTICE, plan.notice_to, language))
        return rows

    def finished(self, plan: Plan) -> Row:
        """The result on the inbound row."""
        event = plan.arrived.event
        return {
            "id": plan.arrived.identity,
            "disposition": plan.disposition,
            "reason": plan.reason,
            "case_id": self.identity(plan.case_id),
            "fingerprint": event.fingerprint,
            "acknowledgement": plan.verdict,
            "sender": event.sender.address,
            "subject": event.subject[:SUBJECT],
            "content": content(event, plan.arrived.tags, plan.flags),
            "person_key": self._planner.owner(event.sender.address),
        }

    def _mail(self, plan: Plan, kind: OutboundKind, recipient: str, lang: str) -> Row:
        event, tags = plan.arrived.event, plan.arrived.tags
        identity = self._numbers[plan.case_id or 0]
        key = f"{kind}:{identity}"
        return {
            "key": key,
            "kind": kind,
            "case_id": identity,
            "mailbox": event.source,
            "recipient": recipient,
            "lang": lang,
            "message_id": self._signer.message_id(identity, key, self._profile.mail_domain),
            "automatic": True,
            "context": {
                "number": case_number(self._profile.case_prefix, identity),
                "subject": event.subject[:200],
                "sender": event.sender.address,
                "category": tags.category,
                "motif": tags.motif,
                "tool": tags.tool,
                "scope": tags.scope,
                "confidence": dict(tags.confidence),
                "review": tags.review,
                "flags": list(plan.flags),
                "in_reply_to": event.message_id,
                "references": [*event.references[-10:], *([event.message_id] if event.message_id else [])],
            },
            "created_at": self._now,
            "due_at": self._now,
            "person_key": self._planner.owner(recipient),
        }


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
    }
