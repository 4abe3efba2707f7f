"""The mails that leave because of a batch: receipts and notices, what a rule escalates, word to our own people."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cases import escalation
from cases.answers import Banner, incident_text
from cases.case import Disposition
from cases.due import ClockKind
from cases.escalation import Request
from cases.mails import Mail, row
from cases.policy import OutboundKind, Verdict, team_told
from cases.receipt import Answer
from cases.routing import Told
from cases.timers import Timers
from ingest.plan import Plan
from ingest.rows import Row, Rows
from store.timelines import Timeline

LONGEST_TEXT = 20_000
"""Characters of a message that the second level is told."""

KINDS = {
    Answer.ACKNOWLEDGEMENT: OutboundKind.ACKNOWLEDGEMENT,
    Answer.REDIRECT: OutboundKind.REDIRECT,
    Answer.RETIRED: OutboundKind.RETIRED,
}
UNDELIVERED, N2_UNDELIVERED = "undelivered", "n2_undelivered"
LOST = frozenset({UNDELIVERED, N2_UNDELIVERED})
"""What staff are told of besides `Told`, whether they asked for it or not: a mail that somebody counts on came back."""


class Outgoing:
    """Writes the rows of the outbox. `banners` are the incidents that run."""

    def __init__(self, rows: Rows, banners: Iterable[Banner]) -> None:
        self._rows = rows
        self._profile = rows.profile
        self._planner = rows.planner
        self._banners = tuple(banners)

    def opened(self, plan: Plan) -> Iterator[Row]:
        """The receipt of a message that opened a case, and the notice to the team."""
        event = plan.arrived.event
        if plan.verdict is Verdict.SENT:
            kind = KINDS[plan.beginning.answer]
            yield self._mail(plan, kind, event.sender.address, plan.arrived.tags.lang, self._receipt(plan))
        if plan.notice_to:
            language = self._profile.mailbox(event.source).language
            yield self._mail(plan, OutboundKind.NOTICE, plan.notice_to, language, _notice(plan))

    def escalated(self, plan: Plan, request: Request, escalation_id: int) -> Iterator[Row]:
        """What leaves for the second level, and the confirmation."""
        due_at = plan.beginning.triage.timers.due_at(ClockKind.N2)
        for mail in escalation.mails(request, self._case(plan), escalation_id, due_at):
            yield self._row(mail)

    def event(self, plan: Plan, timeline: Timeline, *, lost: bool) -> Iterator[Row]:
        """Word to who has the case, where they asked for it, or to the team where nobody has a case that the second
        level wrote about. `lost`: it brings back a mail that somebody counts on. Nobody is told of their own mail: a
        mailbox that answers by itself would never end."""
        what = _what(plan, lost=lost)
        source = plan.arrived.event.source
        recipient = self._told(what, source, timeline.agent) if what else ""
        if recipient and recipient != plan.arrived.event.sender.address:
            self._planner.count(recipient, source)
            yield self._row(
                Mail(
                    kind=OutboundKind.EVENT,
                    key=f"{OutboundKind.EVENT}:{timeline.case_id}:message:{plan.arrived.identity}",
                    case_id=timeline.case_id,
                    mailbox=source,
                    recipient=recipient,
                    lang=self._profile.mailbox(source).language,
                    context=_about(timeline) | {"what": what},
                )
            )

    def _told(self, what: str, source: str, agent_id: str) -> str:
        agent = next((one for one in self._profile.routing.agents if one.id == agent_id), None)
        address = agent.address.lower() if agent else ""
        if agent and address and (what in LOST or what in agent.told_of):
            return "" if address in self._profile.own_addresses or self._is_spent(address) else address
        if what in LOST or (what == Told.N2_WROTE and agent is None):
            team = self._profile.mailbox(source).team.lower()
            return team_told(self._profile, source, self._planner.answers.sent_to.get(team, 0))
        return ""

    def _is_spent(self, address: str) -> bool:
        return self._planner.answers.sent_to.get(address, 0) >= self._profile.automatic_mail.staff_budget

    def _receipt(self, plan: Plan) -> Row:
        """What the receipt says beside the tags. A person looks at every incident, however sure its tags are: the
        receipt says what was understood all the same."""
        proposal, tags = plan.beginning, plan.arrived.tags
        return {
            "review": not tags.sure,
            "expected_at": _written(proposal.triage.timers),
            "deadline": plan.arrived.deadline.isoformat() if plan.arrived.deadline else "",
            "priority": proposal.triage.assessment.priority,
            "missing": list(proposal.missing),
            "articles": [{"title": one.title, "link": one.link} for one in proposal.articles],
            "incident": incident_text(self._banners, tags.tool, tags.lang),
        }

    def _case(self, plan: Plan) -> escalation.Case:
        arrived, tags = plan.arrived, plan.arrived.tags
        return escalation.Case(
            id=self._rows.identity(plan.case_id) or 0,
            number=self._rows.number(plan),
            mailbox=arrived.event.source,
            priority=plan.beginning.triage.assessment.priority,
            category=tags.category,
            motif=tags.motif,
            tool=tags.tool,
            lang=tags.lang,
            requester=arrived.event.sender.address,
            subject=arrived.event.subject,
            text=arrived.new_text[:LONGEST_TEXT],
            opened_at=self._rows.now,
            original=arrived.sha256,
        )

    def _mail(self, plan: Plan, kind: OutboundKind, recipient: str, lang: str, context: Mapping[str, Any]) -> Row:
        """One receipt of any kind, and one notice, for each case."""
        identity = self._rows.identity(plan.case_id) or 0
        once = kind if kind is OutboundKind.NOTICE else OutboundKind.ACKNOWLEDGEMENT
        return self._row(
            Mail(
                kind=kind,
                key=f"{once}:{identity}",
                case_id=identity,
                mailbox=plan.arrived.event.source,
                recipient=recipient,
                lang=lang,
                context={"number": self._rows.number(plan), **_common(plan), **context},
            )
        )

    def _row(self, mail: Mail) -> Row:
        owner = self._planner.owner(mail.recipient)
        return row(mail, self._planner.signer, self._profile.mail_domain, self._rows.now, owner)


def _what(plan: Plan, *, lost: bool) -> str:
    """What our own people may be told of, '' for nothing: a machine that answers is no news, a mail lost is."""
    if lost:
        return UNDELIVERED if plan.thread is None else N2_UNDELIVERED
    if plan.disposition is not Disposition.REPLY or plan.is_by_staff:
        return ""
    return Told.WROTE if plan.thread is None else Told.N2_WROTE


def _common(plan: Plan) -> Row:
    event, tags = plan.arrived.event, plan.arrived.tags
    return {
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
    }


def _about(timeline: Timeline) -> Row:
    return {
        "number": timeline.number,
        "subject": timeline.subject[:200],
        "category": timeline.category,
        "motif": timeline.motif,
        "tool": timeline.tool,
        "review": timeline.review,
    }


def _notice(plan: Plan) -> Row:
    """What the notice says beside the tags."""
    found = plan.beginning.triage
    return {
        "priority": found.assessment.priority,
        "expected_at": _written(found.timers),
        "queue": found.decision.queue,
        "fields": dict(plan.arrived.fields),
    }


def _written(timers: Timers) -> str:
    """When the answer is promised, '' where it is not."""
    due_at = timers.due_at(ClockKind.RESPONSE)
    return due_at.isoformat() if due_at else ""
