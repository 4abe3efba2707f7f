"""What a new case begins with: its priority, its queue, its clocks. One function for mail, phone and form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cases.due import Event, EventKind
from cases.event import Channel, SenderKind, Tags
from cases.priority import Assessment, Priority, Signs, propose
from cases.profile import Profile
from cases.routing import Decision, Queue, Why, decide, traits
from cases.targets import Target, target_for
from cases.timers import Calendars, Timers, timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known of a case when it is opened. `source` is its mailbox or line, `deadline` the nearest one that the
    text names, `fields` the values of the profile's own fields."""

    channel: Channel
    source: str
    tags: Tags
    sender: SenderKind | None = None
    deadline: date | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """`traits` are the attributes that rules of every kind look at (`cases.routing.ATTRIBUTES`)."""

    assessment: Assessment
    traits: Mapping[str, str]
    decision: Decision
    timers: Timers


def triage(opening: Opening, calendars: Calendars, now: datetime) -> Triage:
    """Priority by the matrix, queue by the first rule that takes the case, clocks by its targets."""
    profile = calendars.profile
    today = now.astimezone(ZoneInfo(profile.timezone)).date()
    signs = Signs(tags=opening.tags, today=today, sender=opening.sender, deadline=opening.deadline)
    assessment = propose(signs, profile.priorities)
    origin = opening.channel, opening.source
    seen = traits(origin, opening.sender, opening.tags, assessment, opening.fields)
    begun = [Event(now, EventKind.OPENED)]
    target = case_target(profile, assessment.priority, opening.tags.category, review=opening.tags.review)
    return Triage(
        assessment=assessment,
        traits=seen,
        decision=decide(seen, profile.routing),
        timers=timers(begun, target, calendars.of_clocks(opening.source), profile, (now, ())),
    )


def kept_here(found: Triage, why: Why = Why.NO_SECOND_LEVEL) -> Triage:
    """The same for a case that nobody passes on at once: what a rule meant for the second level is the supervisor's."""
    if found.decision.queue is not Queue.N2:
        return found
    return replace(found, decision=replace(found.decision, queue=Queue.SUPERVISOR, why=why))


def case_target(profile: Profile, priority: Priority, category: str, *, review: bool) -> Target:
    """What is promised to a case. A category that a person has yet to confirm changes no promise."""
    return target_for(profile.targets, priority, "" if review else category)


def columns(found: Triage) -> dict[str, Any]:
    """The columns of the case that say it."""
    assessment, decision = found.assessment, found.decision
    return {
        "impact": assessment.impact,
        "urgency": assessment.urgency,
        "priority": assessment.priority,
        "assessment": {"reasons": list(assessment.reasons), "corrected_by": assessment.corrected_by},
        "queue": decision.queue,
        "routing": {
            "why": decision.why,
            "rule": decision.rule,
            "skills": list(decision.skills),
            "agent": decision.agent,
        },
        **found.timers.columns(),
    }


def told(found: Triage) -> dict[str, Any]:
    """The same as one line of the timeline (`EntryKind.ROUTED`)."""
    said = columns(found)
    levels = {key: said[key] for key in ("impact", "urgency", "priority", "queue")}
    return {**levels, **said["assessment"], **said["routing"]}
