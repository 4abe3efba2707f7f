"""What a message would begin if it opens a case. It is decided before the transaction: a caller waits for its lock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cases.answers import answer_for, missing
from cases.due import Event, EventKind
from cases.knowledge import for_receipt
from cases.profile import Profile
from cases.receipt import Answer, Article
from cases.routing import Queue, Why
from cases.secondlevel import SecondLevel, second_level_for
from cases.timers import Calendars, Timers, timers
from cases.triage import Opening, Triage, case_target, kept_here, triage
from ingest.arrived import Arrived

UNTIMED = Timers(clocks=(), to_say=(), alarm_at=None)
"""Nobody waits for an answer to what is spam, history, or a probe of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`n2` is the second level to which a rule escalates the case at once, None where none does; `kept` is the triage
    of the case where it is not escalated after all.

    `answer` is the receipt that the message gets unless policy withholds it, `rule` the name of the rule that says so;
    `missing` are the ids of what it asks for.
    """

    triage: Triage
    kept: Triage
    n2: SecondLevel | None
    answer: Answer
    rule: str
    missing: tuple[str, ...]
    articles: tuple[Article, ...]

    def kept_here(self) -> "Proposal":
        """The same, but no rule escalates the case: its sender, or everybody together, has sent too much of late."""
        return replace(self, triage=self.kept, n2=None) if self.n2 else self


def propose(arrived: Arrived, calendars: Calendars, now: datetime, articles: Iterable[Article]) -> Proposal:
    """Priority, queue, clocks and receipt of the case that this message would open; the receipt may name `articles`."""
    profile, event, lang = calendars.profile, arrived.event, arrived.tags.lang
    kept = triage(_opening(arrived), calendars, now)
    found, n2 = _routed(arrived, kept, calendars, now)
    answer, rule = answer_for(found.traits, profile)
    said = f"{event.subject}\n\n{arrived.new_text}"
    return Proposal(
        triage=found,
        kept=kept_here(kept, Why.TOO_MANY),
        n2=n2,
        answer=answer,
        rule=rule,
        missing=missing(found.traits, profile.wanted, said, [one.content_type for one in event.attachments]),
        articles=for_receipt(found.traits, articles, lang, arrived.day, said),
    )


def _routed(arrived: Arrived, found: Triage, calendars: Calendars, now: datetime) -> tuple[Triage, SecondLevel | None]:
    if arrived.event.spam or arrived.backfill or arrived.probe is not None:
        return replace(kept_here(found), timers=UNTIMED), None
    n2 = _second_level(found, arrived.tags.tool, calendars.profile)
    if n2 is None:
        return kept_here(found), None
    return replace(found, timers=_escalated(found, arrived, n2, calendars, now)), n2


def _opening(arrived: Arrived) -> Opening:
    return Opening(
        channel=arrived.event.channel,
        source=arrived.event.source,
        tags=arrived.tags,
        sender=arrived.event.sender_kind,
        deadline=arrived.deadline,
        fields=arrived.fields,
    )


def _second_level(found: Triage, tool: str, profile: Profile) -> SecondLevel | None:
    return second_level_for(tool, profile.second_level) if found.decision.queue is Queue.N2 else None


def _escalated(found: Triage, arrived: Arrived, n2: SecondLevel, calendars: Calendars, now: datetime) -> Timers:
    """The clocks of a case that the second level has from its first moment on."""
    tags, profile = arrived.tags, calendars.profile
    begun = [Event(now, EventKind.OPENED), Event(now, EventKind.ESCALATED)]
    target = case_target(profile, found.assessment.priority, tags.category, review=tags.review)
    return timers(begun, target, calendars.of_clocks(arrived.event.source, n2.id), profile, (now, ()))
