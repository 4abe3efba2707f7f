"""Where a case goes whose tags a person put right: by the same rules, unless somebody has decided about it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cases.acting import Acting, Effect
from cases.case import EntryKind, Status
from cases.dossier import Dossier
from cases.event import Tags
from cases.review import Field, Labels
from cases.routing import Decision, Queue, Why, decide, traits

RULE = "rule"
"""Who routes, on the timeline."""
WAITS = frozenset({Status.NEW, Status.OPEN})


def rerouted(case: Dossier, acting: Acting, labels: Labels) -> Effect:
    """The queue of the rule that takes the case with those labels. Nothing where somebody has it or chose its queue,
    where no rule takes it, or where one would pass it on: that a person does."""
    if case.agent or case.status not in WAITS or case.routing.get("why") == Why.BY_HAND:
        return Effect()
    found = decide(_traits(case, acting, labels), acting.profile.routing)
    if not found.rule or found.queue in (case.queue, Queue.N2):
        return Effect()
    said = {"queue": found.queue, "before": case.queue, **_why(found)}
    line = replace(acting.line(EntryKind.ROUTED, **said), actor=RULE)
    return Effect(columns={"queue": found.queue, "routing": _why(found)}, lines=(line,))


def _traits(case: Dossier, acting: Acting, labels: Labels) -> Mapping[str, str]:
    tags = Tags(
        lang=case.lang,
        category=acting.profile.category_of(labels[Field.MOTIF]),
        motif=labels[Field.MOTIF],
        tool=labels[Field.TOOL],
        scope=labels[Field.SCOPE],
        review=False,
    )
    sender = acting.profile.sender_kind(case.submitter or case.requester.address)
    return traits((case.channel, case.source), sender, tags, case.assessment, case.fields)


def _why(found: Decision) -> dict[str, Any]:
    return {"why": found.why, "rule": found.rule, "skills": list(found.skills), "agent": found.agent}
