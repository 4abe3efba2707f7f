"""Writes a decided batch, within the transaction in which it was decided."""

from collections.abc import Collection, Iterator, Sequence

from cases.policy import Verdict
from cases.timers import Calendars
from ingest.outgoing import Outgoing
from ingest.plan import Plan
from ingest.rows import Row, Rows, ticket
from ingest.touched import Touched, begun
from store.timelines import Timeline
from store.tx import Kind, Transaction


def write(tx: Transaction, rows: Rows, plans: Sequence[Plan], calendars: Calendars) -> None:
    """Open and touch cases, queue mails, tie bounces to what came back."""
    opened, lost = [plan for plan in plans if plan.opened], _lost(tx, plans)
    timelines = _timelines(tx, rows, plans, lost)
    entries = [entry for plan in plans for entry in rows.entries(plan)]
    tx.cases.add([rows.case(plan) for plan in opened])
    tx.cases.add_keys(key for plan in plans for key in rows.keys(plan))
    tx.cases.add_entries(entries)
    tx.search.add(words for plan in plans for words in rows.words(plan))
    tx.cases.touch(Touched(rows, calendars, timelines, entries).columns(plans))
    outgoing = Outgoing(rows, tx.banners.running(rows.now) if _acknowledged(opened) else ())
    mails = [mail for plan in opened for mail in outgoing.opened(plan)]
    mails += _escalate(tx, rows, opened, outgoing)
    for plan in plans:
        timeline = timelines.get(rows.identity(plan.case_id) or 0)
        if timeline and not plan.opened:
            mails += outgoing.event(plan, timeline, lost=plan.outbound_id in lost)
    for plan in plans:
        if plan.arrived.probe is not None:
            tx.probes.arrived(plan.arrived.probe, rows.now, case_id=rows.identity(plan.case_id))
    if mails:
        tx.outbound.add_once(mails)
        tx.wake(Kind.OUTBOUND)
    if opened:
        tx.wake(Kind.CASE)  # somebody who is there may be offered it
    _note(tx, rows, plans)


def _lost(tx: Transaction, plans: Sequence[Plan]) -> set[int]:
    """The mails that came back and that somebody counts on: what a person wrote, and all to the second level."""
    returned = [tx.outbound.get(plan.outbound_id) for plan in plans if plan.outbound_id is not None]
    return {mail.id for mail in returned if mail.escalation_id is not None or not mail.automatic}


def _timelines(tx: Transaction, rows: Rows, plans: Sequence[Plan], lost: Collection[int]) -> dict[int, Timeline]:
    """Those of all cases to which the batch adds something; provisional ids are not in the database yet."""
    added = [plan for plan in plans if not plan.opened and (plan.read or plan.outbound_id in lost)]
    concerned = {plan.case_id for plan in added if plan.case_id}
    found = tx.timelines.of([identity for identity in concerned if identity > 0])
    new = [begun(plan, rows) for plan in plans if plan.opened and plan.case_id in concerned]
    return found | {timeline.case_id: timeline for timeline in new}


def _acknowledged(opened: Sequence[Plan]) -> bool:
    return any(plan.verdict is Verdict.SENT for plan in opened)


def _escalate(tx: Transaction, rows: Rows, opened: Sequence[Plan], outgoing: Outgoing) -> Iterator[Row]:
    """Begin the escalations that a rule asks for; their mails are named after their ids."""
    asked = [(plan, request) for plan in opened if (request := rows.request(plan))]
    identities = tx.escalations.add([rows.escalation(plan, request) for plan, request in asked])
    for (plan, request), identity in zip(asked, identities, strict=True):
        yield from outgoing.escalated(plan, request, identity)


def _note(tx: Transaction, rows: Rows, plans: Sequence[Plan]) -> None:
    """What messages say of mails that came back, and of tickets at the second level."""
    heard = [(plan.thread, rows.now if plan.is_answer else None, ticket(plan)) for plan in plans if plan.n2]
    tx.escalations.heard([(identity, at, key) for identity, at, key in heard if identity and (at or key)])
    for plan in plans:
        if plan.outbound_id is not None and plan.arrived.event.delivery_report:
            report = plan.arrived.event.delivery_report
            tx.outbound.undelivered(plan.outbound_id, {"status": report.status, "action": report.action})
