"""A case that people work on, and who does it: ordinary ones, with what the test is about changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.acting import Acting, Effect
from cases.case import Status
from cases.dossier import Dossier, Message, Stay, Thread
from cases.event import Address, Attachment, Channel, Tags
from cases.priority import Assessment, Priority
from cases.profile import FieldKind, OwnField
from cases.routing import Agent, Queue, Routing, Told
from cases.secondlevel import Role, SecondLevel
from cases.timers import Calendars
from tests.cases.values import CITIZEN, LABELS, OURS, PROFILE

OPENED = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
NOW = OPENED + timedelta(hours=1)
RELAY = "agent@relay.example.com"
DIGITAL = "support@digital.example.be"
TAGS = Tags(lang="fr", category="requete", motif="acces", tool="notice", scope="in", review=False)

MARIE = Agent(
    id="marie",
    name="Marie",
    address="marie@example.be",
    queues=(Queue.LINE_1, Queue.LINE_2),
    told_of=(Told.ASSIGNED,),
)
PAUL = replace(MARIE, id="paul", name="Paul", address="paul@example.be")
ALICE = Agent(id="alice", name="Alice", role=Role.AUDITOR, queues=())
STAFF = replace(
    PROFILE,
    routing=Routing(agents=(MARIE, PAUL, ALICE)),
    second_level=(
        SecondLevel(id="digital", label="Digital", address=DIGITAL, tools=("notice",)),
        SecondLevel(id="rfa", label="RFA", address="rfa@example.be", language="nl", unmasked=True),
    ),
    fields=(
        OwnField(id="place", labels=LABELS),
        OwnField(id="count", labels=LABELS, kind=FieldKind.NUMBER),
        OwnField(id="until", labels=LABELS, kind=FieldKind.DATE),
        OwnField(id="region", labels=LABELS, kind=FieldKind.CHOICE, options=("north", "south")),
    ),
)
CALENDARS = Calendars(STAFF, {})
SCREENSHOT = Attachment(filename="screen.png", content_type="image/png", size=3, index=1)
LETTER = Message(
    id=1,
    at=OPENED,
    sender=CITIZEN,
    subject="My permit",
    text="The page is blank.",
    tags=TAGS,
    message_id="<1@example.com>",
    sha256="a" * 64,
    attachments=(SCREENSHOT,),
)
SECOND_LETTER = replace(LETTER, id=2, message_id="<2@example.com>", text="And my file is lost.", attachments=())
CASE = Dossier(
    id=202600000007,
    number="TST-26-00007",
    version=3,
    status=Status.OPEN,
    channel=Channel.EMAIL,
    source="help",
    mailbox="help",
    subject="My permit",
    lang="fr",
    category="requete",
    motif="acces",
    tool="notice",
    review=False,
    assessment=Assessment(impact=3, urgency=3, priority=Priority.P4),
    queue=Queue.LINE_1,
    opened_at=OPENED,
    agent="marie",
    requester=Address("An Peeters", CITIZEN),
    submitter=CITIZEN,
    messages=(LETTER, SECOND_LETTER),
    thread=Thread("<2@example.com>", ("<1@example.com>", "<2@example.com>")),
)
STAY = Stay(id=11, n2="digital", ticket="DIG-4711")
"""Where an escalated case is."""
OWN = OURS


def case(**changes: Any) -> Dossier:
    """An ordinary open case of Marie's, with these fields changed; an escalated one has a stay where none is given."""
    if changes.get("status") is Status.ESCALATED:
        changes.setdefault("stays", (STAY,))
    return replace(CASE, **changes)


def acting(agent: Agent = MARIE, **changes: Any) -> Acting:
    """Who acts, an hour after the case was opened; `profile` may be another."""
    return Acting(**({"profile": STAFF, "agent": agent, "now": NOW} | changes))


def after(before: Dossier, effect: Effect) -> Dossier:
    """The case as a database would give it back once the effect is written."""
    columns = dict(effect.columns)
    known = {
        name: columns[name] for name in ("status", "queue", "hidden", "copied", "fields", "routing") if name in columns
    }
    if "agent" in columns:
        known["agent"] = columns["agent"] or ""
    if "priority" in columns:
        levels = {name: columns[name] for name in ("impact", "urgency", "priority")}
        known["assessment"] = Assessment(**levels, corrected_by=columns["assessment"]["corrected_by"])
    if "requester" in columns:
        known["requester"] = Address(columns["requester_name"], columns["requester"])
    stays = tuple(replace(one, outcome=one.outcome or effect.ended) for one in before.stays)
    if effect.escalated:
        stays += (Stay(id=len(stays) + 1, n2=effect.escalated.n2.id, ticket=effect.escalated.ticket),)
    return replace(before, **known, stays=stays, timeline=before.timeline + effect.lines, version=before.version + 1)
