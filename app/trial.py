"""What would become of a case, as intake decides it, from made-up attributes. Nothing is kept or sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cases.due import ClockKind
from cases.errors import ConfigurationError
from cases.event import SEEN_ANYWAY, Address, Channel, InboundEvent, SenderKind, Tags
from cases.logged import NO_TOOL
from cases.matching import References
from cases.profile import Profile
from cases.routing import OWN_FIELD
from cases.routing_faults import known_to, when_faults
from cases.timers import Calendars
from ingest.arrived import Arrived
from ingest.proposal import Proposal, propose


def attributes(written: Iterable[str], profile: Profile) -> dict[str, str]:
    """The attributes in `NAME=VALUE`, as rules name them; those that are not named are ordinary ones.

    Raises ConfigurationError with every one that no case has.
    """
    given = {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in written)}
    when = {name: (value,) for name, value in given.items()}
    faults = list(when_faults("", when, known_to(profile)))
    if "priority" in given:
        faults.append(("priority", "is not chosen", "it follows from impact and urgency: write these"))
    if faults:
        raise ConfigurationError([(key.lstrip("."), cause, mend) for key, cause, mend in faults])
    source = given.get("source", profile.mailboxes[0].name)
    ordinary = {
        "channel": Channel.EMAIL,
        "source": source,
        "lang": profile.mailbox(profile.mailbox_of(source)).language,
        "category": profile.category_of(given.get("motif", "")),
        "tool": NO_TOOL,
        "scope": "in",
        "review": "no",
        "impact": "3",
        "urgency": "3",
    }
    return ordinary | given


def foreseen(given: Mapping[str, str], calendars: Calendars, now: datetime) -> dict[str, Any]:
    """Priority, queue, clocks and receipt of a case with these `attributes`; times are local. Its message is empty, so
    that everything which such a case is asked for is `missing`."""
    profile = calendars.profile
    zone = ZoneInfo(profile.timezone)
    proposal = propose(_arrived(given, now, zone), calendars, now, profile.articles)
    found, due = proposal.triage, proposal.triage.timers.due_at
    times = {
        "answer_by": due(ClockKind.RESPONSE),
        "solved_by": due(ClockKind.RESOLUTION),
        "n2_by": due(ClockKind.N2),
    }
    return {
        "priority": found.assessment.priority,
        "reasons": list(found.assessment.reasons),
        "queue": found.decision.queue,
        "why": found.decision.why,
        "rule": found.decision.rule,
        "agent": found.decision.agent,
        "n2": proposal.n2.id if proposal.n2 else "",
        **{name: at.astimezone(zone).isoformat(timespec="minutes") if at else None for name, at in times.items()},
        **_receipt(proposal),
    }


def _arrived(given: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Arrived:
    sender = given.get("sender", "")
    event = InboundEvent(
        channel=Channel(given["channel"]),
        source=given["source"],
        received_at=now,
        fingerprint="",
        sender=Address("", ""),
        sender_kind=SenderKind(sender) if sender else None,
    )
    fields = {name.removeprefix(OWN_FIELD): value for name, value in given.items() if name.startswith(OWN_FIELD)}
    day = now.astimezone(zone).date()
    return Arrived(identity=0, event=event, tags=_tags(given), refers_to=References(), day=day, fields=fields)


def _tags(given: Mapping[str, str]) -> Tags:
    sure = given.get("sure", "")
    return Tags(
        lang=given["lang"],
        category=given["category"],
        motif=given.get("motif", ""),
        tool=given["tool"],
        scope=given["scope"],
        impact=int(given["impact"]),
        urgency=int(given["urgency"]),
        several_requests=given.get("several_requests") == "yes",
        review=given["review"] == "yes" or sure == "no",
        reason=SEEN_ANYWAY if sure == "yes" else "",
    )


def _receipt(proposal: Proposal) -> dict[str, Any]:
    return {
        "receipt": proposal.answer,
        "receipt_rule": proposal.rule,
        "missing": list(proposal.missing),
        "articles": [article.id for article in proposal.articles],
    }
