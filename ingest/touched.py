"""What follows for a case from the messages that a batch added to it: its status, its priority, its clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from cases.priority import Assessment, again
from cases.timers import Calendars, Timers
from ingest.clocks import retimed
from ingest.plan import Plan
from ingest.proposal import UNTIMED
from ingest.rows import Row, Rows
from store.timelines import Line, Timeline


def begun(plan: Plan, rows: Rows) -> Timeline:
    """The timeline of a case that the batch itself opens, before its lines."""
    event, tags = plan.arrived.event, plan.arrived.tags
    return Timeline(
        case_id=rows.identity(plan.case_id) or 0,
        number=rows.number(plan),
        status=plan.status or "",
        source=event.source,
        subject=event.subject,
        category=tags.category,
        motif=tags.motif,
        tool=tags.tool,
        review=tags.review,
        agent="",
        opened_at=rows.now,
        assessment=plan.beginning.triage.assessment,
        is_timed=plan.beginning.triage.timers.alarm_at is not None,
        n2=plan.beginning.n2.id if plan.beginning.n2 else "",
    )


class Touched:
    """Writes the columns of these cases. `entries` are the lines that the batch adds to timelines."""

    def __init__(
        self, rows: Rows, calendars: Calendars, timelines: Mapping[int, Timeline], entries: Sequence[Row]
    ) -> None:
        self._rows = rows
        self._calendars = calendars
        self._timelines = timelines
        self._added: dict[int, list[Line]] = {}
        for one in entries:
            self._added.setdefault(one["case_id"], []).append(Line(one["kind"], one["at"], one["data"]))

    def columns(self, plans: Sequence[Plan]) -> list[Row]:
        """One row of columns for each case to which messages were added."""
        added: dict[int, list[Plan]] = {}
        for plan in plans:
            if plan.read:
                added.setdefault(self._rows.identity(plan.case_id) or 0, []).append(plan)
        return [self._columns(self._timelines[identity], found) for identity, found in added.items()]

    def _columns(self, timeline: Timeline, plans: Sequence[Plan]) -> Row:
        assessment = self._assessment(timeline.assessment, plans)
        history = all(plan.arrived.backfill for plan in plans) and not timeline.is_timed
        return {
            "case_id": timeline.case_id,
            "read": plans[0].read,
            "status": plans[-1].status,
            "touched_at": self._rows.now,
            "impact": assessment.impact,
            "urgency": assessment.urgency,
            "priority": assessment.priority,
            "assessment": {"reasons": list(assessment.reasons), "corrected_by": assessment.corrected_by},
            **(UNTIMED if history else self._retimed(timeline, assessment)).columns(),
        }

    def _assessment(self, current: Assessment, plans: Sequence[Plan]) -> Assessment:
        """Every message of a person may raise it."""
        proposed = [plan.proposal.triage.assessment for plan in plans if plan.proposal]
        rules = self._rows.profile.priorities
        return reduce(lambda known, one: again(known, one, rules), proposed, current)

    def _retimed(self, timeline: Timeline, assessment: Assessment) -> Timers:
        added = self._added.get(timeline.case_id, ())
        return retimed(replace(timeline, assessment=assessment), added, self._calendars, self._rows.now)
