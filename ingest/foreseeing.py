"""What would become of a message that came now: read, tagged, decided and worded as intake does it. Nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from cases.case import case_id
from cases.event import MessageKind
from ingest.arrived import Arrived, arrived, questions
from ingest.intake import Intake
from ingest.outgoing import Outgoing
from ingest.plan import Plan
from ingest.planner import Planner
from ingest.proposal import propose
from ingest.rows import Row, Rows
from store.inbound import Claimed, Delivery
from store.tx import Transaction

NO_ROW = 0
"""The id of the inbound row that there is not, and of an escalation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What would happen. `number` is that of the case that the message would be added to, '' for none; `link` of the
    one that a link would be proposed to. `mails` are the rows of the outbox that would be written."""

    plan: Plan
    number: str = ""
    link: str = ""
    mails: Sequence[Row] = ()


def foresee(intake: Intake, delivery: Delivery) -> Foreseen:
    """Read, tag and decide a message over the rows that there are, in a transaction that only reads.

    Raises what intake would hold the message aside for.
    """
    one = _read(intake, delivery)
    now = intake.clock()
    person = one.event.kind is MessageKind.MESSAGE
    proposals = {NO_ROW: propose(one, intake.calendars, now, intake.articles())} if person else {}
    asked = questions([one], intake.profile, intake.signer, now)
    with intake.store.reading() as tx:
        planner = Planner(intake.profile, intake.signer, now, tx.known.ask(asked), proposals)
        plan = planner.plan(one)
        return _told(tx, intake, planner, plan)


def _read(intake: Intake, delivery: Delivery) -> Arrived:
    event = intake.normalise[delivery.channel](delivery)
    [tags] = intake.classify([intake.message(event)])
    row: Any = SimpleNamespace(id=NO_ROW, backfill=False, sha256=sha256(delivery.raw).hexdigest())
    return arrived(Claimed(row, delivery.raw), event, tags, intake.profile, intake.signer)


def _told(tx: Transaction, intake: Intake, planner: Planner, plan: Plan) -> Foreseen:
    """The same with the mails. A case that would be opened has the number 0 of its year."""
    year = planner.now.astimezone(ZoneInfo(intake.profile.timezone)).year
    rows = Rows(planner, {-1: case_id(year, 0)})
    outgoing = Outgoing(rows, tx.banners.running(planner.now))
    named = tx.views.numbers([one for one in (plan.case_id, plan.linked) if one and one > 0])
    return Foreseen(
        plan=plan,
        number=named.get(plan.case_id or 0, ""),
        link=named.get(plan.linked or 0, ""),
        mails=tuple(_mails(tx, rows, outgoing, plan)),
    )


def _mails(tx: Transaction, rows: Rows, outgoing: Outgoing, plan: Plan) -> list[Row]:
    if plan.opened:
        request = rows.request(plan)
        return [*outgoing.opened(plan), *(outgoing.escalated(plan, request, NO_ROW) if request else ())]
    timelines = tx.timelines.look([plan.case_id]) if plan.case_id and plan.read else {}
    return [mail for timeline in timelines.values() for mail in outgoing.event(plan, timeline, lost=False)]
