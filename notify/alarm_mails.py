"""The mail that an alarm becomes: to the second level about its own clock, to the requester about their silence, and to
whoever has the case, or else its team, about everything else. docs/mails.md says what their contexts hold."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from cases import escalation
from cases.alarms import Alarm
from cases.case import EntryKind
from cases.due import Party
from cases.mails import Mail
from cases.policy import OutboundKind
from cases.profile import Profile
from cases.routing import Agent, Told
from cases.secondlevel import SecondLevel
from cases.timers import unrecalled
from cases.tokens import Signer

QUESTION = 500
"""Characters of our last words that a reminder quotes."""
_COMMON = ("number", "category", "motif", "tool", "review")


class Line(Protocol):
    """What is read of a line of the timeline."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class AlarmMails:
    """Writes them in the name of a service."""

    def __init__(self, profile: Profile, signer: Signer) -> None:
        self._profile = profile
        self._signer = signer
        self._second_levels = {one.id: one for one in profile.second_level}

    def mail(self, alarm: Alarm, case: Any, stay: Any, timeline: Iterable[Line], due_at: datetime | None) -> Mail:
        """`case` and `stay` are rows, `stay` None where no second level has the case; `due_at` is when the clock of the
        alarm runs out, None for a silence."""
        n2 = self._second_levels.get(stay.n2) if stay and alarm.about == Party.N2 else None
        if n2:
            return self._to_second_level(alarm, case, stay, n2, due_at)
        if alarm.about == Party.REQUESTER:
            return self._to_requester(alarm, case, timeline)
        return self._to_us(alarm, case, due_at)

    def _to_second_level(self, alarm: Alarm, case: Any, stay: Any, n2: SecondLevel, due_at: datetime | None) -> Mail:
        first = self._signer.thread_message_id(case.id, escalation.key(stay.id), self._profile.mail_domain)
        said = {
            "n2": n2.label,
            "ticket": stay.ticket or "",
            "priority": case.priority,
            "since": stay.opened_at.isoformat(),
            "due": _written(due_at),
            "in_reply_to": first,
        }
        return Mail(
            kind=OutboundKind.N2_REMINDER,
            key=f"{OutboundKind.N2_REMINDER}:{stay.id}:{_hash(alarm)}",
            case_id=case.id,
            mailbox=self._profile.mailbox_of(case.source),
            recipient=n2.address.lower(),
            lang=n2.language,
            context=common(case) | said,
            escalation_id=stay.id,
        )

    def _to_requester(self, alarm: Alarm, case: Any, timeline: Iterable[Line]) -> Mail:
        asked = _asked(timeline)
        said = {"since": alarm.since.isoformat(), "question": asked.text[:QUESTION] if asked else ""}
        if asked:
            key = f"{OutboundKind.REPLY}:{case.id}:{asked.id}"
            said["in_reply_to"] = self._signer.message_id(case.id, key, self._profile.mail_domain)
        return Mail(
            kind=OutboundKind.REMINDER,
            key=f"{OutboundKind.REMINDER}:{case.id}:{_hash(alarm)}",
            case_id=case.id,
            mailbox=self._profile.mailbox_of(case.source),
            recipient=case.requester.lower(),
            lang=case.lang,
            context=common(case) | said,
        )

    def _to_us(self, alarm: Alarm, case: Any, due_at: datetime | None) -> Mail:
        mailbox = self._profile.mailbox_of(case.source)
        box = next((one for one in self._profile.mailboxes if one.name == mailbox), None)
        agent = agent_told(self._profile, case.agent, Told(alarm.kind))
        said = {
            "alarm": alarm.kind,
            "clock": alarm.about,
            "since": alarm.since.isoformat(),
            "due": _written(due_at),
            "queue": case.queue,
            "priority": case.priority,
            "subject": case.subject,
        }
        return Mail(
            kind=OutboundKind.ALARM,
            key=f"{OutboundKind.ALARM}:{case.id}:{_hash(alarm)}",
            case_id=case.id,
            mailbox=mailbox,
            recipient=(agent.address if agent else box.team if box else "").lower(),
            lang=box.language if box else self._profile.default_language,
            context=common(case) | said,
        )


def _asked(timeline: Iterable[Line]) -> Line | None:
    """Our last words to the requester; what was written before they were named, somebody else has read."""
    asked: Line | None = None
    for line in unrecalled(list(timeline)):
        if line.kind == EntryKind.ANSWERED and line.text:
            asked = line
        elif line.kind == EntryKind.REQUESTER_SET and line.data["before"] != line.data["address"]:
            asked = None
    return asked


def common(case: Any) -> dict[str, Any]:
    """What every text about a case is given."""
    return {name: getattr(case, name) for name in _COMMON}


def agent_told(profile: Profile, identity: str | None, event: Told) -> Agent | None:
    """The agent of that id where they asked to be told of that by mail, and have an address for it."""
    agents = (agent for agent in profile.routing.agents if agent.id == identity)
    return next((agent for agent in agents if agent.address and event in agent.told_of), None)


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _hash(alarm: Alarm) -> str:
    """What makes the keys of an alarm's mails its own, however often it is come to."""
    return hashlib.sha256(alarm.key.encode()).hexdigest()[:16]
